// What stands below the lines of a page: its symbols and conventions.
import type { Position } from "../ir/node.ts";
import type { Shape } from "../ir/type.ts";
import { words } from "../words/words.ts";
import { alignColumns } from "./columns.ts";
import { shortest } from "./decimals.ts";
import type { Page } from "./page.ts";
import type { PageSymbol } from "./symbol.ts";

/** Elements of a table, or of a value, that are all written out. */
export const mostElements = 256;

/** Elements of one line of a table, and lines of which each is a row. */
const most = { inLine: 16, rows: 16 };

/** `batch×3`, `a number`. */
export const extents = (shape: Shape): string => (shape.length === 0 ? words.scalar : shape.map(String).join("×"));

const placeOf = (place: Position | undefined): string => (place ? `${place.file}:${place.line}:${place.column}` : "");

/** What a symbol is, in words: `parameter hidden.weight`. */
export function whatIs({
  name,
  kind,
  full,
  loss = "loss",
  at,
}: Pick<PageSymbol, "name" | "kind" | "loss" | "at"> & { readonly full?: string | undefined }): string {
  if (kind === "error") return words.errorAt(loss, full, name.slice("δ_".length), at);
  return full !== undefined && full !== name ? `${words.kinds[kind]} ${full}` : words.kinds[kind];
}

/** How large a symbol is and what its elements are: `batch×3 whole at 4 steps`. */
export const sizeOf = ({ shape, dtype, stepCount }: Pick<PageSymbol, "shape" | "dtype" | "stepCount">): string =>
  `${extents(shape)}${words.dtypes[dtype]}${stepCount === undefined ? "" : words.atSteps(stepCount)}`;

const decimal = (value: number): string => `${value < 0 ? "−" : ""}${shortest(value)}`;

/** How many elements of a table stand in a line: one of its rows, or as many as fit where those would be many lines. */
function lineLength(shape: Shape, count: number): number {
  const row = Number(shape.at(-1));
  if (count <= most.inLine || row > most.inLine) return most.inLine;
  return count / row <= most.rows ? row : row * Math.floor(most.inLine / row);
}

/** The elements of a table as lines; of a large one where they are. */
function elementsOf({ shape, values = [] }: PageSymbol): string[] {
  if (values.length > mostElements) return [words.inJson(values.length)];
  const length = lineLength(shape, values.length);
  return Array.from({ length: Math.ceil(values.length / length) }, (_, line) => {
    const [from, to] = [line * length, (line + 1) * length];
    const numbers = values.slice(from, to).map(decimal).join(", ");
    return `${from === 0 ? "(" : " "}${numbers}${to < values.length ? "," : ")"}`;
  });
}

/** What a symbol is, its shape, and of a table its elements; with the lines that go on. */
function rowsOf(symbol: PageSymbol): string[][] {
  const [first = placeOf(symbol.place), ...others] = elementsOf(symbol);
  return [[symbol.name, whatIs(symbol), sizeOf(symbol), first], ...others.map((line) => ["", "", "", line])];
}

/** The symbols and conventions of `page` as lines of text; `heading` writes a title. */
export function writeLegend({ symbols, conventions }: Page, heading = (title: string): string => title): string {
  const { titles } = words;
  const table = symbols.length > 0 ? [`${heading(titles.symbols)}\n\n${alignColumns(symbols.flatMap(rowsOf))}`] : [];
  return [...table, writeConventions(conventions, heading)].join("\n\n");
}

/** Conventions as lines of text below their title. */
export const writeConventions = (conventions: readonly string[], heading = (title: string): string => title): string =>
  `${heading(words.titles.conventions)}\n\n${conventions.map((line) => `  ${line}`).join("\n")}`;
