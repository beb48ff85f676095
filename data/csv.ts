// Reads separated values row by row into columns; of the text, only the part at hand is in memory.
import { numberOf } from "./cell.ts";
import { createColumn, type GrowingColumn } from "./column.ts";
import { csvEmpty, csvRagged, csvRowTooLong, noHeaderHelp } from "./diagnostics.ts";
import { type Dialect, type DialectOptions, describeDialect, recognise } from "./dialect.ts";
import { type Header, headerOf } from "./header.ts";
import type { Preamble } from "./preamble.ts";
import { type Cells, cellText, createScanner, isBlankRow } from "./scan.ts";
import { createLines, type OpenTable, type Table } from "./table.ts";
import type { Texts } from "./text.ts";

/** How a table is written, where that is not recognised. */
export interface CsvOptions extends DialectOptions {
  /** Whether the first row holds the names of the columns, as it does unless stated. Else they are called c1, c2, and so on. */
  readonly header?: boolean | undefined;
}

/** Separated values whose header is known. */
export interface OpenCsv extends OpenTable {
  /** How the numbers are written. */
  readonly decimal: string;
  /** The rows, once, in place of `read`: for each part of the text a function that gives its next row. */
  rows(): AsyncGenerator<() => Cells | undefined>;
}

// Most tables begin with their header: a page does without what reads anything else.
const mayBeAbove = /^"?sep=|^\s*#/i;
// The first two rows are read by each delimiter that there may be.
const longestHeader = 2 ** 24;
const noPreamble: Preamble = { length: 0, lines: 0, notes: [] };

/** Opens separated values. @throws GradcError `csv-empty`, `csv-malformed`; `read` also `csv-ragged` */
export async function openCsv(texts: Texts, options: CsvOptions = {}): Promise<OpenCsv> {
  const { name } = texts;
  const { header: isNamed = true } = options;
  const preamble = mayBeAbove.test(texts.head) ? (await import("./preamble.ts")).preambleOf(texts, options, isNamed) : noPreamble;
  const stated = { ...options, delimiter: options.delimiter ?? preamble.delimiter };
  const look = () => recognise({ name, head: texts.head.slice(preamble.length), isWhole: texts.isWhole }, stated);
  let found = look();
  // The header alone may be longer than what is at hand.
  while (found.rows.length < 2 && !texts.isWhole && !found.error) {
    if (texts.head.length > longestHeader) throw csvRowTooLong({ file: name, line: preamble.lines + found.rows.length + 1 }, longestHeader);
    await texts.grow(texts.head.length * 2);
    found = look();
  }
  if (found.error) throw found.error;
  if (found.rows.length < (isNamed ? 2 : 1)) throw csvEmpty(name, isNamed && found.rows.length > 0 && headerOf(name, found.rows, isNamed).seemsData);
  const plain = headerOf(name, found.rows, isNamed);
  const header = { ...plain, notes: [...preamble.notes, ...describeDialect(found, options), ...plain.notes, ...describeNames(plain)] };
  const rows = () => rowsOf(texts, header, { ...found, preamble });
  return { header, decimal: found.decimal, rows, read: (names) => readColumns(rows(), header, found.decimal, new Set(names)) };
}

const describeNames = ({ names, isNamed }: Header): string[] =>
  isNamed && names.every((name) => !Number.isNaN(numberOf(name)))
    ? [`the first line holds numbers only and is taken for names\n  ${noHeaderHelp}`]
    : [];

/** A column that is read, and which cell of a row it takes. */
interface Reading {
  readonly cell: number;
  readonly column: GrowingColumn;
}

/** How the text of a table is written, and what stands above it. */
interface Form extends Dialect {
  readonly preamble: Preamble;
}

/** The rows below the header, those without any cell left out. @throws GradcError `csv-ragged`, `csv-malformed`, `csv-empty` */
async function* rowsOf(texts: Texts, { file, names, isNamed }: Header, { delimiter, preamble }: Form): AsyncGenerator<() => Cells | undefined> {
  const scanner = createScanner(delimiter, file, preamble.lines + 1);
  let isHeader = isNamed;
  let above = preamble.length;
  let isEmpty = true;
  const next = (): Cells | undefined => {
    for (let cells = scanner.next(); cells; cells = scanner.next()) {
      if (isBlankRow(cells)) continue;
      if (isHeader) {
        isHeader = false;
        continue;
      }
      checkWidth(cells, names.length, file);
      isEmpty = false;
      return cells;
    }
    return undefined;
  };
  for await (const { text, isLast } of texts.parts()) {
    // The first part holds the preamble.
    scanner.push(text.slice(above), isLast);
    above = 0;
    yield next;
  }
  if (isEmpty) throw csvEmpty(file);
}

async function readColumns(rows: ReturnType<typeof rowsOf>, header: Header, decimal: string, wanted: ReadonlySet<string>): Promise<Table> {
  const { names } = header;
  const readings = names.flatMap((name, cell): Reading[] => (wanted.has(name) ? [{ cell, column: createColumn(name, decimal) }] : []));
  const lines = createLines();
  const idle = header.unnamed.filter((cell) => !wanted.has(names[cell] as string));
  const filled = new Set<number>();
  for await (const next of rows) {
    for (let cells = next(); cells; cells = next()) {
      for (const { cell, column } of readings) addCell(cells, cell, column);
      for (const cell of idle) if (cells.starts[cell] !== cells.ends[cell]) filled.add(cell);
      lines.add(cells.line);
    }
  }
  return {
    header,
    columns: new Map(readings.map(({ column }) => [column.name, column])),
    rows: lines.count,
    lineOf: lines.at,
    notes: [...filled].map((cell) => `column ${cell + 1} has no name and is left out`),
  };
}

/** Adds a cell of a row to a column. */
export function addCell(cells: Cells, cell: number, column: Pick<GrowingColumn, "add">): void {
  if (cells.quotes[cell] === 2) {
    const text = cellText(cells, cell);
    column.add(text, 0, text.length);
  } else column.add(cells.text, cells.starts[cell] as number, cells.ends[cell] as number);
}

/** Refuses a row with more or fewer cells than the header has names; more empty ones hold nothing. */
function checkWidth({ text, count, starts, ends, line }: Cells, width: number, file: string): void {
  let isWider = false;
  for (let i = width; i < count; i++) isWider ||= starts[i] !== ends[i];
  if (isWider || count < width) throw csvRagged(count, width, text[starts[0] as number] === "#", { file, line });
}
