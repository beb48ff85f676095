// "gradc/data": tables as named columns. Nothing of Node is imported, so that it bundles for a browser.
import type { Column } from "./column.ts";
import { type CsvOptions, openCsv } from "./csv.ts";
import { csvHeader } from "./diagnostics.ts";
import { openJson } from "./json.ts";
import { bytesOf, type TableSource } from "./source.ts";
import type { OpenTable, Table } from "./table.ts";
import { openTexts } from "./text.ts";

export { GradcError } from "../runtime/error.ts";
export type { Column, CsvOptions, TableSource };

/** Columns by name, of equal length, in the order of the file. */
export interface Dataset {
  readonly columns: ReadonlyMap<string, Column>;
  readonly length: number;
}

async function allOf({ header, read }: OpenTable): Promise<Dataset> {
  const [repeated] = header.repeated;
  if (repeated !== undefined) throw csvHeader(repeated, header);
  const { columns, rows }: Table = await read(header.names);
  return { columns, length: rows };
}

/**
 * Reads comma-separated values, and those that something else separates, row by row: of the text, only the part at hand is in memory.
 * A column of numbers holds f64 values, one with a text in it the numbers of its labels; a cell that is missing is NaN.
 * @throws GradcError `cannot-read`, `csv-malformed`, `csv-empty`, `csv-header`, `csv-ragged`
 */
export const fromCsv = async (source: TableSource, options: CsvOptions = {}): Promise<Dataset> =>
  allOf(await openCsv(await openTexts(bytesOf(source)), options));

/** Reads rows that are JSON objects, one a line or in an array. @throws GradcError `cannot-read`, `csv-malformed`, `csv-empty` */
export const fromJsonLines = async (source: TableSource): Promise<Dataset> => allOf(await openJson(await openTexts(bytesOf(source))));
