// What bounds say of the points of one axis.
import { rangeOf } from "./affine.ts";
import type { Axis, Bound } from "./kernel.ts";

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

/** Whether a bound holds at no point of the loops, as far as can be told at compile time. */
export function neverHolds({ index, lower, upper }: Bound): boolean {
  const range = rangeOf(index);
  return range !== undefined && typeof upper === "number" && (range.most < lower || range.least >= upper);
}
