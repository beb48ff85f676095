// The two sides of a claim, however they are written: in the signs of the page or those of programs.
import { byLetters, read } from "../../compiler/reading/parse.ts";
import type { Term } from "../../compiler/reading/tree.ts";
import type { Claim } from "./claims.ts";
import { type AxesOf, leftWithLetters, withLetters } from "./letters.ts";
import { withSlopes } from "./slopes.ts";

/** @throws GradcError `not-a-formula`, `formula-too-large` */
export function sidesOf(claim: Claim, functions: ReadonlySet<string>, axesOf: AxesOf): { readonly left: Claim["left"]; readonly term: Term } {
  const left = leftWithLetters(claim.left, axesOf);
  const right = withSlopes(read(claim.right, claim.at, functions), (name) => axesOf(name) !== undefined);
  return { left, term: byLetters(left.letters, withLetters(right, axesOf)) };
}
