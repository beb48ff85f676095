// Columns of arrays as the inputs of a model: of files of NumPy and of MNIST's kind, and of folders of pictures.
import { isInRange } from "../runtime/inputs.ts";
import type { InputSlot, Manifest } from "../runtime/program.ts";
import { type Assignment, assignColumns, checkWidths, type Wishes, widthOf } from "./assign.ts";
import type { Batch } from "./dataset/collate.ts";
import type { HeldDataset } from "./dataset/dataset.ts";
import { noRows } from "./dataset/diagnostics.ts";
import { type Cell, csvNotWhole, csvRange, notFinite, otherRows } from "./diagnostics.ts";
import type { Encoded } from "./encode.ts";
import type { Header } from "./header.ts";
import { dataLoader } from "./loader/loader.ts";
import type { Picture } from "./sources/pictures.ts";

/** A dataset in memory, and what messages call it. */
export interface Arrays {
  readonly name: string;
  readonly dataset: HeldDataset;
}

/** All rows in arrays, and the shape of a row in each. */
export interface Whole {
  readonly rows: number;
  readonly batch: Batch;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

const isPicture = (value: unknown): value is Picture => typeof value === "object" && value !== null && "channels" in value;

/** The shape of what a row holds: of a picture row by row. */
function shapeOf(value: unknown, known: readonly number[] | undefined): readonly number[] {
  if (isPicture(value)) return [value.height, value.width, value.channels];
  if (known) return known;
  return ArrayBuffer.isView(value) || Array.isArray(value) ? [(value as ArrayLike<unknown>).length] : [];
}

/** Reads all rows. @throws GradcError `no-rows`, and what reading throws */
export async function readWhole({ name, dataset }: Arrays): Promise<Whole> {
  const rows = dataset.length;
  if (rows === 0) throw noRows(name);
  const batches = dataLoader(dataset, { batchSize: rows })[Symbol.asyncIterator]();
  const { value: batch = {} } = await batches.next();
  await batches.return?.();
  const { value: first } = await dataset[Symbol.asyncIterator]().next();
  const shapes = Object.entries(first ?? {}).map(([name, value]) => [name, shapeOf(value, dataset.columns.get(name)?.shape)] as const);
  return { rows, batch, shapes: new Map(shapes) };
}

/** What is known of the columns. */
export const headerOf = ({ name, dataset }: Arrays, { batch }: Whole): Header => {
  const names = Object.keys(batch);
  const told = { unnamed: [], repeated: new Set<string>(), seemsData: false, seemsTitle: false, isNamed: true };
  return { file: name, names, ordinary: names, notes: dataset.notes, ...told };
};

/** Columns whose name and width are those of an input, which they are then for. */
function byName({ inputs }: Manifest, widthOfColumn: (name: string) => number, { names }: Header): Record<string, string[]> {
  const same = inputs.filter((slot) => names.includes(slot.name) && widthOfColumn(slot.name) === widthOf(slot));
  return Object.fromEntries(same.map(({ name }) => [name, [name]]));
}

/** Where an input takes channels first, [channels, height, width], and a column has them last: the place in a row of each number that it takes. */
function channelsFirst({ shape }: InputSlot, column: readonly number[]): Int32Array | undefined {
  const [height = 0, width = 0, channels = 1] = column;
  const wanted = shape.slice(1);
  if (column.length !== 3 || channels === 1 || String(wanted) !== String([channels, height, width]) || String(wanted) === String(column))
    return undefined;
  const size = height * width;
  return new Int32Array(size * channels).map((_, at) => (at % size) * channels + Math.floor(at / size));
}

/** The numbers that an input takes of its columns, row after row. @throws GradcError `csv-missing`, `csv-too-large`, `csv-not-whole`, `csv-range` */
function encode(slot: InputSlot, names: readonly string[], { rows, batch, shapes }: Whole, cellOf: (row: number, column: string) => Cell) {
  const width = widthOf(slot);
  const data = new (slot.dtype === "f32" ? Float32Array : Int32Array)(rows * width);
  let first = 0;
  for (const name of names) {
    const values = batch[name] as Batch[string];
    const size = values.length / rows;
    const places = channelsFirst(slot, shapes.get(name) ?? []);
    for (let at = 0; at < values.length; at++) {
      const row = Math.floor(at / size);
      const value = values[places ? row * size + (places[at - row * size] as number) : at] as number;
      if (slot.dtype === "i32" && value !== (value | 0)) throw csvNotWhole(String(value), cellOf(row, name), slot.name);
      if (!Number.isFinite(value)) throw notFinite(value, cellOf(row, name));
      if (!isInRange(slot, value)) throw csvRange(String(value), slot, cellOf(row, name), value, undefined);
      data[row * width + first + (at - row * size)] = value;
    }
    first += size;
  }
  return data;
}

/** The number of rows of a batch whose columns have their widths. @throws GradcError `other-rows` */
function rowsIn(batch: Batch, columns: readonly string[], widthOfColumn: (name: string) => number): number {
  const countIn = (name: string): number => (batch[name]?.length ?? Number.NaN) / widthOfColumn(name);
  // A column of single numbers has as many as there are rows.
  const [narrow = ""] = [...columns].sort((a, b) => widthOfColumn(a) - widthOfColumn(b));
  const rows = countIn(narrow);
  const other = columns.find((name) => countIn(name) !== rows || !Number.isInteger(rows));
  if (other !== undefined) throw otherRows(other, widthOfColumn(other), Object.keys(batch));
  return rows;
}

export type EncodeBatch = (batch: Batch, rowOf: (at: number) => number) => Encoded;

/** Columns as the inputs of a model. */
export interface EncodedArrays {
  readonly assignment: Assignment;
  readonly data: Encoded;
  /** What the inputs take of a batch of rows with the same columns, which were changed; `rowOf` gives their numbers. @throws GradcError `other-rows` where it has others */
  readonly encodeBatch: EncodeBatch;
  /** Where one of the rows stands. */
  readonly cellOf: (row: number, column?: string) => Cell;
}

/**
 * Gives each input its columns: those that are wished for, that of its name, and to the one that is left the others.
 * @throws GradcError `csv-no-column`, `csv-no-columns`, `csv-width`, `csv-missing`, `csv-too-large`, `csv-not-whole`, `csv-range` and others of
 * `assignColumns`
 */
export function encodeArrays(arrays: Arrays, whole: Whole, manifest: Manifest, wishes: Wishes): EncodedArrays {
  const header = headerOf(arrays, whole);
  const { shapes } = whole;
  // What stays of all rows is how wide they are.
  const widths = new Map(Object.entries(whole.batch).map(([name, values]) => [name, values.length / whole.rows]));
  const widthOfColumn = (name: string): number => widths.get(name) as number;
  const target = new Set(wishes.target);
  const named = Object.entries(byName(manifest, widthOfColumn, header)).filter(([name]) => !target.has(name));
  const assignment = assignColumns(header, manifest, { ...wishes, input: { ...Object.fromEntries(named), ...wishes.input } });
  checkWidths(assignment, manifest.inputs, header, widthOfColumn);
  const cellOf = (row: number, column?: string): Cell => ({ file: `${arrays.name}, row ${row}`, column });
  const encodeAll = (part: Whole, place: typeof cellOf): Encoded =>
    Object.fromEntries(manifest.inputs.map((slot) => [slot.name, encode(slot, assignment[slot.name] ?? [], part, place)]));
  const columns = Object.values(assignment).flat();
  const encodeBatch: EncodeBatch = (batch, rowOf) => {
    const rows = rowsIn(batch, columns, widthOfColumn);
    return encodeAll({ rows, batch, shapes }, (at, column) => {
      const { file } = cellOf(rowOf(at));
      return { file: `${file} as it was changed`, column };
    });
  };
  return { assignment, data: encodeAll(whole, cellOf), encodeBatch, cellOf };
}
