// Lines above the header: Excel's `sep=;`, and comments.
import { isNumberCell } from "./cell.ts";
import { type DialectOptions, recognise, sampleBy } from "./dialect.ts";
import type { Texts } from "./text.ts";

/** What stands above a table. */
export interface Preamble {
  /** How many characters and line ends that is. */
  readonly length: number;
  readonly lines: number;
  /** What a line says to part columns. */
  readonly delimiter?: string | undefined;
  /** What a user should know. */
  readonly notes: readonly string[];
}

const separatorLine = /^"?sep=([^"\r\n])"?[ \t]*(?:\r\n?|\n)/i;

const blankLine = /^[ \t]*(?:\r\n?|\n)/;
const commentLine = /^[ \t]*#.*(?:\r\n?|\n)/;

// Without a header a row may begin with a colour.
const plainComment = /^[ \t]*#(?:[ \t#!].*)?(?:\r\n?|\n)/;

interface Comments {
  /** Where the last of them begins, and where what follows them does. */
  readonly last: number;
  readonly end: number;
  readonly count: number;
}

function commentsAt(head: string, start: number, isComment: RegExp): Comments {
  let [last, end, count] = [start, start, 0];
  for (let at = start; ; ) {
    const rest = head.slice(at, at + longestComment);
    const [comment] = isComment.exec(rest) ?? [];
    const [line] = comment === undefined ? (blankLine.exec(rest) ?? []) : [comment];
    if (line === undefined) return { last, end, count };
    if (comment !== undefined) [last, end, count] = [at, at + line.length, count + 1];
    at += line.length;
  }
}

const longestComment = 2 ** 16;

/** Whether a line that begins with # names the columns of the rows below it: it has as many cells, and no other header follows. */
function isHeader(cells: readonly string[], [next = [], ...others]: readonly (readonly string[])[]): boolean {
  if (cells.length !== next.length) return false;
  return next.some(isNumberCell) || (cells.length > 1 && !others.flat().some(isNumberCell));
}

const lineEnds = (text: string): number => text.match(/\r\n?|\n/g)?.length ?? 0;

/** What stands above the rows of a text. A header may begin with #, and with # and a blank as NumPy writes it, which are left out then. */
export function preambleOf({ name, head, isWhole }: Pick<Texts, "name" | "head" | "isWhole">, given: DialectOptions, isNamed: boolean): Preamble {
  const [line = "", stated] = separatorLine.exec(head) ?? [];
  const delimiter = given.delimiter ?? stated;
  const comments = commentsAt(head, line.length, isNamed ? commentLine : plainComment);
  const none = { length: line.length, lines: lineEnds(line), delimiter: stated, notes: [] };
  if (comments.count === 0) return none;
  const below = recognise({ name, head: head.slice(comments.end), isWhole }, { ...given, delimiter });
  if (below.rows.length === 0) return none;
  const [mark = ""] = /^[ \t]*#[ \t]+/.exec(head.slice(comments.last, comments.end)) ?? [];
  const lastLine = head.slice(comments.last + mark.length, comments.end);
  const [cells = []] = sampleBy(below.delimiter, { name, head: lastLine, isWhole: true }).rows;
  const isLastHeader = isNamed && isHeader(cells, below.rows);
  const length = isLastHeader ? comments.last + mark.length : comments.end;
  const skipped = comments.count - Number(isLastHeader);
  return {
    length,
    lines: lineEnds(head.slice(0, length)),
    delimiter: stated,
    notes: [
      ...(skipped > 0 ? [`${skipped === 1 ? '1 line that begins with "#" is' : `${skipped} lines that begin with "#" are`} skipped`] : []),
      ...(isLastHeader && mark !== "" ? ['the line above the rows is taken for the header, without its "#"'] : []),
    ],
  };
}
