import { ops } from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";
import { pairOf } from "./pairs.ts";

/**
 * The share of the target's variance that the prediction explains, `1 - Σ (y - p)² / Σ (y - mean(y))²`, summed over the first axis; the mean of
 * those of all columns where there are several. `evaluate` takes the second sum about a shift, so that a large mean takes no digits. NaN, or -infinity, of a column in which all targets are equal.
 * @throws GradcError `shape-mismatch`
 */
export function r2(prediction: Tensor, target: Tensor): Tensor {
  const [p, y] = pairOf("r2", prediction, target);
  const residual = ops.sum(ops.square(ops.sub(p, y)), { dim: 0 });
  const spread = ops.sum(ops.square(ops.sub(y, ops.mean(y, { dim: 0, keepDim: true }))), { dim: 0 });
  return ops.mean(ops.sub(1, ops.div(residual, spread)));
}
