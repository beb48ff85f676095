// Datasets of what a program has at hand.
import { badOption, tagOf } from "../../runtime/diagnostics.ts";
import { type HeldDataset, heldDataset } from "../dataset/dataset.ts";
import { unequalLengths } from "../dataset/diagnostics.ts";
import type { Base, DataRow } from "../dataset/rows.ts";
import { anyValues, arrayValues, type NumberArray, type Values } from "../dataset/values.ts";

/** A column: one number or text a row, an array a row, or the numbers of all rows one after the other with their shape, `[rows, ..]`. */
export type ColumnData = ArrayLike<unknown> | { readonly data: NumberArray; readonly shape: readonly number[] };

/** Columns of equal length by name, or rows. */
export type ArraySource = Readonly<Record<string, ColumnData>> | Iterable<DataRow>;

const isIterable = (source: object): source is Iterable<DataRow> => Symbol.iterator in source;

/** Rows of named columns that are at hand. `first` is the number of the first one in the source. */
export function baseOf(columns: readonly Values[], length: number, placeOf: Base["placeOf"], first = 0): Base {
  const names = columns.map(({ column }) => column.name);
  // A column may be called __proto__, which is no name of an ordinary object's own.
  const empty: () => Record<string, unknown> = names.includes("__proto__") ? () => Object.create(null) : () => ({});
  return {
    length,
    columns: new Map(columns.map((values) => [values.column.name, values])),
    row(at) {
      const row = empty();
      for (let i = 0; i < columns.length; i++) row[names[i] as string] = (columns[i] as Values).value(at);
      return row;
    },
    indexOf: (at) => first + at,
    placeOf,
  };
}

const isNumbers = (data: unknown): data is NumberArray => ArrayBuffer.isView(data) && !(data instanceof DataView) && !/^Big/.test(tagOf(data));

/** A column and its number of rows. @throws GradcError `bad-option` */
function readColumn(name: string, given: unknown): { readonly values: Values; readonly length: number } {
  if (isNumbers(given)) return { values: arrayValues(name, given, []), length: given.length };
  const { data, shape, length } = (given ?? {}) as { readonly data?: unknown; readonly shape?: unknown; readonly length?: unknown };
  if (isNumbers(data) && Array.isArray(shape)) {
    const [rows, ...rest] = shape as number[];
    const size = rest.reduce((product, extent) => product * extent, rows ?? 0);
    if (rows === undefined || size !== data.length) throw badOption(name, data, `as many numbers as the shape [${shape.join(", ")}] says`);
    return { values: arrayValues(name, data, rest), length: rows };
  }
  if (typeof given !== "object" || typeof length !== "number") throw badOption(name, given, "an array, or { data, shape }");
  const list = given as ArrayLike<unknown>;
  return { values: anyValues(name, length, (at) => list[at]), length };
}

function fromColumns(source: Readonly<Record<string, unknown>>): HeldDataset {
  const read = Object.entries(source).map(([name, given]) => ({ name, ...readColumn(name, given) }));
  const lengths = read.map(({ name, length }) => [name, length] as const);
  const length = read[0]?.length ?? 0;
  if (lengths.some(([, each]) => each !== length)) throw unequalLengths(lengths);
  return heldDataset({
    base: baseOf(
      read.map(({ values }) => values),
      length,
      (at) => `row ${at}`,
    ),
    maps: [],
  });
}

function fromRows(rows: readonly DataRow[]): HeldDataset {
  const odd = rows.findIndex((row) => typeof row !== "object" || row === null || Array.isArray(row) || ArrayBuffer.isView(row));
  if (odd >= 0) throw badOption(`row ${odd}`, rows[odd], "an object of named values");
  const columns = Object.keys(rows[0] ?? {}).map((name) => anyValues(name, rows.length, (at) => (rows[at] as DataRow)[name]));
  const base = baseOf(columns, rows.length, (at) => `row ${at}`);
  return heldDataset({ base: { ...base, row: (at) => rows[at] as DataRow }, maps: [] });
}

async function fromAsync(source: AsyncIterable<DataRow>): Promise<HeldDataset> {
  const rows: DataRow[] = [];
  for await (const row of source) rows.push(row);
  return fromRows(rows);
}

/**
 * The dataset of columns by name, arrays of equal length, or of rows; rows that arrive later are awaited. Nothing is copied.
 * @throws GradcError `bad-option`, `unequal-rows`
 */
export function fromArrays(source: ArraySource): HeldDataset;
export function fromArrays(source: AsyncIterable<DataRow>): Promise<HeldDataset>;
export function fromArrays(source: ArraySource | AsyncIterable<DataRow>): HeldDataset | Promise<HeldDataset> {
  if (typeof source !== "object" || source === null || ArrayBuffer.isView(source)) throw badOption("source", source, "columns by name, or rows");
  if (Symbol.asyncIterator in source) return fromAsync(source as AsyncIterable<DataRow>);
  return isIterable(source) ? fromRows([...source]) : fromColumns(source as Readonly<Record<string, unknown>>);
}
