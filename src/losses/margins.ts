// Losses that are 0 beyond a margin: targets are -1 or 1, or classes.
import { ops } from "../ops/index.ts";
import { checkOptions, finite, flag, type Kind, type Kinds } from "../settings.ts";
import type { Data, Operand, Tensor } from "../tensor.ts";
import { classWeightKind, classWeights, lastSum, scaled } from "./classes.ts";
import { rowsOf } from "./nll.ts";
import { attemptOf, pairOf, pairwise, pairwiseWith, type Reduction, reduceLoss, reductionKinds } from "./reduction.ts";

const { add, clamp, compare, div, mul, neg, square, sub, where } = ops;

/** max(0, x), with slope 0 at 0. */
const positivePart = (x: Tensor): Tensor => where(compare(x, 0, "le"), 0, x);

/** The mean of `max(0, 1 - y·f)` with targets y of -1 or 1; gradient 0 at the kink. @throws GradcError `loss-shape` */
export const hinge = pairwise("hinge", (f, y) => positivePart(sub(1, mul(y, f))));

/** The mean of `max(0, 1 - y·f)²` with targets y of -1 or 1. @throws GradcError `loss-shape` */
export const squaredHinge = pairwise("squaredHinge", (f, y) => square(positivePart(sub(1, mul(y, f)))));

/** Settings of `perceptron`. */
export interface PerceptronOptions {
  /** Whether an example on the border, y·f = 0, is right; true unless stated. */
  readonly strict?: boolean;
}

/**
 * The mean of `max(0, -y·f)` with targets y of -1 or 1: its gradient is that of Rosenblatt's rule (1958), -y·x for each example on the wrong side,
 * so that `optim.sgd({ lr: 1 })` on one example at a time adds y·x to the weights after an error. On the border it is 0, as for y·f < 0 in the
 * textbook's condition, where weights of 0 stay 0; with `strict: false` it is -y·x there too, as for y·f ≤ 0.
 * @throws GradcError `loss-shape`, `setting-out-of-range`, `unknown-option`
 */
export const perceptron = pairwiseWith<PerceptronOptions>("perceptron", { strict: flag }, (f, y, { strict = true }) => {
  const agreement = mul(y, f);
  return where(compare(agreement, 0, strict ? "ge" : "gt"), 0, neg(agreement));
});

/** The mean of `log(1 + e^(-y·f))` with targets y of -1 or 1. @throws GradcError `loss-shape` */
export const softMargin = pairwise("softMargin", (f, y) => ops.softplus(neg(mul(y, f))));

/** Settings of `multiMargin`. */
export interface MultiMarginOptions extends Reduction {
  /** The power of each distance: 1 unless stated, or 2. */
  readonly p?: 1 | 2;
  /** By how much the score of the class must exceed the others; 1 unless stated. */
  readonly margin?: number;
  /** A weight for each class. */
  readonly weight?: Tensor | Data;
}

const oneOrTwo: Kind = { fits: (value) => value === 1 || value === 2, expected: "1 or 2" };

const multiMarginKinds: Kinds<MultiMarginOptions> = { ...reductionKinds, p: oneOrTwo, margin: finite, weight: classWeightKind };

/**
 * The mean over rows of `weight[y] · Σ_{j ≠ y} max(0, margin - x[y] + x[j])^p / classes`, of scores `x: [..., classes]` and i32 classes
 * `y: [...]`. Crammer and Singer 2001, with the sum of all classes that are too near in place of the nearest.
 * @throws GradcError `loss-shape`, `dynamic-dimension`, `dtype-mismatch`
 */
export function multiMargin(prediction: Tensor, target: Tensor, options: MultiMarginOptions = {}): Tensor {
  checkOptions(attemptOf("multiMargin"), options, multiMarginKinds);
  const { p = 1, margin = 1 } = options;
  const { x, y, classes } = rowsOf("multiMargin", prediction, target);
  const truth = ops.oneHot(y, classes);
  const weight = classWeights(attemptOf("multiMargin"), options.weight, classes);
  const own = ops.sum(where(compare(truth, 0, "ne"), x, 0), { dim: -1, keepDim: true });
  const near = positivePart(add(sub(margin, own), x));
  const others = where(compare(truth, 0, "ne"), 0, p === 1 ? near : square(near));
  const rows = div(lastSum(others), classes);
  return reduceLoss(scaled(weight && lastSum(mul(truth, weight)), rows), options);
}

/** Settings of `marginRanking`. */
export interface MarginOptions extends Reduction {
  /** 0 unless stated. */
  readonly margin?: number;
}

/** What the settings of `marginRanking` may be. */
export const marginKinds: Kinds<MarginOptions> = { ...reductionKinds, margin: finite };

/**
 * The mean of `max(0, margin - y·(x1 - x2))`, margin 0, for ranks: y is 1 where x1 should be the larger, else -1. The gradient at the kink is
 * that of the line, as in PyTorch.
 * @throws GradcError `loss-shape`
 */
export function marginRanking(x1: Tensor, x2: Operand, y: Operand, options: MarginOptions = {}): Tensor {
  checkOptions(attemptOf("marginRanking"), options, marginKinds);
  const [a, b] = pairOf("marginRanking", x1, x2);
  const [, sign] = pairOf("marginRanking", a, y);
  return reduceLoss(clamp(add(neg(mul(sign, sub(a, b))), options.margin ?? 0), { min: 0 }), options);
}
