// Rows as a batch: for each name one array, row after row.
import { tagOf } from "../../runtime/diagnostics.ts";
import type { GradcError } from "../../runtime/error.ts";
import { lookOf } from "../looks.ts";
import { dateInBatch, missingInBatch, notARow, otherNames, otherSize, textInBatch, valueInBatch } from "./diagnostics.ts";
import { baseAt, type DataRow, type Rows } from "./rows.ts";
import type { NumberArray, Values } from "./values.ts";

/** What `step` takes: arrays by name. Single whole numbers and arrays of 16 and 32 bit integers are an Int32Array, all else is a Float32Array. */
export type Batch = Record<string, Float32Array | Int32Array>;

type Place = (row: number) => string;

/** One column of a batch: its name, and where its rows stand. */
interface Cell {
  readonly name: string;
  readonly place: Place;
}

const largestWhole = 2 ** 24;

/** The error for a text in place of a number. */
export function textError(text: string, name: string, place: string): GradcError {
  const look = lookOf(text);
  return look?.reason === "it is a date" ? dateInBatch(text, name, place) : textInBatch(text, look, name, place);
}

/** A value as a number. @throws GradcError `csv-not-a-number`, `csv-missing`, `bad-value` */
function numberAt(value: unknown, row: number, { name, place }: Cell): number {
  const number = typeof value === "boolean" || typeof value === "bigint" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(Math.fround(number))) return number;
  if (typeof value === "string") throw textError(value, name, place(row));
  if (value === undefined || value === null || Number.isNaN(value)) throw missingInBatch(name, place(row));
  const problem = typeof value === "number" ? `${value} is too large: the largest f32 is 3.4e38` : `${tagOf(value)} is no number`;
  throw valueInBatch(problem, name, place(row));
}

/** Numbers in the array that holds them: 32 bit integers where all are whole and `mayBeWhole`, or where f32 would round them. */
function packed(values: Float64Array, mayBeWhole: boolean): Float32Array | Int32Array {
  let isLarge = false;
  for (const value of values) {
    if (value !== (value | 0)) return new Float32Array(values);
    isLarge ||= Math.abs(value) > largestWhole;
  }
  return mayBeWhole || isLarge ? new Int32Array(values) : new Float32Array(values);
}

/** One number a row. */
function scalars(count: number, valueAt: (row: number) => unknown, mayBeWhole: boolean, cell: Cell): Float32Array | Int32Array {
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const value = valueAt(row);
    values[row] = typeof value === "number" && Number.isFinite(Math.fround(value)) ? value : numberAt(value, row, cell);
  }
  return packed(values, mayBeWhole);
}

const integers = new Set(["Int8Array", "Int16Array", "Uint16Array", "Int32Array"]);

const isNumbers = (value: unknown): value is NumberArray => ArrayBuffer.isView(value) && !(value instanceof DataView) && !/^Big/.test(tagOf(value));

/** The numbers of a picture, as `gradc/augment` has it, or of an array of numbers. */
function numbersIn(value: unknown): NumberArray | undefined {
  if (isNumbers(value)) return value;
  const { data, width, height } = value as { readonly data?: unknown; readonly width?: unknown; readonly height?: unknown };
  return isNumbers(data) && typeof width === "number" && typeof height === "number" ? data : undefined;
}

/** An array of numbers a row. @throws GradcError `rows-differ`, `bad-value` */
function arrays(count: number, valueAt: (row: number) => unknown, first: NumberArray, { name, place }: Cell): Float32Array | Int32Array {
  const size = first.length;
  const all = new (integers.has(tagOf(first)) ? Int32Array : Float32Array)(count * size);
  for (let row = 0; row < count; row++) {
    const value = valueAt(row);
    const data = typeof value === "object" && value !== null ? numbersIn(value) : undefined;
    if (!data) throw valueInBatch(`${tagOf(value)} is no ${tagOf(first)}`, name, place(row));
    if (data.length !== size) throw otherSize(name, data.length, size, place(row));
    all.set(data, row * size);
  }
  return all;
}

/** Writes the numbers of a list, which may be one of lists, and gives the place behind them; beyond the end of `into` they are counted alone. */
function flatten(list: unknown, into: Float64Array, at: number, row: number, cell: Cell): number {
  if (!Array.isArray(list) && !isNumbers(list)) {
    into[at] = numberAt(list, row, cell);
    return at + 1;
  }
  let end = at;
  for (let i = 0; i < list.length; i++) {
    const each: unknown = list[i];
    if (typeof each === "number" && Number.isFinite(Math.fround(each))) into[end++] = each;
    else end = flatten(each, into, end, row, cell);
  }
  return end;
}

/** A list of numbers, or of lists of them, a row. @throws GradcError `rows-differ`, and those of `numberAt` */
function lists(count: number, valueAt: (row: number) => unknown, cell: Cell): Float32Array | Int32Array {
  const size = flatten(valueAt(0), new Float64Array(), 0, 0, cell);
  const values = new Float64Array(count * size);
  for (let row = 0; row < count; row++) {
    const length = flatten(valueAt(row), values, row * size, row, cell) - row * size;
    if (length !== size) throw otherSize(cell.name, length, size, cell.place(row));
  }
  return packed(values, false);
}

function columnOfBatch(count: number, valueAt: (row: number) => unknown, cell: Cell): Float32Array | Int32Array {
  const first = valueAt(0);
  if (typeof first !== "object" || first === null) return scalars(count, valueAt, true, cell);
  if (Array.isArray(first)) return lists(count, valueAt, cell);
  const numbers = numbersIn(first);
  if (!numbers) throw valueInBatch(`${tagOf(first)} is no number and no array of numbers`, cell.name, cell.place(0));
  return arrays(count, valueAt, numbers, cell);
}

/** The rows as a batch; `place` says where a row stands. @throws GradcError `rows-differ`, `csv-not-a-number`, `csv-missing`, `bad-value`, `row-failed` */
export function collate(rows: readonly DataRow[], place: Place): Batch {
  const names = namesOf(rows[0], 0, place);
  rows.forEach((row, at) => {
    const own = at === 0 ? names : namesOf(row, at, place);
    if (own.length !== names.length || !own.every((name) => Object.hasOwn(rows[0] as DataRow, name))) throw otherNames(own, names, place(at));
  });
  return Object.fromEntries(names.map((name) => [name, columnOfBatch(rows.length, (row) => (rows[row] as DataRow)[name], { name, place })]));
}

/** Numbers or arrays of all rows one after the other, or whatever they hold. */
type WholeColumn = { readonly name: string } & ({ readonly data: NumberArray; readonly isArray: boolean } | { readonly values: readonly unknown[] });

/** Columns of rows as a batch. @throws GradcError as `collate` */
export function batchOfColumns(count: number, columns: readonly WholeColumn[], place: Place): Batch {
  const entries = columns.map((column) => {
    const cell = { name: column.name, place };
    if (!("data" in column)) return [column.name, columnOfBatch(count, (row) => column.values[row], cell)] as const;
    const { data, isArray } = column;
    if (!isArray) return [column.name, scalars(count, (row) => data[row], true, cell)] as const;
    if (data instanceof Float32Array || data instanceof Int32Array) return [column.name, data] as const;
    return [column.name, new (integers.has(tagOf(data)) ? Int32Array : Float32Array)(data)] as const;
  });
  return Object.fromEntries(entries);
}

function namesOf(row: unknown, at: number, place: Place): string[] {
  if (typeof row !== "object" || row === null || Array.isArray(row) || ArrayBuffer.isView(row)) throw notARow(tagOf(row), place(at));
  return Object.keys(row);
}

/** Some rows of one source. */
export interface Piece {
  readonly rows: Rows;
  /** Their places among the rows. */
  readonly places: Int32Array;
}

/** The columns that are rows of a batch as they are; undefined where rows are made. */
export function directColumns({ base, maps }: Rows): ReadonlyMap<string, Values> | undefined {
  return maps.length === 0 && base.columns.size > 0 && !base.isPartial ? base.columns : undefined;
}

/** What a batch holds of a column: a class by its number. */
function readingOf({ base }: Rows, name: string): (at: number) => unknown {
  const { kind, column, value } = base.columns.get(name) as Values;
  return kind === "class" ? column.at : value;
}

/** What stands in a column, by row of the batch. */
function cellsIn(pieces: readonly Piece[], count: number, name: string): (row: number) => unknown {
  const [only, ...others] = pieces;
  if (only && others.length === 0) {
    const read = readingOf(only.rows, name);
    return (row) => read(baseAt(only.rows, only.places[row] as number));
  }
  const cells: unknown[] = new Array(count);
  let row = 0;
  for (const { rows, places } of pieces) {
    const read = readingOf(rows, name);
    for (let i = 0; i < places.length; i++) cells[row++] = read(baseAt(rows, places[i] as number));
  }
  return (row) => cells[row];
}

/** A batch of rows whose columns are held as such; `place` says where a row of it stands. @throws GradcError as `collate` */
export function collateColumns(pieces: readonly Piece[], columns: ReadonlyMap<string, Values>, place: Place): Batch {
  const count = pieces.reduce((sum, { places }) => sum + places.length, 0);
  const entries = [...columns].map(([name, { kind }]) => {
    const valueAt = cellsIn(pieces, count, name);
    const cell = { name, place };
    return [name, kind === "array" ? columnOfBatch(count, valueAt, cell) : scalars(count, valueAt, kind !== "number", cell)] as const;
  });
  return Object.fromEntries(entries);
}
