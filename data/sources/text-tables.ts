// `fromCsv` and `fromJsonLines`.
import { badOption } from "../../runtime/diagnostics.ts";
import { checkOptions } from "../../runtime/options.ts";
import { type CsvOptions, openCsv } from "../csv.ts";
import { type Dataset, datasetOf, type HeldDataset, heldDataset } from "../dataset/dataset.ts";
import { csvHeader } from "../diagnostics.ts";
import type { Header } from "../header.ts";
import { openJson, openJsonRows } from "../json.ts";
import { bytesOf, sizeOf, type TableSource } from "../source.ts";
import type { OpenTable } from "../table.ts";
import { openTexts } from "../text.ts";
import type { OpenRows } from "./streamed.ts";
import { tableBase } from "./tables.ts";

/** Whether the rows of a file are held in memory. */
export interface StreamOptions {
  /**
   * Read the file part by part, anew for each epoch; unless stated, a file of more than 64 MB is. What a column holds, numbers, classes or texts, is
   * told from the first 4096 rows then.
   */
  readonly stream?: boolean | undefined;
}

const mostBytes = 64e6;

/** Whether a source is to be read part by part. @throws GradcError `bad-option` for one that can be read once only */
export async function isStreamed(source: TableSource, options: StreamOptions): Promise<boolean> {
  const stream = options?.stream;
  if (stream === false) return false;
  const isAgain =
    typeof source === "string" || source instanceof URL || source instanceof Blob || ArrayBuffer.isView(source) || source instanceof ArrayBuffer;
  if (stream && !isAgain) throw badOption("stream", stream, "false for what can be read once only");
  return stream ?? (isAgain && (await sizeOf(source)) > mostBytes);
}

function checkNames(header: Header): void {
  const [repeated] = header.repeated;
  if (repeated !== undefined) throw csvHeader(repeated, header);
}

async function inMemory({ header, read }: OpenTable): Promise<HeldDataset> {
  checkNames(header);
  const { base, columns, notes } = await tableBase(await read(header.names));
  return heldDataset({ base, maps: [] }, notes, columns);
}

async function inParts(open: () => Promise<OpenRows>): Promise<Dataset> {
  // A page whose tables are small does without.
  const { streamTable } = await import("./streamed.ts");
  const { stream, notes } = await streamTable(open);
  return datasetOf(stream, notes);
}

const csvKinds = { delimiter: "string", decimal: "string", header: "boolean", stream: "boolean" };

/**
 * Reads comma-separated values, and those that something else separates, row by row: of the text, only the part at hand is in memory.
 * A column of numbers holds f64 values, one with a text in it the numbers of its labels; a cell that is missing is NaN. Rows hold the same, but the
 * texts themselves where those are no classes: dates, free texts, a text among numbers; a batch refuses them, and a `map` makes numbers of them.
 * A file of more than 64 MB is read anew for each epoch, and its rows are not held: see `stream`.
 * @throws GradcError `cannot-read`, `csv-malformed`, `csv-empty`, `csv-header`, `csv-ragged`, `unknown-option`, `bad-option`
 */
export function fromCsv(source: TableSource, options: CsvOptions & { readonly stream: false }): Promise<HeldDataset>;
export function fromCsv(source: TableSource, options?: CsvOptions & StreamOptions): Promise<Dataset>;
export async function fromCsv(source: TableSource, options: CsvOptions & StreamOptions = {}): Promise<Dataset> {
  checkOptions(options, csvKinds);
  const open = async () => openCsv(await openTexts(bytesOf(source)), options ?? {});
  if (!(await isStreamed(source, options))) return inMemory(await open());
  return inParts(async () => {
    const [{ header, decimal, rows }, { fillCells }] = await Promise.all([open(), import("./streamed.ts")]);
    checkNames(header);
    return { header, decimal, fill: (columns, place) => fillCells(rows(), header.names, columns, place) };
  });
}

/**
 * Reads rows that are JSON objects, one a line or in an array. A file of more than 64 MB is read anew for each epoch; its first row says which columns
 * there are then.
 * @throws GradcError `cannot-read`, `csv-malformed`, `csv-empty`, `unknown-option`, `bad-option`
 */
export function fromJsonLines(source: TableSource, options: { readonly stream: false }): Promise<HeldDataset>;
export function fromJsonLines(source: TableSource, options?: StreamOptions): Promise<Dataset>;
export async function fromJsonLines(source: TableSource, options: StreamOptions = {}): Promise<Dataset> {
  checkOptions(options, { stream: "boolean" });
  const open = () => openTexts(bytesOf(source));
  if (!(await isStreamed(source, options))) return inMemory(await openJson(await open()));
  return inParts(async () => openJsonRows(await open()));
}
