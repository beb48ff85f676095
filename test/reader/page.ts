// The text that `gradc inspect` prints, taken apart: lines by section, the table of symbols, conventions.
import { Unreadable } from "./tensor.ts";

export interface Line {
  readonly section: string;
  /** `c` of `c[n,o,p,q] = …`. */
  readonly left: string;
  /** The letters of the left side, which give the axes of the value. */
  readonly letters?: readonly string[];
  readonly sign: "=" | "←";
  /** What stands on the right; the same in other forms behind it. */
  readonly right: readonly string[];
  /** What is defined below it: `f(x)` or a name, and what that is. */
  readonly where: readonly (readonly [left: string, right: string])[];
  /** Of the updates that this is one of. */
  readonly rule?: Rule;
}

/** `with g = ∂loss/∂w, t = 1, 2, 3 …, for each w of W_z, b_z`. */
export interface Rule {
  readonly with: readonly (readonly [name: string, formula: string])[];
  /** What counts, and from where. */
  readonly from?: readonly [name: string, first: number];
  readonly letter: string;
  readonly of: readonly string[];
}

export interface PageSymbol {
  readonly name: string;
  readonly kind: string;
  readonly full: string;
  /** Extents, `batch` for the number of rows. */
  readonly shape: readonly string[];
  /** At how many steps it has a value of that shape. */
  readonly steps?: number;
  /** The elements of a table that is written out. */
  readonly elements?: readonly number[];
}

export interface Page {
  readonly lines: readonly Line[];
  readonly symbols: ReadonlyMap<string, PageSymbol>;
  readonly conventions: readonly string[];
}

export const titles = ["Forward", "The same, without overflow", "When it predicts", "Errors", "Gradients", "Updates", "Symbols", "Conventions"];

/** The lines of each section by its title. */
function sectionsOf(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.split("\n")) {
    if (titles.includes(line)) {
      current = [];
      sections.set(line, current);
    } else if (line.trim() !== "") current.push(line);
  }
  return sections;
}

export function readPageText(text: string): Page {
  const sections = sectionsOf(text);
  const formulas = titles.slice(0, -2).flatMap((title) => linesIn(title, sections.get(title) ?? []));
  const symbols = rowsOf(sections.get("Symbols") ?? []).map(symbolOf);
  return {
    lines: formulas,
    symbols: new Map(symbols.map((symbol) => [symbol.name, symbol])),
    conventions: (sections.get("Conventions") ?? []).map((line) => line.trim()),
  };
}

/** Both sides of a line. */
function sides(line: string): readonly [left: string, sign: "=" | "←", right: string] {
  const match = /^(.*?) (=|←) (.*)$/u.exec(line);
  if (!match) throw new Unreadable(`no line of formulas: ${line}`);
  return [match[1] as string, match[2] as "=" | "←", match[3] as string];
}

type Draft = { -readonly [K in keyof Line]: Line[K] } & { right: string[]; where: (readonly [string, string])[] };

function linesIn(section: string, texts: readonly string[]): Line[] {
  const lines: Draft[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (text.startsWith("with ")) {
      const rule = ruleOf(text);
      for (const line of sameRule(lines)) line.rule = rule;
    } else if (/^\s+= /u.test(text)) last?.right.push(text.trim().slice(2));
    else if (/^\s/u.test(text)) {
      const [left, , right] = sides(text.trim().replace(/^where /u, ""));
      last?.where.push([left, right]);
    } else lines.push(lineOf(section, text));
  }
  return lines;
}

function lineOf(section: string, text: string): Draft {
  const [left, sign, right] = sides(text);
  const [, name = left, letters] = /^(.*)\[([^\]]*)\]$/u.exec(left) ?? [];
  return { section, left: name, sign, right: [right], where: [], ...(letters !== undefined && { letters: letters.split(",") }) };
}

/** The last updates that no rule was told of. */
const sameRule = (lines: readonly Draft[]): Draft[] => lines.slice(lines.map(({ rule }) => rule !== undefined).lastIndexOf(true) + 1);

function ruleOf(text: string): Rule {
  const [, given, letter = "w", of = ""] = /^with (.*?),? ?for each (\S+) of (.*)$/u.exec(text) ?? [];
  if (given === undefined) throw new Unreadable(`no rule: ${text}`);
  const [, t, from] = /(?<=^|, )(t\S*) = (\d+), \d/u.exec(given) ?? [];
  const parts = given.split(/, (?=\p{L}\S* = )/u).flatMap((part) => {
    const [, name, formula] = /^(\S+) = (.*?),?$/u.exec(part.trim()) ?? [];
    return name === undefined || formula === undefined || name === t ? [] : [[name, formula] as const];
  });
  return { with: parts, ...(t !== undefined && { from: [t, Number(from)] as const }), letter, of: of.split(", ") };
}

/** Each row of the table of symbols with the lines in which its elements go on. */
function rowsOf(lines: readonly string[]): string[] {
  const rows: string[] = [];
  for (const line of lines) {
    if (/^ {3}/u.test(line)) rows[rows.length - 1] += ` ${line.trim()}`;
    else rows.push(line);
  }
  return rows;
}

/** `(0.1, −2)` */
const elementsIn = (text: string): number[] =>
  text
    .slice(1, -1)
    .split(", ")
    .map((each) => Math.fround(Number(each.replace("−", "-").replace("∞", "Infinity"))));

/** `W_z  parameter z.weight  2×2  net.model.ts:5:13`. */
function symbolOf(row: string): PageSymbol {
  const [name = "", what = "", shape = "", last = ""] = row.trim().split(/ {2,}/u);
  const [kind = "", ...full] = what.split(" ");
  const [, extents = "", steps] = /^(.*?)(?: whole| 0 or 1)?(?: at (\d+) steps?)?$/u.exec(shape) ?? [];
  return {
    name,
    kind,
    full: full.length > 0 ? full.join(" ") : name,
    shape: extents === "a number" ? [] : extents.split("×"),
    ...(steps !== undefined && { steps: Number(steps) }),
    ...(last.startsWith("(") && { elements: elementsIn(last) }),
  };
}
