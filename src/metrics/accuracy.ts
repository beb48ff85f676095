import { ops } from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";
import { rowsOf } from "./classes.ts";

/**
 * The share of rows in which the largest of `scores: [..., classes]` is that of the i32 class in `target: [...]`; of equal scores the first
 * counts as the largest.
 * @throws GradcError `dtype-mismatch`, `shape-mismatch`
 */
export function accuracy(scores: Tensor, target: Tensor): Tensor {
  const { values, classes } = rowsOf("accuracy", scores, target);
  return ops.mean(ops.compare(ops.argmax(values, { dim: -1 }), classes, "eq"));
}
