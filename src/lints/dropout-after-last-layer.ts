import { behindLast } from "../../compiler/calculus/comparisons.ts";
import { bare } from "../../compiler/describe/form.ts";
import { droppedLast } from "../../compiler/diagnostics/links.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { isOp } from "../../compiler/ops/table.ts";
import type { Lint } from "./lint.ts";

/** Whether training drops elements at random of what `node` is else. */
function isDropout(node: Node): boolean {
  if (!isOp(node, "where")) return false;
  const [condition, dropped, kept] = node.inputs as readonly [Node, Node, Node];
  const isMasked = () => isOp(dropped, "where") && withoutBodies([dropped.inputs[0] as Node]).some((part) => isOp(part, "random"));
  return isOp(bare(condition), "training") && isMasked() && withoutBodies([dropped]).includes(kept);
}

/** Predictions of which training drops elements. */
export const dropoutAfterLastLayer: Lint = {
  code: "dropout-after-last-layer",
  about:
    "Dropout is applied behind the last layer, so that the loss of a step compares zeros with the targets. Drop what the last layer is given, not what it gives.",
  look: ({ comparisons }) => [...behindLast(comparisons)].filter(isDropout).map(droppedLast),
};
