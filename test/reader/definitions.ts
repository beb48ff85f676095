// Functions as a page defines them: in its conventions (`sigmoid(x) is 1/(1 + exp(−x))`) and below lines (`layerNorm(x; γ, β) = …`).
import { type Formula, mapParts, parse, parseStart } from "./parse.ts";

export interface Definition {
  readonly name: string;
  /** What stands below the name where it is defined. */
  readonly settings?: string;
  readonly params: readonly string[];
  /** The letters of the axes of its value. */
  readonly letters?: readonly string[];
  readonly body: Formula;
  /** Along what sums in it go that do not say it: the last axis, or what stands below the name. */
  readonly along?: "last" | "below";
  /** What is taken over the cells of a window, and how many these are by their letters. */
  readonly over?: { readonly what: string; readonly cells: ReadonlyMap<string, number> };
  /** How many values letters have, or of which argument they go over the last axes. */
  readonly cells?: { readonly letters: readonly string[]; readonly of: readonly number[] | string };
  /** What its letters go over is told by: `where x has A×B cells along its last axes`. */
  readonly extents?: { readonly of: string; readonly names: readonly string[] };
  /** What stands outside of what is indexed. */
  readonly outside?: number;
  /** Whether it is for as many axes as its argument has. */
  readonly isOfAnyRank?: boolean;
}

/** What a page says functions are: as formulas by name and number of arguments, and in words by name. */
export interface Definitions {
  readonly formulas: Definition[];
  readonly words: ReadonlyMap<string, string>;
}

const head = /^(\p{L}[\p{L}\p{N}\p{M}′⁺]*?ᵀ?)(?:_([^\s(]+?))?\(([^)]*)\)(?:\[([a-z,·+]+)\])? \p{L}+ (.*)$/u;

/** Words that may stand behind a formula. */
const behind = /,? (?:along|over|with|which)\b|; | \(as |, (?:the|o and|i counted|and|for) /gu;

export function definitionsIn(conventions: readonly string[]): Definitions {
  const formulas: Definition[] = [];
  const words = new Map<string, string>();
  for (const line of conventions) {
    const [, name, settings, params = "", letters, text = ""] = head.exec(line) ?? [];
    if (name === undefined) continue;
    words.set(name, line);
    const defined = bodyOf(text, letters?.split(",") ?? []);
    if (!defined || !/\bis\b/u.test(line)) continue;
    formulas.push({
      name,
      ...(settings !== undefined && { settings }),
      params: paramsOf(params),
      ...(letters !== undefined && { letters: letters.split(",") }),
      ...defined,
      ...(/as many places and cells as there are axes/u.test(line) && { isOfAnyRank: true }),
    });
  }
  return { formulas, words };
}

const paramsOf = (params: string): string[] => params.split(/[,;] /u);

/** `f(x; γ) = body` as a definition. */
export function definitionOf(left: string, right: string): Definition | undefined {
  const [, name, settings, params = ""] = /^(\p{L}[\p{L}\p{N}\p{M}′⁺]*?ᵀ?)(?:_([^\s(]+?))?\(([^)]*)\)$/u.exec(left) ?? [];
  return name === undefined ? undefined : { name, ...(settings !== undefined && { settings }), params: paramsOf(params), body: parse(right) };
}

type Body = Omit<Definition, "name" | "settings" | "params" | "letters">;

function bodyOf(text: string, letters: readonly string[]): Body | undefined {
  const body = overCells(text) ?? byCases(text) ?? byFormula(text, letters);
  const outside = /of which only those within \w+ count/u.test(text) ? "nothing" : /(?:outside|padding around) \w+ is (0|−∞)/u.exec(text)?.[1];
  return body && outside !== undefined ? { ...body, outside: values[outside] as number } : body;
}

/** What stands outside of a table by how that is said. */
const values: Readonly<Record<string, number>> = { "0": 0, "−∞": Number.NEGATIVE_INFINITY, nothing: Number.NaN };

/** `the maximum of x[n,c,2·p+u] over the 2×2 cells u,v`. */
function overCells(text: string): Body | undefined {
  const [, what = "", formula, sizes = "", letters = ""] = /^the (maximum|mean) of (.*?) over the ([\d×]+) cells ([a-z,]+)/u.exec(text) ?? [];
  if (formula === undefined) return undefined;
  const extents = sizes.split("×").map(Number);
  return { body: parse(formula), over: { what, cells: new Map(letters.split(",").map((letter, i) => [letter, extents[i] as number])) } };
}

/** `x where x > 0, else 0`. */
function byCases(text: string): Body | undefined {
  const [, value, condition, otherwise] = /^(\S+) where (.*?), else (\S+?)(?:,|$)/u.exec(text) ?? [];
  if (value === undefined || condition === undefined || otherwise === undefined) return undefined;
  return { body: { kind: "cases", value: parse(value), condition: parse(condition), otherwise: parse(otherwise) } };
}

function byFormula(text: string, letters: readonly string[]): Body | undefined {
  const found = parseStart(text, behind);
  if (!found) return undefined;
  const cells = /^, the ([\d×]+) cells of each window/u.exec(found.rest)?.[1];
  const along = /along the last axis/u.test(found.rest) ? "last" : /over (?:the same|all) axes/u.test(found.rest) ? "below" : undefined;
  const extents = cells?.split("×").map(Number) ?? [];
  // The letters of what lies in a window stand last.
  const within = letters.slice(letters.length - extents.length);
  const over = cells === undefined ? {} : { over: { what: "each", cells: new Map(within.map((letter, i) => [letter, extents[i] as number])) } };
  return { body: withNames(found.formula, namesIn(found.rest)), ...(along && { along }), ...over, ...cellsIn(found.rest), ...extentsIn(found.rest) };
}

/** `for 3×3 cells u,v`, `for all cells of x a,b`. */
function cellsIn(text: string): Pick<Definition, "cells"> {
  const [, counts, of, letters] = /, for (?:([\d×]+) cells|all cells of (\w+)) ([a-z](?:,[a-z])*)/u.exec(text) ?? [];
  if (letters === undefined) return {};
  return { cells: { letters: letters.split(","), of: of ?? (counts as string).split("×").map(Number) } };
}

/** `where x has A×B cells along its last axes`. */
function extentsIn(text: string): Pick<Definition, "extents"> {
  const [, of, names] = /, where (\w+) has ([A-Z×]+) cells along its last axes/u.exec(text) ?? [];
  return of === undefined || names === undefined ? {} : { extents: { of, names: names.split("×") } };
}

/** `s = p + 1, s′ = q`: names of what stands in a definition. */
const namesIn = (text: string): ReadonlyMap<string, Formula> =>
  new Map(
    text
      .split(/, (?:where )?(?=\p{L}′* = )/u)
      .flatMap((part) => (/^\p{L}′* = /u.test(part) ? [part.split(" = ") as [string, string]] : []))
      .map(([name, is]) => [name, parse(is)]),
  );

/** `formula` with what names in it are. */
const withNames = (formula: Formula, names: ReadonlyMap<string, Formula>): Formula =>
  names.size === 0 ? formula : mapParts(formula, (part) => (part.kind === "name" ? names.get(part.name) : undefined));
