// Which of two values stands first in an order, as sorting and metrics of ranks count it.
import type { Tensor } from "../tensor.ts";
import { compare, where } from "./selection.ts";

/** bool: whether `a` is above `b`, where NaN is above all others; of two that are equal, or both NaN, `a` is where `wins`. */
export function isAbove(a: Tensor, b: Tensor, wins: Tensor): Tensor {
  const known = compare(b, b, "eq");
  return where(compare(a, a, "ne"), where(known, known, wins), where(wins, compare(a, b, "ge"), compare(a, b, "gt")));
}
