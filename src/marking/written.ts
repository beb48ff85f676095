// The two sides of a claim, however they are written: in the signs of the page or those of programs.
import { notAFormula } from "../../compiler/diagnostics/formulas.ts";
import { byLetters, read } from "../../compiler/reading/parse.ts";
import { partsOf, type Term } from "../../compiler/reading/tree.ts";
import type { Claim } from "./claims.ts";
import { type AxesOf, leftWithLetters, withLetters } from "./letters.ts";
import { withSlopes } from "./slopes.ts";

/** `(1,2)` in `term` that is beside no argmax, of which alone it can be the place. */
function strayPair(term: Term): Term | undefined {
  if (term.kind === "tuple") return term;
  const parts = term.kind === "relation" && term.right.kind === "extreme" ? [term.right] : partsOf(term);
  for (const part of parts) {
    const found = strayPair(part);
    if (found) return found;
  }
  return undefined;
}

/** @throws GradcError `not-a-formula`, `formula-too-large` */
export function sidesOf(claim: Claim, functions: ReadonlySet<string>, axesOf: AxesOf): { readonly left: Claim["left"]; readonly term: Term } {
  const left = leftWithLetters(claim.left, axesOf);
  const term = read(claim.right, claim.at, { functions });
  const pair = strayPair(term);
  if (pair) throw notAFormula(pair.at, "several values in parentheses", "one value");
  const right = withSlopes(term, (name) => axesOf(name) !== undefined);
  return { left, term: byLetters(left.letters, withLetters(right, axesOf)) };
}
