// What precision, recall and F1 have in common: they are made of the counts of the confusion matrix.
import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { checkOptions, type Kinds, oneOf } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { attemptOf } from "./attempt.ts";
import { confusionOf, confusionsOf, isOfLabels, type Threshold, thresholdKinds } from "./classes.ts";

/** Settings of `precision`, `recall` and `f1`. */
export interface RateOptions extends Threshold {
  /**
   * Of which classes: `"binary"`, class 1 of two, unless stated; `"macro"`, the mean over the classes that occur in the target or are guessed;
   * `"micro"`, all rows of all classes counted together. Of several labels, logits of `[..., labels]` beside a target of that shape, `"macro"` is
   * the mean over all labels, and the other two count all labels together.
   */
  readonly average?: "binary" | "macro" | "micro";
}

const kinds: Kinds<RateOptions> = { ...thresholdKinds, average: oneOf("binary", "macro", "micro") };

/** By class: rows that were taken for it and are of it, all that were taken for it, all that are of it. */
interface Counts {
  readonly right: Tensor;
  readonly guessed: Tensor;
  readonly actual: Tensor;
}

/** `above / below`, and 0 of nothing. */
function shareOf(above: Tensor, below: Tensor): Tensor {
  const none = ops.compare(below, 0, "eq");
  return ops.where(none, 0, ops.div(above, ops.where(none, 1, below)));
}

/** A metric of scores and classes. */
export type Metric = (scores: Tensor, target: Tensor, options?: RateOptions) => Tensor;

/** The metric `name` of the counts of each class, `above / below`. */
export const rate =
  (name: string, of: (counts: Counts) => readonly [above: Tensor, below: Tensor]): Metric =>
  (scores, target, options = {}) => {
    checkOptions(attemptOf(name), options, kinds);
    const { average = "binary" } = options;
    if (average !== "binary" && isOfLabels(name, scores, target)) {
      const [above, below] = of(countsOfLabels(confusionsOf(name, scores, target, options)));
      return average === "macro" ? ops.mean(shareOf(above, below)) : shareOf(ops.sum(above), ops.sum(below));
    }
    const counts = countsOf(confusionOf(name, scores, target, options));
    const [above, below] = of(counts);
    const classes = elementAt(above.shape, 0) as number;
    if (average === "micro") return shareOf(ops.sum(above), ops.sum(below));
    if (average === "macro") return overOccurring(shareOf(above, below), counts);
    if (classes !== 2) throw settingOutOfRange(attemptOf(name), "average", '"binary"', `"macro" or "micro" for ${classes} classes`);
    return shareOf(second(above), second(below));
  };

/** The counts of a confusion matrix. */
function countsOf(matrix: Tensor): Counts {
  const isDiagonal = ops.compare(build.iota(matrix.graph, matrix.shape, 0), build.iota(matrix.graph, matrix.shape, 1), "eq");
  const right = ops.sum(ops.where(isDiagonal, matrix, 0), { dim: 1 });
  return { right, guessed: ops.sum(matrix, { dim: 0 }), actual: ops.sum(matrix, { dim: 1 }) };
}

/** The counts of each label, of its matrix. */
function countsOfLabels(matrices: Tensor): Counts {
  const labels = elementAt(matrices.shape, 0) as number;
  const column = (of: Tensor) => build.reshape(of, [labels]);
  const guessed = ops.slice(matrices, [0, 0, 1], [labels, 2, 1]);
  const actual = ops.slice(matrices, [0, 1, 0], [labels, 1, 2]);
  return {
    right: column(ops.slice(guessed, [0, 1, 0], [labels, 1, 1])),
    guessed: ops.sum(guessed, { dim: [1, 2] }),
    actual: ops.sum(actual, { dim: [1, 2] }),
  };
}

function overOccurring(shares: Tensor, { guessed, actual }: Counts): Tensor {
  const occurs = ops.cast(ops.compare(ops.add(guessed, actual), 0, "gt"), "f32");
  return ops.div(ops.sum(shares), ops.sum(occurs));
}

const second = (counts: Tensor): Tensor => build.reshape(ops.slice(counts, [1], [1]), []);
