import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { isOp } from "../ops/table.ts";
import { filled } from "./fill.ts";

/** What to take away before the exponential, given the largest elements: these, and 0 where they are infinite, since ∞ - ∞ is NaN. */
export function finiteShift(largest: Node): Node {
  const infinite = build.compare(build.abs(largest), filled(largest, Number.POSITIVE_INFINITY), "eq");
  return build.where(infinite, filled(largest, 0), largest);
}

const around: ReadonlySet<string> = new Set(["broadcast", "reshape", "where"]);

/** Whether it repeats what is held constant or a largest element, also where infinite ones are left out: what is taken away before the exponential. */
export function isShift(node: Node): boolean {
  let inner = node;
  while (around.has(inner.op)) inner = elementAt(inner.inputs, inner.inputs.length - 1);
  return isOp(inner, "stopGradient") || isOp(inner, "max");
}
