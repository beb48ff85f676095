// Functions that a page would say several things of: a mean of 4 numbers and one of 6 are one function, of which only words hold for both.
import type { Definition, Line } from "../formula/equation.ts";
import { print } from "../formula/notation.ts";
import { type Lines, linesOf, mapParts } from "../formula/page.ts";
import { text } from "../formula/text.ts";
import type { Call } from "../formula/tree.ts";
import { wordsFor } from "./conventions.ts";

const printed = ({ left }: Definition): string => print(left, text);

/** Functions of which `definitions` say several things, and words one for all, as formulas write them. */
export function saidDifferently(definitions: readonly Definition[]): Set<string> {
  const bodies = new Map<string, Set<string>>();
  for (const definition of definitions) {
    if (definition.left.kind !== "call" || wordsFor(definition.left) === undefined) continue;
    const known = bodies.get(printed(definition)) ?? new Set();
    bodies.set(printed(definition), known.add(print(definition.right, text)));
  }
  return new Set([...bodies].flatMap(([left, rights]) => (rights.size > 1 ? [left] : [])));
}

/** `definitions` without those of the functions `several`. */
export const without = (definitions: readonly Definition[], several: ReadonlySet<string>): Definition[] =>
  definitions.filter((definition) => !several.has(printed(definition)));

/** `lines` that say one thing of a function, or leave it to words. */
export function saidOnce(lines: Lines): Lines {
  const several = saidDifferently(linesOf(lines).flatMap(({ where }) => where));
  if (several.size === 0) return lines;
  const once = (part: readonly Line[]): Line[] => part.map((line) => ({ ...line, where: without(line.where, several) }));
  return mapParts(lines, once);
}

/** What words say of the functions `several` among `definitions`. */
export const saidInWords = (definitions: readonly Definition[], several: ReadonlySet<string>): string[] => [
  ...new Set(definitions.filter((definition) => several.has(printed(definition))).map(({ left }) => wordsFor(left as Call) as string)),
];
