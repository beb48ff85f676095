// Rows as JSON objects: an array of them, or one after the other, as in a file of lines.
import { createColumn, type GrowingColumn } from "./column.ts";
import { csvEmpty, jsonMalformed } from "./diagnostics.ts";
import { headerOf } from "./header.ts";
import { createLines, type OpenTable } from "./table.ts";
import type { Texts } from "./text.ts";

/** Whether a text begins as rows of JSON do. */
export const beginsAsJson = (head: string): boolean => /^\s*(\[\s*)?\{\s*["}]/.test(head);

/** Opens rows of JSON. A key that a row does not have is a missing cell there. @throws GradcError `csv-malformed`, `csv-empty` */
export async function openJson(texts: Texts): Promise<OpenTable> {
  const columns = new Map<string, GrowingColumn>();
  const lines = createLines();
  for await (const { text, line } of objectsIn(texts)) {
    addRow(columns, rowOf(text, texts.name, line), lines.count, { file: texts.name, line });
    lines.add(line);
  }
  if (lines.count === 0) throw csvEmpty(texts.name);
  const header = { ...headerOf(texts.name, [[...columns.keys()]], true), seemsData: false };
  // The names are known when all is read.
  return { header, read: async () => ({ header, columns, rows: lines.count, lineOf: lines.at, notes: [] }) };
}

/** A place in a text. */
interface Place {
  readonly file: string;
  readonly line: number;
}

function rowOf(text: string, file: string, line: number): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text);
  } catch {
    throw jsonMalformed("a row is not JSON", { file, line });
  }
}

function addRow(columns: Map<string, GrowingColumn>, row: Readonly<Record<string, unknown>>, rows: number, place: Place): void {
  for (const [name, value] of Object.entries(row)) {
    const column = columns.get(name) ?? createColumn(name);
    if (!columns.has(name)) for (let before = 0; before < rows; before++) column.addMissing();
    columns.set(name, column);
    if (typeof value === "number") column.addNumber(value);
    else if (value === null) column.addMissing();
    else if (typeof value === "object") throw jsonMalformed("a cell holds a list or an object", { ...place, column: name });
    else column.add(String(value), 0, String(value).length);
  }
  for (const [name, column] of columns) if (!Object.hasOwn(row, name)) column.addMissing();
}

const openBrace = 123;
const closeBrace = 125;
const quote = 34;
const backslash = 92;

/** The place behind the object that begins at `start`; -1 where the text ends before. */
function objectEnd(text: string, start: number): number {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) isText = !isText;
    else if (isText && code === backslash) at++;
    else if (!isText && code === openBrace) depth++;
    else if (!isText && code === closeBrace && --depth === 0) return at + 1;
  }
  return -1;
}

/** The texts of the objects, and the lines that they begin on. @throws GradcError `csv-malformed` */
async function* objectsIn(texts: Texts): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  const place = { file: texts.name, line: 1 };
  let rest = "";
  let waiting = "";
  let depth = 0;
  for await (const { text, isLast } of texts.parts()) {
    waiting += text;
    // An object that is longer than the text so far is looked at again when that has doubled.
    if (!isLast && waiting.length < rest.length) continue;
    rest += waiting;
    waiting = "";
    let at = 0;
    for (; at < rest.length; at++) {
      const char = rest.charAt(at);
      if (char === "\n") place.line++;
      else if (char === "[") depth++;
      else if (char === "]") depth--;
      else if (char === "{") {
        const end = objectEnd(rest, at);
        if (end < 0) break;
        const text = rest.slice(at, end);
        yield { text, line: place.line };
        place.line += text.split("\n").length - 1;
        at = end - 1;
      } else if (!/[\s,]/.test(char)) throw jsonMalformed("rows are objects", place);
    }
    rest = rest.slice(at);
  }
  if (rest !== "" || depth !== 0) throw jsonMalformed("it is cut off", place);
}
