import { centringAt } from "../../compiler/calculus/centring.ts";
import { behindLast } from "../../compiler/calculus/comparisons.ts";
import { bare } from "../../compiler/describe/form.ts";
import { normalisedLast } from "../../compiler/diagnostics/links.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { isOp } from "../../compiler/ops/table.ts";
import type { Lint } from "./lint.ts";

/** What `node` is but for a scale and a shift that are trained. */
function unscaled(node: Node): Node {
  let inner = node;
  for (const op of ["add", "mul"]) {
    const at = inner.op === op ? inner.inputs.findIndex((input) => isOp(bare(input), "parameter")) : -1;
    if (at >= 0) inner = inner.inputs[1 - at] as Node;
  }
  return inner;
}

/** Whether `node` is centred and divided by statistics of the rows, as a batch norm is. */
function isBatchNorm(node: Node): boolean {
  const inner = unscaled(node);
  const centring = isOp(inner, "div") ? centringAt(inner.inputs[0] as Node) : undefined;
  // Without parameters and running statistics it may be the loss that centres, as a correlation does.
  return centring !== undefined && centring.axes[0] === 0 && centring.of.shape[0] === "batch" && (centring.isRunning || inner !== node);
}

/** Predictions that are normalised by those of the other rows. */
export const normAfterLastLayer: Lint = {
  code: "norm-after-last-layer",
  about:
    "A batch norm is applied behind the last layer, so that what is predicted of a row depends on the rows beside it in a step. Normalise what the last layer is given; `nn.standardize` scales a target.",
  look: ({ comparisons }) => [...behindLast(comparisons)].filter(isBatchNorm).map(normalisedLast),
};
