// Rows at hand: a source, the order of its rows that are meant, and what is made of each.
import { tagOf } from "../../runtime/diagnostics.ts";
import type { Column } from "../column.ts";
import { asDataError, noColumn, notARow } from "./diagnostics.ts";
import { countTo } from "./random.ts";
import { selectedColumn, type Values } from "./values.ts";

/** A row: values by name. Numbers, and for a column of classes the number of the label; a text where the texts are no classes; arrays; pictures. */
export type DataRow = Readonly<Record<string, unknown>>;

/** What random numbers may depend on, beside the row. */
export interface Turn {
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
}

/** What a function of rows is told: `index` is the number of the row in the source, from 0, whatever the order. */
export interface RowContext extends Turn {
  readonly index: number;
}

/** Makes a row of another one. */
export type RowFunction = (row: DataRow, context: RowContext) => DataRow | Promise<DataRow>;

/** A function of rows, or the module that has it as its default export. */
export interface Mapping {
  readonly run: RowFunction;
  readonly module?: string | undefined;
}

/** Where rows come from. */
export interface Base {
  readonly length: number;
  /** The columns, where they are held as such. */
  readonly columns: ReadonlyMap<string, Values>;
  /** Whether rows hold more than the columns. */
  readonly isPartial?: boolean;
  row(at: number, turn: Turn): DataRow | Promise<DataRow>;
  /** The number of a row in the source, from 0. */
  indexOf(at: number): number;
  /** Where a row stands, for messages. */
  placeOf(at: number): string;
  /** Whether functions that are no modules make these rows. */
  readonly isLocal?: boolean;
}

/** Rows of a base, all or those of `order`, and what is made of each. */
export interface Rows {
  readonly base: Base;
  readonly order?: Int32Array | undefined;
  readonly maps: readonly Mapping[];
}

export const noTurn: Turn = { seed: 0, epoch: 1 };

export const lengthOf = ({ base, order }: Rows): number => order?.length ?? base.length;

/** The place of row `at` in the base. */
export const baseAt = ({ order }: Rows, at: number): number => (order ? (order[at] as number) : at);

export const placeOf = (rows: Rows, at: number): string => rows.base.placeOf(baseAt(rows, at));

/** The rows at these places, in that order. */
export function select(rows: Rows, places: Int32Array): Rows {
  const { order } = rows;
  return { ...rows, order: order ? places.map((at) => order[at] as number) : places };
}

export const mapped = (rows: Rows, mapping: Mapping): Rows => ({ ...rows, maps: [...rows.maps, mapping] });

/** Whether work on these rows cannot be sent to a worker. */
export const isLocal = ({ base, maps }: Rows): boolean => base.isLocal === true || maps.some(({ module }) => module === undefined);

/** Refuses what is no row, as a function without `return` gives. */
function checked(row: DataRow, place: string): DataRow {
  if (typeof row !== "object" || row === null) throw notARow(row === undefined ? "nothing" : tagOf(row), place);
  return row;
}

function call({ run, module }: Mapping, row: DataRow, context: RowContext, place: string): DataRow | Promise<DataRow> {
  const fail = (cause: unknown): never => {
    throw asDataError(cause, place, module);
  };
  try {
    const made = run(row, context);
    return made instanceof Promise ? made.then((each) => checked(each, place)).catch(fail) : checked(made, place);
  } catch (cause) {
    return fail(cause);
  }
}

/** A value that a function may write to without changing the source. */
function own(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(own);
  // The method of a Buffer copies nothing.
  if (ArrayBuffer.isView(value)) return Uint8Array.prototype.slice.call(value);
  return tagOf(value) === "Object" ? Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, own(each)])) : value;
}

const copying: Mapping = { run: (row) => own(row) as DataRow };

/** Row `at`, with what is made of it. @throws GradcError `row-failed` */
export function rowAt(rows: Rows, at: number, turn: Turn): DataRow | Promise<DataRow> {
  const { base, maps } = rows;
  const place = baseAt(rows, at);
  let row = base.row(place, turn);
  if (maps.length === 0) return row;
  const context = { seed: turn.seed, epoch: turn.epoch, index: base.indexOf(place) };
  for (const mapping of [copying, ...maps]) {
    const next = (given: DataRow) => call(mapping, given, context, base.placeOf(place));
    row = row instanceof Promise ? row.then(next) : next(row);
  }
  return row;
}

/** Rows that lists of them are, whatever made them. */
export function listed(rows: readonly DataRow[], source: Rows): Base {
  return {
    length: rows.length,
    columns: new Map(),
    row: (at) => rows[at] as DataRow,
    indexOf: (at) => source.base.indexOf(baseAt(source, at)),
    placeOf: (at) => placeOf(source, at),
    isLocal: isLocal(source),
  };
}

/** Each row of a base that has been made is kept. */
export function cachedRows(rows: Rows): Base {
  const length = lengthOf(rows);
  const made: (DataRow | Promise<DataRow>)[] = [];
  const base = listed([], rows);
  return {
    ...base,
    length,
    row(at) {
      made[at] ??= rowAt(rows, at, noTurn);
      return made[at] as DataRow | Promise<DataRow>;
    },
  };
}

/** All rows, or the promise of all. */
export function allRows(rows: Rows, turn: Turn): readonly DataRow[] | Promise<readonly DataRow[]> {
  const made = Array.from({ length: lengthOf(rows) }, (_, at) => rowAt(rows, at, turn));
  return made.some((row) => row instanceof Promise) ? Promise.all(made) : (made as readonly DataRow[]);
}

/** The columns of the rows as they come from their source. */
export function columnsOf(rows: Rows): Map<string, Column> {
  const { base } = rows;
  const isWhole = !rows.order;
  return new Map(
    [...base.columns].map(([name, { column }]) => [name, isWhole ? column : selectedColumn(column, lengthOf(rows), (at) => baseAt(rows, at))]),
  );
}

/** The column of that name in the source. @throws GradcError `unknown-column` */
export function sourceColumn({ base }: Rows, name: string): Values {
  const values = base.columns.get(name);
  if (!values) throw noColumn(name, base.columns.keys());
  return values;
}

/** What stands in the column of that name in each row: what is made of the rows has a say first. @throws GradcError `unknown-column`, `rows-later` */
export function valuesIn(rows: Rows, name: string): (at: number) => unknown {
  const [first] = lengthOf(rows) > 0 && rows.maps.length > 0 ? [rowAt(rows, 0, noTurn)] : [];
  const isMade = first !== undefined && !(first instanceof Promise) && Object.hasOwn(first, name);
  if (isMade) return (at) => (rowAt(rows, at, noTurn) as DataRow)[name];
  const { base } = rows;
  if (base.columns.size > 0 || first instanceof Promise) {
    const { column } = sourceColumn(rows, name);
    return (at) => column.labels?.[column.at(baseAt(rows, at))] ?? column.at(baseAt(rows, at));
  }
  const row = lengthOf(rows) > 0 ? base.row(baseAt(rows, 0), noTurn) : {};
  if (row instanceof Promise || !Object.hasOwn(row, name)) throw noColumn(name, row instanceof Promise ? [] : Object.keys(row));
  return (at) => (base.row(baseAt(rows, at), noTurn) as DataRow)[name];
}

/** The places of the rows that a condition holds for. */
export const placesWhere = (length: number, holds: (at: number) => boolean): Int32Array => countTo(length).filter(holds);
