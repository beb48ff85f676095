// Letters in a line by elements that neither its left side nor a sum says: `b[o] = Σ_n δ[n,o,p]`, of which the sum over p is missing.
import { rangeOf } from "../../compiler/reading/lettered.ts";
import { partsOf, type Term } from "../../compiler/reading/tree.ts";

/** The letters below a sum, a maximum or a function. */
function boundBy(term: Term): readonly string[] {
  if (term.kind === "table") return term.letters;
  const over = term.kind === "total" || term.kind === "extreme" ? term.over : term.kind === "call" ? (term.subscript?.split(",") ?? []) : [];
  return over.map((text) => rangeOf(text)[0]);
}

/** The names in the places of `x[n,2·p+u]`. */
function placesIn(term: Term): readonly string[] {
  if (term.kind === "indexed") return term.letters;
  return term.kind === "element" ? term.places.flatMap(namesIn) : [];
}

const namesIn = (term: Term): string[] => (term.kind === "name" ? [term.name] : partsOf(term).flatMap(namesIn));

/** Letters at places of `term` that are no values, and over which nothing goes. */
export function openLetters(term: Term, isValue: (name: string) => boolean): string[] {
  const found = new Set<string>();
  const visit = (part: Term, bound: ReadonlySet<string>): void => {
    const inside = new Set([...bound, ...boundBy(part)]);
    for (const name of placesIn(part)) if ([...name].length === 1 && !inside.has(name) && !isValue(name)) found.add(name);
    for (const inner of partsOf(part)) visit(inner, inside);
  };
  if (term.kind === "table") visit(term, new Set());
  return [...found];
}
