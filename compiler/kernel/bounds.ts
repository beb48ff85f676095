// What bounds say of the points of one axis.
import { rangeOf } from "./affine.ts";
import { type Axis, type Bound, type Expr, isAxis } from "./kernel.ts";

/** Points from the first to before the second. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The points of `axis` at which a bound over nothing else holds. */
export function rangeWithin({ index: { offset, terms }, lower, upper }: Bound, axis: Axis): Range | undefined {
  const [term, more] = terms;
  if (!term || more || term.atom !== axis || typeof term.coefficient !== "number" || term.coefficient <= 0 || typeof upper !== "number")
    return undefined;
  return { from: Math.ceil((lower - offset) / term.coefficient), to: Math.ceil((upper - offset) / term.coefficient) };
}

type Guard = Extract<Expr, { kind: "guard" }>;

function holds({ index, lower, upper }: Bound): boolean | undefined {
  const range = index.terms.every(({ atom }) => isAxis(atom)) && typeof upper === "number" ? rangeOf(index) : undefined;
  if (!range) return undefined;
  if (range.least >= lower && range.most < Number(upper)) return true;
  return range.most < lower || range.least >= Number(upper) ? false : undefined;
}

/** The guard without the bounds that always hold; what it gives where one of them never does. */
export function decided(guard: Guard): Expr {
  const answers = guard.bounds.map(holds);
  if (answers.includes(false)) return guard.fill;
  const bounds = guard.bounds.filter((_, i) => answers[i] === undefined);
  if (bounds.length === guard.bounds.length) return guard;
  return bounds.length === 0 ? guard.value : { ...guard, bounds };
}
