// How a table is written, told from its first rows.
import { isNumberCell } from "./cell.ts";
import { cellTexts, createScanner, isBlankRow } from "./scan.ts";
import type { Texts } from "./text.ts";

/** What parts columns, and the decimal point. */
export interface Dialect {
  readonly delimiter: string;
  readonly decimal: "." | ",";
}

/** How a table is written, where that is known. */
export interface DialectOptions {
  /** The character between columns; a space stands for any number of blanks. Recognised unless stated: a comma, a semicolon, a tab, a bar, blanks. */
  readonly delimiter?: string | undefined;
  /** The decimal point of numbers; a comma is recognised where it cannot be anything else. */
  readonly decimal?: "." | "," | undefined;
}

const mostRows = 20;

interface Sample {
  readonly delimiter: string;
  readonly rows: readonly string[][];
  /** The number of columns where all rows have as many, else 0. */
  readonly width: number;
  /** Whether the header has as many. */
  readonly isEven: boolean;
  /** What is wrong with the row after the last of these. */
  readonly error?: unknown;
}

/** The beginning of a text. */
type Beginning = Pick<Texts, "name" | "head" | "isWhole">;

/** The first rows of a text as this delimiter parts them. A row that the text cuts off is left out. */
export function sampleBy(delimiter: string, { head, isWhole, name }: Beginning): Sample {
  const scanner = createScanner(delimiter, name);
  const rows: string[][] = [];
  try {
    scanner.push(head, isWhole);
    for (let cells = scanner.next(); cells && rows.length < mostRows; cells = scanner.next()) if (!isBlankRow(cells)) rows.push(cellTexts(cells));
  } catch (error) {
    // Quotes contradict the delimiter, or are wrong.
    return { delimiter, rows, width: 0, isEven: false, error };
  }
  const width = commonWidth(rows);
  return { delimiter, rows, width, isEven: width === rows[0]?.length };
}

/** The number of columns of all rows, else 0; rows may have one more than the header, for row names or an empty last cell. */
function commonWidth(rows: readonly (readonly string[])[]): number {
  const [header = [], ...others] = rows;
  const width = others[0]?.length ?? header.length;
  const fits = header.length === width || (header.length > 1 && header.length + 1 === width);
  return fits && others.every((row) => row.length === width) ? width : 0;
}

/** Blanks part words too: they part columns where numbers stand below the header. */
const areNumbers = ([, row = []]: readonly (readonly string[])[]): boolean => 2 * row.filter(isNumberCell).length >= row.length;

/** The sample by the delimiter that gives the rows most columns, the same number to all. */
function bestSample(beginning: Beginning): Sample {
  const samples = [",", ";", "\t", "|"].map((delimiter) => sampleBy(delimiter, beginning));
  const [best] = samples.filter(({ width }) => width > 1).sort((a, b) => +b.isEven - +a.isEven || b.width - a.width);
  if (best) return best;
  const byBlanks = sampleBy(" ", beginning);
  if (byBlanks.width > 1 && areNumbers(byBlanks.rows)) return byBlanks;
  return samples.find(({ rows: [header = []] }) => header.filter((cell) => cell !== "").length > 1) ?? (samples[0] as Sample);
}

const commaNumber = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i;
const pointNumber = /^[+-]?\d*\.\d+(e[+-]?\d+)?$/i;

// 1,234 may be a thousand.
const maybeThousands = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/** A comma where some numbers have one that sets no thousands apart, and none has a point. */
function recogniseDecimal(rows: readonly (readonly string[])[]): "." | "," {
  const cells = rows.slice(1).flat();
  const isComma = cells.some((cell) => commaNumber.test(cell) && !maybeThousands.test(cell)) && !cells.some((cell) => pointNumber.test(cell));
  return isComma ? "," : ".";
}

/** How a text that begins so is written, its first rows, and what is wrong with the row after them. */
export function recognise(beginning: Beginning, { delimiter, decimal }: DialectOptions): Dialect & Pick<Sample, "rows" | "error"> {
  const sample = delimiter === undefined ? bestSample(beginning) : sampleBy(delimiter, beginning);
  const { rows, error } = sample;
  return { rows, error, delimiter: sample.delimiter, decimal: decimal ?? (sample.delimiter === "," ? "." : recogniseDecimal(rows)) };
}

const delimiterNames: Readonly<Record<string, string>> = { ";": '";"', "\t": "tabs", "|": '"|"', " ": "spaces" };

/** What is worth saying of a recognised dialect. */
export function describeDialect({ delimiter, decimal }: Dialect, given: DialectOptions): string[] {
  const name = delimiterNames[delimiter];
  return [
    ...(given.delimiter === undefined && name ? [`columns are separated by ${name}`] : []),
    ...(given.decimal === undefined && decimal === "," ? ["numbers have decimal commas"] : []),
  ];
}
