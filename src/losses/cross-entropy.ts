import { lossShape } from "../../compiler/diagnostics/definitions.ts";
import { dtypeMismatch, dynamicDimension } from "../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import { recordComparison } from "../definition.ts";
import { ops } from "../ops/index.ts";
import { countOf } from "../ops/reduction.ts";
import { shiftedLogSum } from "../ops/softmax.ts";
import { checkOptions, type Kinds, share } from "../settings.ts";
import { float, read, type Tensor } from "../tensor.ts";
import { type ClassOptions, chosen, classesLast, classKinds, classWeights, lastSum, overClasses, scaled } from "./classes.ts";
import { type Entropy, throughSoftmax } from "./passages.ts";
import { reduceLoss, reductionKinds } from "./reduction.ts";

const attempt = 'Cannot apply "losses.crossEntropy"';

/** Settings of `crossEntropy`. */
export interface CrossEntropyOptions extends ClassOptions {
  /** This share of the target is spread over all classes. */
  readonly labelSmoothing?: number;
}

const kinds: Kinds<CrossEntropyOptions> = {
  ...reductionKinds,
  ...classKinds,
  labelSmoothing: share,
};

/** Everything in the rows of one cross-entropy, classes last. */
interface Rows {
  readonly logits: Tensor;
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
  const logits = classesLast(attempt, float(attempt, prediction), options.dim);
  recordComparison(logits, y, "softmax");
  return y.dtype === "i32"
    ? ofClasses(rowsOf(logits), y, options)
    : ofDistribution(rowsOf(logits), classesLast(attempt, float(attempt, y), options.dim), options);
}

function rowsOf(logits: Tensor): Rows {
  const classes = logits.shape.at(-1);
  if (typeof classes !== "number") throw dynamicDimension(attempt, logits.shape.length - 1, logits.shape);
  // Of one class, which is certain, the logarithm of its share shows that nothing is learned.
  const scores = classes === 1 ? ops.logSoftmax(logits) : logits;
  return { logits, ...shiftedLogSum(scores, { dim: -1 }), classes };
}

function ofClasses(rows: Rows, y: Tensor, options: CrossEntropyOptions): Tensor {
  const { below, logSum, classes } = rows;
  if (!sameShape(logSum.shape, y.shape)) throw lossShape("crossEntropy", below.shape, y.shape, `target ${formatShape(logSum.shape)} of i32 classes`);
  return overClasses(attempt, y, classes, options, ({ truth, weight, own }) => {
    if (options.labelSmoothing) return weighted(rows, { target: truth, weight }, options);
    const losses = scaled(own, ops.sub(logSum, chosen(truth, below)));
    return through(losses, rows, { target: truth, weight: undefined, factor: own, isOneHot: true, shares: (target) => target });
  });
}

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
  const losses = weighted(rows, { target, weight: classWeights(attempt, options.weight, classes) }, options);
  const axes = losses.shape.map((_, axis) => axis);
  return reduceLoss(losses, options, countOf(losses.shape, axes, losses));
}

/** `Σ q (logSum - below)` with `q = weight · ((1 - s) target + s / classes)`. */
function weighted(rows: Rows, truth: Pick<Entropy, "target" | "weight">, { labelSmoothing: s = 0 }: CrossEntropyOptions): Tensor {
  const { below, logSum, classes } = rows;
  const shares = (target: Tensor, weight: Tensor | undefined): Tensor => {
    const smooth = s === 0 ? target : ops.add(ops.mul(1 - s, target), s / classes);
    return weight ? ops.mul(weight, smooth) : smooth;
  };
  const q = shares(truth.target, truth.weight);
  const losses = ops.sub(ops.mul(lastSum(q), logSum), lastSum(ops.mul(q, below)));
  return through(losses, rows, { ...truth, factor: undefined, isOneHot: false, shares });
}

/** Of one class, which is certain, there are no probabilities to speak of. */
const through = (losses: Tensor, { logits, classes }: Rows, entropy: Omit<Entropy, "logits">): Tensor =>
  classes === 1 ? losses : throughSoftmax(losses, { ...entropy, logits });
