// Sums whose terms are whole reductions, as the gradient of a weight that is used many times: each term is added to what there is when it is
// computed, so that memory for one of them is enough.
//
//   ((a·b + c·d) + e·f) + g·h    =>    t = a·b;  t = t + c·d;  t = t + e·f;  t + g·h
//
// Requires: inputs before users. Ensures: the same additions in the same order, so that no bit changes.
// Cost: linear.
import type { Node } from "../ir/node.ts";
import { isWholeReduction } from "./cost.ts";

/** The partial sums that are computed once, and nodes in an order in which each term comes when it is added. */
export interface RunningSums {
  readonly partial: ReadonlySet<Node>;
  readonly order: readonly Node[];
}

/** `isUsedOnce` tells the values that only one other is computed of. */
export function runningSums(live: readonly Node[], isUsedOnce: (node: Node) => boolean): RunningSums {
  const sums = new Set<Node>();
  const partial = new Set<Node>();
  const later = new Map<Node, Node>();
  for (const node of live) {
    const term = node.op === "add" ? [...node.inputs].reverse().find((input) => isWholeReduction(input) && isUsedOnce(input)) : undefined;
    if (!term) continue;
    sums.add(node);
    const before = node.inputs.find((input) => input !== term && sums.has(input) && isUsedOnce(input));
    if (!before) continue;
    partial.add(before);
    later.set(node, term);
  }
  const moved = new Set(later.values());
  const order = live.flatMap((node) => (moved.has(node) ? [] : [later.get(node) ?? [], node].flat()));
  return { partial, order };
}
