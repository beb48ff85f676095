import { lossShape } from "../../compiler/diagnostics/definitions.ts";
import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { dtypeMismatch, dynamicDimension, shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { recordComparison } from "../definition.ts";
import { isTensor } from "../is-tensor.ts";
import { axisOf } from "../ops/axes.ts";
import { ops } from "../ops/index.ts";
import { countOf } from "../ops/reduction.ts";
import { shiftedLogSum } from "../ops/softmax.ts";
import { axis, checkOptions, isFinite32, type Kinds, share } from "../settings.ts";
import { type Data, flatten, float, isList, read, type Tensor } from "../tensor.ts";
import { constant } from "../variables.ts";
import { type Reduction, reduceLoss, reductionKinds } from "./reduction.ts";

const attempt = 'Cannot apply "losses.crossEntropy"';

/** Settings of `crossEntropy`. */
export interface CrossEntropyOptions extends Reduction {
  /** Rows with this class count nothing; -100 unless stated. */
  readonly ignoreIndex?: number;
  /** A weight for each class. */
  readonly weight?: Tensor | Data;
  /** This share of the target is spread over all classes. */
  readonly labelSmoothing?: number;
  /** The axis of the classes; the last unless stated. */
  readonly dim?: number;
}

const kinds: Kinds<CrossEntropyOptions> = {
  ...reductionKinds,
  ignoreIndex: {
    fits: (value) => Number.isInteger(value) && (value as number) === ((value as number) | 0),
    expected: "a whole number within the range of i32",
  },
  weight: { fits: (value) => isTensor(value) || isList(value), expected: "a tensor or a list of numbers, one for each class" },
  labelSmoothing: share,
  dim: axis,
};

/** Everything in the rows of one cross-entropy, classes last. */
interface Rows {
  /** Logits less the largest of the row. */
  readonly below: Tensor;
  /** `log Σ e^below`, without the axis of classes. */
  readonly logSum: Tensor;
  readonly classes: number;
}

/**
 * The mean of `log Σ e^z - z[target]` over the rows that are not ignored, of logits `z: [..., classes]` and i32 classes `[...]`; or of
 * `Σ t (log Σ e^z - z)` over all rows, with an f32 distribution `t: [..., classes]`. With class weights and i32 classes the mean divides
 * by the sum of the targets' weights.
 * @throws GradcError `loss-shape`, `dynamic-dimension`
 */
export function crossEntropy(prediction: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkOptions(attempt, options, kinds);
  const y = read(attempt, target);
  if (y.dtype === "f32" && read(attempt, prediction).dtype === "i32") {
    throw dtypeMismatch(attempt, ["i32", "f32"], ["f32"], "the prediction comes first: losses.crossEntropy(logits, target)");
  }
  const logits = classesLast(float(attempt, prediction), options.dim);
  recordComparison(logits, y, "softmax");
  return y.dtype === "i32"
    ? ofClasses(rowsOf(logits), y, options)
    : ofDistribution(rowsOf(logits), classesLast(float(attempt, y), options.dim), options);
}

function classesLast(x: Tensor, dim = -1): Tensor {
  if (x.shape.length === 0) throw shapeMismatch(attempt, [x.shape], "a last axis of classes");
  const axis = axisOf(attempt, x.shape, dim);
  const others = x.shape.map((_, each) => each).filter((each) => each !== axis);
  return axis === x.shape.length - 1 ? x : build.permute(x, [...others, axis]);
}

function rowsOf(logits: Tensor): Rows {
  const classes = logits.shape.at(-1);
  if (typeof classes !== "number") throw dynamicDimension(attempt, logits.shape.length - 1, logits.shape);
  // Of one class, which is certain, the logarithm of its share shows that nothing is learned.
  const scores = classes === 1 ? ops.logSoftmax(logits) : logits;
  return { ...shiftedLogSum(scores, { dim: -1 }), classes };
}

function ofClasses({ below, logSum, classes }: Rows, y: Tensor, options: CrossEntropyOptions): Tensor {
  if (!sameShape(logSum.shape, y.shape)) throw lossShape("crossEntropy", below.shape, y.shape, `target ${formatShape(logSum.shape)} of i32 classes`);
  const valid = ops.compare(y, options.ignoreIndex ?? -100, "ne");
  const truth = ops.oneHot(y, classes);
  const weight = classWeights(options.weight, classes);
  const own = weight && lastSum(ops.mul(truth, weight));
  const rows = options.labelSmoothing
    ? weighted({ below, logSum, classes }, truth, weight, options)
    : scaled(own, ops.sub(logSum, chosen(truth, below)));
  const count = own ? ops.where(valid, own, 0) : ops.cast(valid, "f32");
  return reduceLoss(ops.where(valid, rows, 0), options, ops.sum(count));
}

/** The element of each row where the one-hot row `truth` is 1. The others have no part in it, not even where they are -infinity. */
const chosen = (truth: Tensor, x: Tensor): Tensor => lastSum(ops.where(ops.compare(truth, 0, "ne"), x, 0));

const scaled = (factor: Tensor | undefined, x: Tensor): Tensor => (factor ? ops.mul(factor, x) : x);

function ofDistribution(rows: Rows, target: Tensor, options: CrossEntropyOptions): Tensor {
  const { below, logSum, classes } = rows;
  if (!sameShape(below.shape, target.shape)) {
    throw lossShape(
      "crossEntropy",
      below.shape,
      target.shape,
      `target ${formatShape(logSum.shape)} of i32 classes, or ${formatShape(below.shape)} of f32`,
    );
  }
  const losses = weighted(rows, target, classWeights(options.weight, classes), options);
  const axes = losses.shape.map((_, axis) => axis);
  return reduceLoss(losses, options, countOf(losses.shape, axes, losses));
}

/** `Σ q (logSum - below)` with `q = weight · ((1 - s) target + s / classes)`. */
function weighted(
  { below, logSum, classes }: Rows,
  target: Tensor,
  weight: Tensor | undefined,
  { labelSmoothing: s = 0 }: CrossEntropyOptions,
): Tensor {
  const smooth = s === 0 ? target : ops.add(ops.mul(1 - s, target), s / classes);
  const q = weight ? ops.mul(weight, smooth) : smooth;
  return ops.sub(ops.mul(lastSum(q), logSum), lastSum(ops.mul(q, below)));
}

const lastSum = (x: Tensor): Tensor => ops.sum(x, { dim: -1 });

/** The weights that are given as numbers. */
function weightsOf(data: Data): Tensor {
  const odd = flatten(attempt, data).data.find((weight) => !isFinite32(weight));
  if (odd !== undefined) throw settingOutOfRange(attempt, "weight", shown(odd), "numbers within the range of f32");
  return constant(data);
}

function classWeights(weight: CrossEntropyOptions["weight"], classes: number): Tensor | undefined {
  if (weight === undefined) return undefined;
  const node = isTensor(weight) ? float(attempt, weight) : weightsOf(weight);
  if (!sameShape(node.shape, [classes])) throw shapeMismatch(`${attempt} with class weights`, [node.shape], formatShape([classes]));
  return node;
}
