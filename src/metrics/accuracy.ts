import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import { ops } from "../ops/index.ts";
import { float, index, type Tensor } from "../tensor.ts";

const attempt = 'Cannot apply "metrics.accuracy"';

/**
 * The share of rows in which the largest of `scores: [..., classes]` is that of the i32 class in `target: [...]`; of equal scores the first
 * counts as the largest.
 * @throws GradcError `dtype-mismatch`, `shape-mismatch`
 */
export function accuracy(scores: Tensor, target: Tensor): Tensor {
  const [values, classes] = [float(attempt, scores), index(attempt, target)];
  const guess = ops.argmax(values, { dim: -1 });
  if (!sameShape(guess.shape, classes.shape)) {
    throw shapeMismatch(attempt, [values.shape, classes.shape], `${formatShape(guess.shape)} of classes beside ${formatShape(values.shape)}`);
  }
  return ops.mean(ops.compare(guess, classes, "eq"));
}
