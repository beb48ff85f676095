// Places of elements in formulas by letters, and how far the letters go.
import type { Place } from "../../../compiler/formula/sliding.ts";
import { type Formula, partsOf } from "../../../compiler/formula/tree.ts";

/** The number that a place is for values of letters. */
export const placeOf = ({ terms, plus }: Place, letters: ReadonlyMap<string, number> = new Map()): number =>
  terms.reduce((sum, { times, letter, over = 1 }) => sum + times * Math.floor((letters.get(letter) as number) / over), plus);

const isLetter = ({ terms, plus }: Place, letter: string): boolean => plus === 0 && terms.length === 1 && terms[0]?.letter === letter;

/** How far `letter` goes in `formula`: as far as an axis at which it stands alone. */
export function reachOf(letter: string, formula: Formula, shapeOf: (body: Formula) => readonly number[]): number | undefined {
  const axis = formula.kind === "indexed" ? formula.at.findIndex((place) => isLetter(place, letter)) : -1;
  if (formula.kind === "indexed" && axis >= 0) return shapeOf(formula.body)[axis];
  return partsOf(formula)
    .map((part) => reachOf(letter, part, shapeOf))
    .find((found) => found !== undefined);
}
