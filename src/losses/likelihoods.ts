// Negative log-likelihoods, and the distance of distributions.
import { lossShape } from "../../compiler/diagnostics/definitions.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { countOf } from "../ops/reduction.ts";
import { amount, checkOptions, flag, type Kinds, oneOf, positive } from "../settings.ts";
import { broadcastTo, float, type Operand, type Tensor } from "../tensor.ts";
import { throughLogarithms } from "./passages.ts";
import { attemptOf, pairOf, pairwiseWith, type Reduction, reduceLoss, reductionKinds } from "./reduction.ts";

const { add, compare, div, exp, log, maximum, mul, square, sub, where } = ops;

/** Settings of `kl`. */
export interface KlOptions {
  /** `"batchmean"` divides the sum by the number of rows, which is what the distance of distributions is. */
  readonly reduction?: "mean" | "sum" | "none" | "batchmean";
  /** Whether the target is given as logarithms too; false unless stated. */
  readonly logTarget?: boolean;
}

const klKinds: Kinds<KlOptions> = { reduction: oneOf("mean", "sum", "none", "batchmean"), logTarget: flag };

/**
 * The mean of `t·(log t - x)` of logarithms of probabilities x and probabilities t, 0 where t is 0; with `logTarget`, of `e^t·(t - x)`.
 * Kullback and Leibler 1951. The mean is over all elements, as everywhere: `"batchmean"` is over rows.
 * @throws GradcError `loss-shape`
 */
export function kl(prediction: Tensor, target: Operand, options: KlOptions = {}): Tensor {
  checkOptions(attemptOf("kl"), options, klKinds);
  const { reduction, logTarget = false } = options;
  const [x, t] = pairOf("kl", prediction, target);
  const terms = logTarget ? mul(exp(t), sub(t, x)) : where(compare(t, 0, "eq"), 0, mul(t, sub(log(t), x)));
  const losses = throughLogarithms(terms, x);
  if (reduction !== "batchmean") return reduceLoss(losses, reduction === undefined ? {} : { reduction });
  return div(ops.sum(losses), countOf(losses.shape, losses.shape.length > 0 ? [0] : [], losses));
}

/** Settings of `poissonNll`. */
interface PoissonNll {
  /** Whether the prediction is the logarithm of the rate; true unless stated. */
  readonly logInput?: boolean;
  /** Adds Stirling's `y log y - y + ½ log(2πy)` where `y > 1`, for `log y!`; false unless stated. */
  readonly full?: boolean;
  /** Keeps the logarithm of a rate of 0 finite; 1e-8 unless stated. */
  readonly eps?: number;
}

/**
 * The mean of `e^x - y·x`, with `logInput: false` of `x - y·log(x + eps)`: how unlikely counts y are of Poisson's distribution, but for a
 * constant of y.
 * @throws GradcError `loss-shape`
 */
export const poissonNll = pairwiseWith<PoissonNll>(
  "poissonNll",
  { logInput: flag, full: flag, eps: amount },
  (x, y, { logInput = true, full = false, eps = 1e-8 }) => {
    const losses = logInput ? sub(exp(x), mul(y, x)) : sub(x, mul(y, log(add(x, eps))));
    return full ? add(losses, stirling(y)) : losses;
  },
);

const stirling = (y: Tensor): Tensor => where(compare(y, 1, "gt"), add(sub(mul(y, log(y)), y), mul(0.5, log(mul(2 * Math.PI, y)))), 0);

/** Settings of `gaussianNll`. */
export interface GaussianNllOptions extends Reduction {
  /** Adds `½ log 2π`; false unless stated. */
  readonly full?: boolean;
  /** The least variance; 1e-6 unless stated. */
  readonly eps?: number;
}

const gaussianKinds: Kinds<GaussianNllOptions> = { ...reductionKinds, full: flag, eps: positive };

/**
 * The mean of `½ (log v + (prediction - target)²/v)` of a variance v, held at `eps` (1e-6) and above with the gradient going through: how
 * unlikely the target is of a normal distribution. The variance has the prediction's shape, or one value for its last axis. Nix and Weigend 1994.
 * @throws GradcError `loss-shape`
 */
export function gaussianNll(prediction: Tensor, target: Operand, variance: Operand, options: GaussianNllOptions = {}): Tensor {
  checkOptions(attemptOf("gaussianNll"), options, gaussianKinds);
  const { full = false, eps = 1e-6 } = options;
  const [p, y] = pairOf("gaussianNll", prediction, target);
  const v = heldAbove(varianceFor(p, variance), eps);
  const losses = mul(0.5, add(log(v), div(square(sub(p, y)), v)));
  return reduceLoss(full ? add(losses, 0.5 * Math.log(2 * Math.PI)) : losses, options);
}

/** max(v, eps) with slope 1 everywhere: below, v less itself is 0 with that slope. */
const heldAbove = (v: Tensor, eps: number): Tensor =>
  where(compare(v, eps, "lt"), add(sub(v, build.stopGradient(v)), maximum(build.stopGradient(v), eps)), v);

function varianceFor(p: Tensor, variance: Operand): Tensor {
  const attempt = attemptOf("gaussianNll");
  const v = float(attempt, variance);
  const rows = p.shape.slice(0, -1);
  const whole = sameShape(v.shape, rows) ? build.reshape(v, [...rows, 1]) : v;
  const fits = typeof variance === "number" || sameShape(whole.shape, p.shape) || sameShape(whole.shape, [...rows, 1]);
  if (!fits) throw lossShape("gaussianNll", p.shape, v.shape, `variance ${formatShape(p.shape)} or ${formatShape([...rows, 1])}`);
  return broadcastTo(attempt, whole, p.shape);
}
