// Rows of scores with the classes last beside i32 classes, and which class was taken for which.
import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import { dynamicDimension, shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { type Kinds, share } from "../settings.ts";
import { float, index, read, type Tensor } from "../tensor.ts";
import { attemptOf } from "./attempt.ts";

/** Settings of metrics of two classes. */
export interface Threshold {
  /** The probability above which a logit of one column says class 1; 0.5 unless stated. */
  readonly threshold?: number;
}

export const thresholdKinds: Kinds<Threshold> = { threshold: share };

/** Scores and the i32 classes of their rows. @throws GradcError `dtype-mismatch`, `shape-mismatch` */
export function rowsOf(name: string, scores: Tensor, target: Tensor): { values: Tensor; classes: Tensor } {
  const attempt = attemptOf(name);
  const [values, classes] = [float(attempt, scores), index(attempt, target)];
  const rows = values.shape.slice(0, -1);
  if (values.shape.length === 0 || !sameShape(rows, classes.shape)) {
    throw shapeMismatch(attempt, [values.shape, classes.shape], `${formatShape(rows)} of classes beside ${formatShape(values.shape)}`);
  }
  return { values, classes };
}

/** One logit for each target: of its shape, or with a last axis of one element more. */
export function isColumn({ shape }: Tensor, target: Tensor): boolean {
  return sameShape(shape, target.shape) || (shape.at(-1) === 1 && sameShape(shape.slice(0, -1), target.shape));
}

/** The logits of one column in the shape of the target, and 1 or 0 for each row: an f32 target is 1 above a half. */
export function columnOf(name: string, scores: Tensor, target: Tensor): { logits: Tensor; truth: Tensor } {
  const [logits, y] = [float(attemptOf(name), scores), read(attemptOf(name), target)];
  const truth = y.dtype === "f32" ? ops.cast(ops.compare(y, 0.5, "gt"), "i32") : ops.cast(y, "i32");
  return { logits: build.reshape(logits, y.shape), truth };
}

interface Outcomes {
  /** The class that each row is taken for. */
  readonly guess: Tensor;
  /** Its own. */
  readonly truth: Tensor;
  /** How many there are: 2 where there is one column. */
  readonly classes: number;
}

function outcomes(name: string, scores: Tensor, target: Tensor, threshold: number): Outcomes {
  const attempt = attemptOf(name);
  if (isColumn(read(attempt, scores), read(attempt, target))) {
    const { logits, truth } = columnOf(name, scores, target);
    return { guess: ops.cast(ops.compare(logits, Math.log(threshold / (1 - threshold)), "gt"), "i32"), truth, classes: 2 };
  }
  const { values, classes: truth } = rowsOf(name, scores, target);
  const classes = values.shape.at(-1);
  if (typeof classes !== "number") throw dynamicDimension(attempt, values.shape.length - 1, values.shape);
  if (threshold !== 0.5) throw settingOutOfRange(attempt, "threshold", String(threshold), `none beside scores of ${classes} classes`);
  return { guess: ops.argmax(values, { dim: -1 }), truth, classes };
}

/** `confusion` for a metric that errors call `name`. */
export const confusionOf = (name: string, scores: Tensor, target: Tensor, { threshold = 0.5 }: Threshold): Tensor =>
  counted(outcomes(name, scores, target, threshold), "");

/** The matrix of outcomes, or one for each element of the axes `kept`. */
function counted({ guess, truth, classes }: Outcomes, kept: "" | "k"): Tensor {
  const rows = "abcdefghijlmnopqrs".slice(0, truth.shape.length - kept.length) + kept;
  return build.contract(ops.oneHot(truth, classes), ops.oneHot(guess, classes), `${rows}t,${rows}z->${kept}tz`);
}

/** Whether logits stand beside a target for each of several labels in the last axis, of which a row may have any number. */
export function isOfLabels(name: string, scores: Tensor, target: Tensor): boolean {
  const [{ shape }, own] = [read(attemptOf(name), scores), read(attemptOf(name), target)];
  const labels = shape.at(-1);
  return shape.length > 1 && labels !== 1 && typeof labels === "number" && sameShape(shape, own.shape);
}

/** Of each label the confusion of having it, `[labels, 2, 2]`. */
export const confusionsOf = (name: string, scores: Tensor, target: Tensor, { threshold = 0.5 }: Threshold): Tensor =>
  counted(outcomes(name, scores, target, threshold), "k");
