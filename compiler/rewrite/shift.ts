import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { filled } from "./fill.ts";

/** What to take away before the exponential, given the largest elements: these, and 0 where they are infinite, since ∞ - ∞ is NaN. */
export function finiteShift(largest: Node): Node {
  const infinite = build.compare(build.abs(largest), filled(largest, Number.POSITIVE_INFINITY), "eq");
  return build.where(infinite, filled(largest, 0), largest);
}
