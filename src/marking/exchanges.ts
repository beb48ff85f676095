// Factors that changed places between the terms of a sum: `xᵀ·δ_2 + midᵀ·δ_1` for `xᵀ·δ_1 + midᵀ·δ_2`.
import { partsOf, type Sum, type Term, withParts } from "../../compiler/reading/tree.ts";
import { write } from "../../compiler/reading/write.ts";
import { words } from "../../compiler/words/words.ts";
import type { Slip } from "./slips.ts";

/** Terms of a sum, and factors of one of them, that are looked at. */
const most = { terms: 4, factors: 6 };

/** Behind all mistakes of one part. */
const rank = 5;

/** A factor of a term, or the term itself, and the term with another in its place. */
interface Spot {
  readonly factor: Term;
  with(other: Term): Term;
}

function factorsOf(term: Term): Spot[] {
  if (term.kind !== "product") return [{ factor: term, with: (other) => other }];
  const factors = partsOf(term);
  return factors.slice(0, most.factors).map((factor, i) => ({
    factor,
    with: (other) =>
      withParts(
        term,
        factors.map((each, at) => (at === i ? other : each)),
      ),
  }));
}

/** Each factor of one term in place of one of another. */
export function exchangesIn(sum: Sum & Pick<Term, "at">): Slip[] {
  const whole = sum as Term;
  const terms = partsOf(whole).slice(0, most.terms);
  const exchanged = (i: number, j: number, x: Spot, y: Spot): Slip => ({
    kind: "exchanged",
    says: words.marking.mistakes.exchanged(write(x.factor), write(y.factor)),
    part: withParts(
      whole,
      partsOf(whole).map((each, at) => (at === i ? x.with(y.factor) : at === j ? y.with(x.factor) : each)),
    ),
    rank,
  });
  return terms.flatMap((first, i) =>
    terms.slice(i + 1).flatMap((second, next) => {
      // Single terms that change places are the same sum, or its opposite.
      if (first.kind !== "product" && second.kind !== "product") return [];
      return factorsOf(first).flatMap((x) =>
        factorsOf(second).flatMap((y) => (write(x.factor) === write(y.factor) ? [] : [exchanged(i, i + 1 + next, x, y)])),
      );
    }),
  );
}
