// Parquet files, group of rows by group of rows.
import type { AsyncBuffer, FileMetaData, SchemaElement } from "hyparquet";
import { badOption } from "../../runtime/diagnostics.ts";
import { checkOptions } from "../../runtime/options.ts";
import { createColumn, type GrowingColumn } from "../column.ts";
import { type Dataset, datasetOf, heldDataset } from "../dataset/dataset.ts";
import { badFile } from "../dataset/diagnostics.ts";
import { type Header, headerOf } from "../header.ts";
import { bytesOf, openFile, type TableSource } from "../source.ts";
import type { OpenTable, Table } from "../table.ts";
import { readFile } from "./bytes.ts";
import { createDates } from "./dates.ts";
import { type Line, type OpenRows, streamTable } from "./streamed.ts";
import { tableBase } from "./tables.ts";
import { isStreamed, type StreamOptions } from "./text-tables.ts";

const kind = "Parquet file";

type Filling = Pick<GrowingColumn, "add" | "addNumber" | "addMissing">;

/** A file of which parts are read. */
interface Parts {
  readonly name: string;
  readonly file: AsyncBuffer;
}

async function partsOf(source: TableSource): Promise<Parts> {
  const { name } = bytesOf(source);
  if (source instanceof Blob) return { name, file: { byteLength: source.size, slice: (start, end) => source.slice(start, end).arrayBuffer() } };
  const opened = typeof source === "string" || source instanceof URL ? await openFile(source) : undefined;
  if (opened) return { name, file: opened };
  const { name: shown, bytes } = await readFile(source, kind);
  return { name: shown, file: { byteLength: bytes.length, slice: (start, end) => bytes.slice(start, end).buffer } };
}

/** The columns of a file. @throws GradcError `bad-file` for lists and records in cells, and for two columns of one name */
function columnsIn({ schema }: FileMetaData, name: string): readonly SchemaElement[] {
  const [root, ...columns] = schema;
  const isNested = (column: SchemaElement) =>
    column.num_children !== undefined || column.repetition_type === "REPEATED" || column.converted_type === "JSON";
  const nested = columns.find(isNested);
  if (nested || !root) throw badFile(kind, `the column "${nested?.name}" holds lists or records`, name);
  const seen = new Set<string>();
  const twice = columns.find((column) => seen.size === seen.add(column.name).size);
  if (twice) throw badFile(kind, `two columns are called "${twice.name}"`, name);
  return columns;
}

/** Adds a value as a table of text would have it: a date as its text, which a batch refuses. @throws what `fault` gives for a kind of values */
function addValue(column: Filling, value: unknown, textOf: (date: Date) => string, fault: (kind: string) => Error): void {
  if (value === null || value === undefined) column.addMissing();
  else if (typeof value === "number") Number.isNaN(value) ? column.addMissing() : column.addNumber(value);
  else if (typeof value === "bigint") {
    if (!Number.isSafeInteger(Number(value))) throw fault("whole number");
    column.addNumber(Number(value));
  } else {
    if (value instanceof Date && Number.isNaN(value.getTime())) throw fault("date");
    const text = value instanceof Date ? textOf(value) : String(value);
    column.add(text, 0, text.length);
  }
}

/** What unpacks columns, where hyparquet alone cannot. */
async function compressorsOf({ row_groups }: FileMetaData) {
  const codecs = row_groups.flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data?.codec ?? "UNCOMPRESSED"));
  if (codecs.every((codec) => codec === "UNCOMPRESSED" || codec === "SNAPPY")) return {};
  return { compressors: (await import("hyparquet-compressors")).compressors };
}

/** The rows of a file, still to be read. */
interface ParquetRows extends OpenRows {
  readonly header: Header;
}

/** Opens a file. @throws GradcError `cannot-read`, `bad-file` */
async function openParquet(source: TableSource): Promise<ParquetRows> {
  const { parquetMetadataAsync, parquetRead } = await import("hyparquet");
  const { name, file } = await partsOf(source);
  const guarded = <T>(promise: Promise<T>): Promise<T> =>
    promise.catch((cause: Error) => {
      throw badFile(kind, cause.message.replace(/\.$/, ""), name);
    });
  const metadata = await guarded(parquetMetadataAsync(file));
  const names = columnsIn(metadata, name).map((column) => column.name);
  const more = await compressorsOf(metadata);
  async function* fill(columns: ReadonlyMap<string, Filling>, place: Line): AsyncGenerator<() => boolean> {
    const textOf = createDates();
    const wanted = names.filter((each) => columns.has(each));
    let first = 0;
    for (const { num_rows } of metadata.row_groups) {
      const rows = Number(num_rows);
      const cells = new Map<string, unknown[]>(wanted.map((each) => [each, []]));
      const onChunk = (chunk: { readonly columnName: string; readonly columnData: ArrayLike<unknown>; readonly rowStart: number }) => {
        const list = cells.get(chunk.columnName);
        for (let at = 0; at < chunk.columnData.length; at++) if (list) list[chunk.rowStart - first + at] = chunk.columnData[at];
      };
      await guarded(parquetRead({ file, metadata, columns: wanted, rowStart: first, rowEnd: first + rows, onChunk, ...more }));
      const begin = first;
      let at = 0;
      yield () => {
        if (at === rows) return false;
        place.line = begin + at;
        for (const [each, list] of cells) {
          const fault = (what: string) =>
            badFile(kind, `the column "${each}" holds the ${what} ${list[at]}, which no ${what === "date" ? what : "number"} of JavaScript is`, name);
          addValue(columns.get(each) as Filling, list[at], textOf, fault);
        }
        at++;
        return true;
      };
      first += rows;
    }
  }
  const header = { ...headerOf(name, [names], true), seemsData: false };
  return { header, decimal: ".", fill };
}

/** Columns of a file in memory; a row is named by its number, from 0. */
async function readColumns({ header, fill }: ParquetRows, names: Iterable<string>): Promise<Table> {
  const columns = new Map([...names].map((name) => [name, createColumn(name)]));
  let rows = 0;
  for await (const next of fill(columns, { line: 0 })) while (next()) rows++;
  return { header, columns, rows, lineOf: (row) => row, notes: [] };
}

async function inMemory(open: ParquetRows): Promise<Dataset> {
  const table = await tableBase(await readColumns(open, open.header.names));
  return heldDataset({ base: table.base, maps: [] }, table.notes, table.columns);
}

/** A Parquet file as a table, of which the columns are read that are asked for. @throws GradcError `cannot-read`, `bad-file` */
export async function openParquetTable(source: TableSource): Promise<OpenTable> {
  const open = await openParquet(source);
  return { header: open.header, read: (names) => readColumns(open, names) };
}

/**
 * Reads a Parquet file of numbers, texts, and yes and no as `fromCsv` reads a table. A file of more than 64 MB is read anew for each epoch, a group of
 * rows at a time.
 * @throws GradcError `cannot-read`, `bad-file`, `unknown-option`, `bad-option`
 */
export async function fromParquet(source: TableSource, options: StreamOptions = {}): Promise<Dataset> {
  checkOptions(options, { stream: "boolean" });
  if (source === undefined || source === null) throw badOption("source", source, "a file");
  const open = () => openParquet(source);
  if (!(await isStreamed(source, options))) return inMemory(await open());
  const { stream, notes } = await streamTable(open);
  return datasetOf(stream, notes);
}
