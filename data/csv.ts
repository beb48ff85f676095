import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { cannotReadFile } from "../runtime/diagnostics.ts";
import { csvEmpty, csvHeader, csvMalformed, csvMissing, csvNoColumn, csvRagged } from "./diagnostics.ts";
import { checkForm, decodeText } from "./text.ts";

/** A table of texts in columns. */
export interface Table {
  /** The file's name, for messages. */
  readonly file: string;
  /** Names in the order of the file. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface Row {
  /** The line that the row ends on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** One column: its cells from top to bottom. */
export interface TextColumn {
  readonly name: string;
  readonly cells: readonly string[];
}

/** Reads a CSV file in UTF-8. @throws GradcError `cannot-read`, and those of `parseCsv` */
export async function readCsv(file: string): Promise<Table> {
  const bytes = await readFile(file).catch((error) => {
    throw cannotReadFile(file, error);
  });
  return parseCsv(decodeText(bytes, file), file);
}

/**
 * Reads comma-separated text whose first row is the header. Cells may be quoted, line ends are LF or CRLF, a byte order mark and empty lines are skipped.
 * @throws GradcError `csv-malformed`, `csv-header`, `csv-ragged`, `csv-empty`
 */
export function parseCsv(text: string, file: string): Table {
  checkForm(text, file);
  const [header, ...rows] = recordsOf(text, file);
  if (!header) throw csvEmpty(file);
  checkHeader(header, file);
  const columns = header.cells;
  for (const { line, cells } of rows) if (cells.length !== columns.length) throw csvRagged(cells.length, columns.length, { file, line });
  if (rows.length === 0) throw csvEmpty(file);
  return { file, columns, rows };
}

function recordsOf(text: string, file: string): Row[] {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
    const records = parse(text, options) as unknown as { readonly record: string[]; readonly info: { readonly lines: number } }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw csvMalformed(error.message, { file, line: Number(error.lines) });
  }
}

function checkHeader({ cells, line }: Row, file: string): void {
  const empty = cells.indexOf("");
  if (empty >= 0) throw csvHeader(`has no name for column ${empty + 1}`, { file, line });
  const twice = cells.find((name, at) => cells.indexOf(name) !== at);
  if (twice !== undefined) throw csvHeader("has a name twice", { file, line, column: twice });
}

/** The column of that name. @throws GradcError `csv-no-column`, `csv-missing` where a cell is empty */
export function columnOf({ file, columns, rows }: Table, name: string): TextColumn {
  const at = columns.indexOf(name);
  if (at < 0) throw csvNoColumn(name, columns, file);
  const cells = rows.map(({ line, cells: row }) => {
    const cell = row[at] as string;
    if (cell === "") throw csvMissing({ file, line, column: name });
    return cell;
  });
  return { name, cells };
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Whether a cell holds a decimal number. */
export const isNumber = (cell: string): boolean => number.test(cell);
