// Rows as JSON objects: an array of them, or one after the other, as in a file of lines.
import { createColumn, type GrowingColumn } from "./column.ts";
import { counted, csvEmpty, csvRowTooLong, jsonMalformed, quoted } from "./diagnostics.ts";
import { headerOf } from "./header.ts";
import { longestRow } from "./scan.ts";
import { createLines, type OpenTable } from "./table.ts";
import type { Texts } from "./text.ts";

/** Whether a text begins as rows of JSON do. */
export const beginsAsJson = (head: string): boolean => /^\s*(\[\s*)?\{\s*["}]/.test(head);

/** Opens rows of JSON. A key that a row does not have is a missing cell there. @throws GradcError `csv-malformed`, `csv-empty` */
export async function openJson(texts: Texts): Promise<OpenTable> {
  const columns = new Map<string, GrowingColumn>();
  const lines = createLines();
  for await (const { text, keys, line } of objectsIn(texts)) {
    const place = { file: texts.name, line };
    addRow(columns, rowOf(text, keys, lines.count + 1, place), lines.count, place);
    lines.add(line);
  }
  if (lines.count === 0) throw csvEmpty(texts.name);
  const header = { ...headerOf(texts.name, [[...columns.keys()]], true), seemsData: false };
  // The names are known when all is read.
  return { header, read: async () => ({ header, columns, rows: lines.count, lineOf: lines.at, notes: [] }) };
}

const sampleRows = 4096;

/** Opens rows of JSON to be read part by part; the first of them say which columns there are. @throws GradcError `csv-malformed`, `csv-empty` */
export async function openJsonRows(texts: Texts) {
  const objects = objectsIn(texts);
  const place = (line: number): Place => ({ file: texts.name, line });
  const first: ObjectText[] = [];
  const names = new Set<string>();
  for (let next = await objects.next(); !next.done; next = await objects.next()) {
    const { text, keys, line } = next.value;
    for (const name of Object.keys(rowOf(text, keys, first.push(next.value), place(line)))) names.add(name);
    if (first.length === sampleRows) break;
  }
  if (first.length === 0) throw csvEmpty(texts.name);
  async function* all() {
    yield* first.splice(0);
    yield* objects;
  }
  async function* fill(columns: ReadonlyMap<string, FillingColumn>, here: { line: number }): AsyncGenerator<() => boolean> {
    let row = 0;
    for await (const { text, keys, line } of all()) {
      let isAdded = false;
      yield () => {
        if (isAdded) return false;
        isAdded = true;
        here.line = line;
        addStreamed(columns, rowOf(text, keys, ++row, place(line)), place(line));
        return true;
      };
    }
  }
  return { header: { ...headerOf(texts.name, [[...names]], true), seemsData: false }, decimal: ".", fill };
}

type FillingColumn = Pick<GrowingColumn, "add" | "addNumber" | "addMissing">;

function addStreamed(columns: ReadonlyMap<string, FillingColumn>, row: Readonly<Record<string, unknown>>, place: Place): void {
  const other = Object.keys(row).find((name) => !columns.has(name));
  if (other !== undefined)
    throw jsonMalformed(`none of the first rows has ${quoted(other)}, and of a file that is read part by part they name all`, place);
  for (const [name, column] of columns) addValue(column, Object.hasOwn(row, name) ? row[name] : null, { ...place, column: name });
}

/** Adds a value to a column. @throws GradcError `csv-malformed` */
function addValue(column: FillingColumn, value: unknown, cell: Place & { readonly column: string }): void {
  if (typeof value === "number") column.addNumber(value);
  else if (value === null) column.addMissing();
  else if (typeof value === "object") throw jsonMalformed("a cell holds a list or an object", cell);
  else column.add(String(value), 0, String(value).length);
}

/** A place in a text. */
interface Place {
  readonly file: string;
  readonly line: number;
}

const textPattern = /"(?:[^"\\]|\\.)*"/gs;

/** The row that the text of an object with so many keys gives. @throws GradcError `csv-malformed` */
function rowOf(text: string, keys: number, number: number, place: Place): Readonly<Record<string, unknown>> {
  let row: Readonly<Record<string, unknown>>;
  try {
    row = JSON.parse(text);
  } catch {
    const [word] = /\b(NaN|Infinity|None|undefined)\b/.exec(text.replace(textPattern, "")) ?? [];
    throw jsonMalformed(`row ${number} is not JSON${word === undefined ? "" : `, which has no ${word} but null`}`, place);
  }
  if (Object.keys(row).length < keys) throw jsonMalformed(`row ${number} has the key ${quoted(repeatedKey(text))} twice`, place);
  return row;
}

/** The first key that an object without objects in it has twice. */
function repeatedKey(text: string): string {
  const seen = new Set<string>();
  for (const [whole, key] of text.matchAll(/("(?:[^"\\]|\\.)*")(?:\s*:)?/gs)) {
    if (key === undefined || key === whole) continue;
    const name = JSON.parse(key) as string;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return "";
}

function addRow(columns: Map<string, GrowingColumn>, row: Readonly<Record<string, unknown>>, rows: number, place: Place): void {
  for (const [name, value] of Object.entries(row)) {
    const column = columns.get(name) ?? createColumn(name);
    if (!columns.has(name)) for (let before = 0; before < rows; before++) column.addMissing();
    columns.set(name, column);
    addValue(column, value, { ...place, column: name });
  }
  for (const [name, column] of columns) if (!Object.hasOwn(row, name)) column.addMissing();
}

const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const colon = 58;
const quote = 34;
const backslash = 92;

/** The quote that closes the string that begins at `start`; -1 where the text ends before. */
function closingQuote(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

/** The place behind the object that begins at `start`, -1 where the text ends before, and how many keys it has. */
function objectEnd(text: string, start: number): readonly [end: number, keys: number] {
  let depth = 0;
  let keys = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = closingQuote(text, at + 1);
      if (at < 0) break;
    } else if (code === openBrace || code === openBracket) depth++;
    else if (code === closeBracket) depth--;
    else if (code === colon && depth === 1) keys++;
    else if (code === closeBrace && --depth === 0) return [at + 1, keys];
  }
  return [-1, keys];
}

/** What stands before the next character, but for blanks: nothing; the bracket of a list, a row or a comma in it, its end; or a row without a list, and blanks behind it. */
type Before = "nothing" | "bracket" | "row in list" | "comma" | "end" | "row" | "row and blanks";

/** What stands where a character may: the next `Before`, or what is wrong with it as a text. */
const grammar: Readonly<Record<string, Readonly<Partial<Record<Before, Before>>>>> = {
  "[": { nothing: "bracket" },
  "{": { nothing: "row", bracket: "row in list", comma: "row in list", "row and blanks": "row" },
  ",": { "row in list": "comma" },
  "]": { bracket: "end", "row in list": "end" },
};

/** What is wrong with a character that may not stand there; `rows` have been read. */
function fault(char: string, before: Before, rows: number): string {
  if (before === "end") return `something follows the list of ${counted(rows, "row")}`;
  if (char === "{" && before === "row") return `row ${rows + 1} does not begin on a line of its own`;
  if (char === "{") return `there is no comma before row ${rows + 1}`;
  if (char === "," && before.startsWith("row")) return `a comma follows row ${rows}, and the rows are no list`;
  if (before === "comma" && ",]".includes(char)) return `no row follows the comma behind row ${rows}`;
  return "rows are objects";
}

interface ObjectText {
  readonly text: string;
  readonly keys: number;
  /** The line that it begins on. */
  readonly line: number;
}

/** The texts of the objects. @throws GradcError `csv-malformed` */
async function* objectsIn(texts: Texts): AsyncGenerator<ObjectText> {
  const place = { file: texts.name, line: 1 };
  let [rest, waiting] = ["", ""];
  let before: Before = "nothing";
  let rows = 0;
  for await (const { text, isLast } of texts.parts()) {
    waiting += text;
    // An object that is longer than the text so far is looked at again when that has doubled.
    if (!isLast && waiting.length < rest.length) continue;
    if (rest.length > longestRow) throw csvRowTooLong(place, longestRow);
    rest += waiting;
    waiting = "";
    let at = 0;
    for (; at < rest.length; at++) {
      const char = rest.charAt(at);
      if (char === "\n") place.line++;
      if (/\s/.test(char)) {
        if (before === "row") before = "row and blanks";
        continue;
      }
      const next: Before | undefined = grammar[char]?.[before];
      if (next === undefined) throw jsonMalformed(fault(char, before, rows), place);
      if (char === "{") {
        const [end, keys] = objectEnd(rest, at);
        if (end < 0) break;
        const text = rest.slice(at, end);
        yield { text, keys, line: place.line };
        rows++;
        place.line += text.split("\n").length - 1;
        at = end - 1;
      }
      before = next;
    }
    rest = rest.slice(at);
  }
  if (rest !== "" || ["bracket", "row in list", "comma"].includes(before)) throw jsonMalformed("it is cut off", place);
}
