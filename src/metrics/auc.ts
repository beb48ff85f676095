import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { formatShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { checkOptions, count } from "../settings.ts";
import { read, type Tensor } from "../tensor.ts";
import { attemptOf } from "./attempt.ts";
import { columnOf, isColumn, rowsOf } from "./classes.ts";

const attempt = attemptOf("auc");

/** The logit of class 1 and the class of each row. */
function logitsOf(scores: Tensor, target: Tensor): { logits: Tensor; truth: Tensor } {
  if (isColumn(read(attempt, scores), read(attempt, target))) return columnOf("auc", scores, target);
  const { values, classes: truth } = rowsOf("auc", scores, target);
  if (values.shape.at(-1) !== 2) throw shapeMismatch(attempt, [values.shape], `${formatShape([...truth.shape, 1])}, or scores of two classes`);
  const [other, own] = ops.split(values, 1, { dim: -1 }) as [Tensor, Tensor];
  return { logits: build.reshape(ops.sub(own, other), truth.shape), truth };
}

/**
 * The area under the ROC curve: the share of pairs of a row of class 1 and one of class 0 in which the first has the larger probability, a pair
 * in one bin counting a half. Logits of one column, or scores of two classes, and targets of 0 and 1 as `confusion` takes them. The probabilities
 * `sigmoid(logits)` fall into `bins` (200) of equal width, so that it is a function of sums over rows: its error is at most half the share of
 * the pairs that lie in one bin. NaN where a class has no row, or a logit is NaN.
 * @throws GradcError `dtype-mismatch`, `shape-mismatch`, `setting-out-of-range`
 */
export function auc(scores: Tensor, target: Tensor, options: { readonly bins?: number } = {}): Tensor {
  checkOptions(attempt, options, { bins: count });
  const { bins = 200 } = options;
  const { logits, truth } = logitsOf(scores, target);
  const probability = ops.sigmoid(logits);
  const bin = ops.cast(ops.clamp(ops.floor(ops.mul(probability, bins)), 0, bins - 1), "i32");
  const known = ops.compare(probability, probability, "eq");
  const inBins = (own: number) => ops.scatterAdd(ops.where(known, ops.cast(ops.compare(truth, own, "eq"), "f32"), probability), bin, bins);
  const [negatives, positives] = [inBins(0), inBins(1)];
  const at = [0, 1].map((axis): Tensor => build.iota(truth.graph, [bins, bins], axis)) as [Tensor, Tensor];
  const wins = ops.add(ops.cast(ops.compare(at[1], at[0], "lt"), "f32"), ops.mul(0.5, ops.cast(ops.compare(at[1], at[0], "eq"), "f32")));
  const pairs = ops.sum(ops.mul(positives, ops.matmul(wins, negatives)));
  return ops.div(pairs, ops.mul(ops.sum(positives), ops.sum(negatives)));
}
