import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { isAbove } from "../ops/ranks.ts";
import { checkSetting, count } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { attemptOf } from "./attempt.ts";
import { rowsOf } from "./classes.ts";

/**
 * The share of rows in which the i32 class in `target: [...]` is among those of the `k` largest of `scores: [..., classes]`; of equal scores
 * the first counts as the larger, and NaN as the largest. With k = 1 it is `accuracy`. It compares the score of the class with each other.
 * @throws GradcError `dtype-mismatch`, `shape-mismatch`, `setting-out-of-range`
 */
export function topK(scores: Tensor, target: Tensor, k: number): Tensor {
  checkSetting(attemptOf("topK"), "k", k, count);
  const { values, classes } = rowsOf("topK", scores, target);
  const column = ops.reshape(classes, [...classes.shape, 1]);
  const place = build.iota(values.graph, values.shape, values.shape.length - 1);
  const isOwn = ops.compare(place, column, "eq");
  const own = ops.sum(ops.where(isOwn, values, 0), { dim: -1, keepDim: true });
  const above = isAbove(values, own, ops.compare(place, column, "lt"));
  const isNear = ops.compare(ops.sum(above, { dim: -1 }), k, "lt");
  // A class that there is not is never among them.
  return ops.mean(ops.mul(isNear, ops.sum(isOwn, { dim: -1 })));
}
