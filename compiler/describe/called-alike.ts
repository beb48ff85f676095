// Functions that values could be taken for: a page on which `mean(x)` stands calls the value `mean` of a user `mean_1`.
import type { Definition } from "../formula/equation.ts";
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import { type Formula, partsIn } from "../formula/tree.ts";
import { ops } from "../ops/table.ts";
import { words } from "../words/words.ts";
import { wordsFor } from "./conventions.ts";

/** What formulas and their definitions are made of. */
const written = (sides: readonly Pick<Definition, "left" | "right">[]): Formula[] => sides.flatMap(({ right }) => meant(right));

/** A formula with what the functions in it are said to be. */
const meant = (formula: Formula): Formula[] => [
  formula,
  ...partsIn(formula).flatMap((part) => (part.kind === "call" && part.meaning ? meant(part.meaning.body) : [])),
];

/** The functions that a text calls, with what stands below them and without. */
const calledIn = (line: string): string[] =>
  [...line.matchAll(/(\p{L}[\p{L}\p{N}]*′*)(_[^\s(]+)?\(/gu)].flatMap(([, name = "", below = ""]) => [name, name + below]);

/** What `part` is called by, and what words say of it. */
function textsOf(part: Formula): string[] {
  if (part.kind === "ranged") return part.op === "sum" ? [] : [`${part.op}(`];
  return part.kind === "call" ? [wordsFor(part) ?? ""] : [];
}

/** The names of the functions in lines that say what `sides` do. */
export function functionsIn(sides: readonly Pick<Definition, "left" | "right">[]): Set<string> {
  const formulas = written(sides);
  const texts = [...formulas.map((formula) => print(formula, text)), ...formulas.flatMap(partsIn).flatMap(textsOf)];
  return new Set(texts.flatMap(calledIn));
}

/** Whether a page may have a function of that name. */
export const isFunctionSomewhere = (name: string): boolean =>
  [words.functions, words.forms, ops].some((table) => Object.hasOwn(table, name.replace(/_.*|′+$/, "")));
