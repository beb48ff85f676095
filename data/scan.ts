// Cuts text into rows of cells as it arrives (RFC 4180, and what files do beside it): cells may be quoted, line ends are LF, CRLF and CR, also
// mixed in one file, and blanks around cells count nothing.
//
// No library: csv-parse needs Node's Buffer (a page would load 120 kB for it), takes one line end for all unless told, and makes a string for
// each cell, at 16 MB a second; Papa Parse takes one line end too, and uDSV says nothing of quotes that are not closed.
import { csvAfterQuote, csvOpenQuote, csvRowTooLong } from "./diagnostics.ts";

/** The cells of one row: places in a text. */
export interface Cells {
  readonly text: string;
  readonly count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where the cell is quoted, 2 where it has quotes inside, which stand there twice. */
  readonly quotes: Uint8Array;
  /** The line that the row begins on, from 1. */
  readonly line: number;
}

/** Takes text, and gives rows. */
export interface Scanner {
  /** Adds text; `isLast` where none follows. */
  push(text: string, isLast: boolean): void;
  /** The next whole row, which the one after it overwrites; undefined where it takes more text. @throws GradcError `csv-malformed` */
  next(): Cells | undefined;
}

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const tab = 9;

/** A row that is longer than this is a quote that was never closed. */
export const longestRow = 2 ** 27;

interface State {
  text: string;
  /** Where the next row begins, and on which line. */
  at: number;
  next: number;
  line: number;
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  quotes: Uint8Array;
}

const wider = <A extends Int32Array | Uint8Array>(array: A): A => {
  const twice = new (array.constructor as new (length: number) => A)(array.length * 2);
  twice.set(array);
  return twice;
};

function put(state: State, start: number, end: number, quotes: number): void {
  const { count } = state;
  if (count === state.starts.length) {
    state.starts = wider(state.starts);
    state.ends = wider(state.ends);
    state.quotes = wider(state.quotes);
  }
  state.starts[count] = start;
  state.ends[count] = end;
  state.quotes[count] = quotes;
  state.count++;
}

const isBlank = (code: number): boolean => code === space || code === tab;

/** The end of the cell that a quote opens before `start`, -1 where it is not in the text; and 2 where there are quotes inside, else 1. */
function closingQuote(text: string, start: number): [end: number, quotes: number] {
  let quotes = 1;
  for (let at = start; ; ) {
    const close = text.indexOf('"', at);
    // What follows decides whether it closes.
    if (close < 0 || close + 1 === text.length) return [-1, quotes];
    if (text.charCodeAt(close + 1) !== quote) return [close, quotes];
    quotes = 2;
    at = close + 2;
  }
}

/** The number of line ends between two places. */
function lineEnds(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === lineFeed || (code === carriageReturn && text.charCodeAt(at + 1) !== lineFeed)) count++;
  }
  return count;
}

/** What the characters of a text mean to a scanner, by code: 1 ends a cell, 2 is a blank around cells. Codes beyond are parts of cells. */
function meaningsOf(delimiter: number): Uint8Array {
  const meanings = new Uint8Array(2 ** 16);
  meanings[space] = meanings[tab] = delimiter === space ? endsCell : blank;
  meanings[delimiter] = meanings[lineFeed] = meanings[carriageReturn] = endsCell;
  return meanings;
}

const endsCell = 1;
const blank = 2;

interface Grammar {
  readonly delimiter: number;
  readonly meanings: Uint8Array;
  readonly file: string;
}

/** Reads one row from `state.at` on; false, and nothing is read, where the text ends before it. @throws GradcError `csv-malformed` */
function scanRow(state: State, { delimiter, meanings, file }: Grammar): boolean {
  const { text } = state;
  const { length } = text;
  const byBlanks = delimiter === space;
  let { at, next: line } = state;
  state.line = line;
  state.count = 0;
  for (;;) {
    // A row that blanks part may be indented.
    while (at < length && (meanings[text.charCodeAt(at)] === blank || (byBlanks && isBlank(text.charCodeAt(at))))) at++;
    let start = at;
    let end = at;
    let quotes = 0;
    if (text.charCodeAt(at) === quote) {
      start = at + 1;
      [end, quotes] = closingQuote(text, start);
      if (end < 0) return false;
      line += lineEnds(text, start, end);
      at = end + 1;
      while (at < length && meanings[text.charCodeAt(at)] === blank) at++;
      if (at < length && meanings[text.charCodeAt(at)] !== endsCell) throw csvAfterQuote(text.slice(start, end), text.charAt(at), { file, line });
    } else {
      while (at < length && meanings[text.charCodeAt(at)] !== endsCell) at++;
      end = at;
      while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
    }
    if (at >= length) return false;
    put(state, start, end, quotes);
    while (byBlanks && isBlank(text.charCodeAt(at))) at++;
    const code = text.charCodeAt(at);
    if (code === delimiter) at++;
    else if (code === lineFeed || code === carriageReturn) break;
    else if (at >= length) return false;
  }
  const isPair = text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed;
  if (text.charCodeAt(at) === carriageReturn && at + 1 === length) return false;
  state.at = isPair ? at + 2 : at + 1;
  state.next = line + 1;
  return true;
}

/** A scanner of the columns that `delimiter` parts; a space stands for any number of blanks. The text begins on this line of the file. */
export function createScanner(delimiter: string, file: string, firstLine = 1): Scanner {
  const state: State = {
    text: "",
    at: 0,
    next: firstLine,
    line: firstLine,
    count: 0,
    starts: new Int32Array(16),
    ends: new Int32Array(16),
    quotes: new Uint8Array(16),
  };
  const code = delimiter.charCodeAt(0);
  const grammar = { delimiter: code, meanings: meaningsOf(code), file };
  let waiting: string[] = [];
  let isScanned = true;
  let isEnded = false;
  return {
    push(text, isLast) {
      waiting.push(isLast ? `${text}\n` : text);
      isEnded = isLast;
      const rest = state.text.length - state.at;
      // A row that is longer than the text so far is looked at again when that has doubled, so that its cost stays linear.
      if (!isLast && waiting.reduce((sum, { length }) => sum + length, 0) < rest) return;
      if (rest > longestRow) throw csvRowTooLong({ file, line: state.next }, longestRow);
      // Joined, not added: a sum of texts is a pair of them to the engine, and slow to read.
      state.text = [state.text.slice(state.at), ...waiting].join("");
      state.at = 0;
      waiting = [];
      isScanned = false;
    },
    next() {
      if (isScanned) return undefined;
      if (state.at < state.text.length && scanRow(state, grammar)) return state;
      isScanned = true;
      if (isEnded && state.at < state.text.length) throw csvOpenQuote({ file, line: state.next });
      return undefined;
    },
  };
}

/** The text of cell `i`. */
export function cellText({ text, starts, ends, quotes }: Cells, i: number): string {
  const cell = text.slice(starts[i], ends[i]);
  return quotes[i] === 2 ? cell.replaceAll('""', '"') : cell;
}

/** The texts of all cells of a row. */
export const cellTexts = (cells: Cells): string[] => Array.from({ length: cells.count }, (_, i) => cellText(cells, i));

/** Whether no cell of a row holds anything. */
export function isBlankRow({ count, starts, ends }: Cells): boolean {
  for (let i = 0; i < count; i++) if (starts[i] !== ends[i]) return false;
  return true;
}
