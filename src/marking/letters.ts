// Letters of axes below a name as programs write them: `W_ij`, `delta_{nk}` for `Wᵢⱼ`, `deltaₙₖ`.
import { indexedName } from "../../compiler/reading/spelling.ts";
import { mapParts, partsOf, type Term } from "../../compiler/reading/tree.ts";
import type { Claim } from "./claims.ts";

interface Lettered {
  readonly base: string;
  /** Letters, and digits that count from 1. */
  readonly index: readonly string[];
}

/** How many axes the value of a name has; undefined where there is none. */
export type AxesOf = (name: string) => number | undefined;

/** Letters below, with digits or without; t says a step. */
const below = /^(.+)_(?:(?=\d*[i-w])([1-9i-su-w]{1,4})|\{(?=\d*[i-w])([1-9i-su-w]{1,4})\})$/u;

const isLetter = (each: string): boolean => /\D/.test(each);

/** `W_ij` or `Wᵢⱼ` as W. */
export const withoutLetters = (name: string): string => indexedName(name)?.base ?? below.exec(name)?.[1] ?? name;

/** `W_ij` as W and its letters, where that has a value with an axis for each and `W_ij` has none. */
function parted(name: string, axesOf: AxesOf): Lettered | undefined {
  const [, base = "", plain, braced] = below.exec(name) ?? [];
  const index = [...(plain ?? braced ?? "")];
  return index.length > 0 && axesOf(name) === undefined && axesOf(base) === index.length ? { base, index } : undefined;
}

function partOf(term: Term, axesOf: AxesOf): Term {
  if (term.kind !== "name" && term.kind !== "derivative") return term;
  const found = parted(term.kind === "name" ? term.name : term.by, axesOf);
  if (!found) return term;
  const { at } = term;
  const base: Term = term.kind === "name" ? { kind: "name", name: found.base, at } : { ...term, by: found.base };
  if (found.index.every(isLetter)) return { kind: "indexed", base, letters: found.index, at };
  const places = found.index.map(
    (each): Term => (isLetter(each) ? { kind: "name", name: each, at } : { kind: "number", value: Number(each) - 1, at }),
  );
  return { kind: "element", base, places, at };
}

/** `term` with what stands in letters below its names as indices. */
export function withLetters(term: Term, axesOf: AxesOf): Term {
  return partsOf(term).length === 0 ? partOf(term, axesOf) : mapParts(term, (part) => withLetters(part, axesOf));
}

/** The left-hand side of a claim with what stands in letters below its name as indices. */
export function leftWithLetters(left: Claim["left"], axesOf: AxesOf): Claim["left"] {
  const found = left.letters ? undefined : parted("of" in left ? left.by : left.name, axesOf);
  if (!found?.index.every(isLetter)) return left;
  return "of" in left ? { ...left, by: found.base, letters: found.index } : { name: found.base, letters: found.index };
}
