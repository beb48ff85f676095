// What regressions are judged by.

import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import { ops } from "../ops/index.ts";
import { float, type Tensor } from "../tensor.ts";
import { attemptOf } from "./attempt.ts";

/** Prediction and target as f32 of one shape. @throws GradcError `shape-mismatch` */
function pairOf(name: string, prediction: Tensor, target: Tensor): [p: Tensor, y: Tensor] {
  const [p, y] = [float(attemptOf(name), prediction), float(attemptOf(name), target)];
  if (!sameShape(p.shape, y.shape)) throw shapeMismatch(attemptOf(name), [p.shape, y.shape], `a target ${formatShape(p.shape)}`);
  return [p, y];
}

/** The mean of `|prediction - target|`. @throws GradcError `shape-mismatch` */
export function mae(prediction: Tensor, target: Tensor): Tensor {
  const [p, y] = pairOf("mae", prediction, target);
  return ops.mean(ops.abs(ops.sub(p, y)));
}

/** The root of the mean of `(prediction - target)²`. @throws GradcError `shape-mismatch` */
export function rmse(prediction: Tensor, target: Tensor): Tensor {
  const [p, y] = pairOf("rmse", prediction, target);
  return ops.sqrt(ops.mean(ops.square(ops.sub(p, y))));
}

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
