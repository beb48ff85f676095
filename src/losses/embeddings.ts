// Losses of vectors along the last axis: which ones should be near to which.
import { lossShape } from "../../compiler/diagnostics/definitions.ts";
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import { ops } from "../ops/index.ts";
import { amount, checkOptions, finite, flag, type Kind, type Kinds, positive } from "../settings.ts";
import { broadcastTo, float, type Operand, type Tensor } from "../tensor.ts";
import { type MarginOptions, marginKinds } from "./margins.ts";
import { attemptOf, pairOf, type Reduction, reduceLoss, reductionKinds } from "./reduction.ts";

const { abs, add, amax, clamp, compare, div, min, mul, pow, sqrt, sub, sum, where } = ops;

/** Two tensors of vectors of one shape. @throws GradcError `loss-shape`, `shape-mismatch` for scalars */
function vectorsOf(name: string, a: Tensor, b: Tensor): [Tensor, Tensor] {
  const pair = pairOf(name, a, b);
  if (pair[0].shape.length === 0) throw shapeMismatch(attemptOf(name), [[]], "vectors along a last axis");
  return pair;
}

const dot = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b), { dim: -1 });

// PyTorch's, which keeps the cosine of a zero vector at 0.
const cosineEps = 1e-12;

/** `a·b / (|a| |b|)` along the last axis. */
const cosine = (a: Tensor, b: Tensor): Tensor => {
  const length = (x: Tensor) => sqrt(add(dot(x, x), cosineEps));
  return div(dot(a, b), mul(length(a), length(b)));
};

/**
 * The mean over rows of `1 - cos(x1, x2)` where y is 1 and of `max(0, cos(x1, x2) - margin)`, margin 0, where it is -1, of vectors along the
 * last axis: `x1, x2: [..., width]`, `y: [...]`.
 * @throws GradcError `loss-shape`, `shape-mismatch`
 */
export function cosineEmbedding(x1: Tensor, x2: Tensor, y: Operand, options: MarginOptions = {}): Tensor {
  const attempt = attemptOf("cosineEmbedding");
  checkOptions(attempt, options, marginKinds);
  const [a, b] = vectorsOf("cosineEmbedding", x1, x2);
  const cos = cosine(a, b);
  const sign = typeof y === "number" ? broadcastTo(attempt, float(attempt, y), cos.shape) : float(attempt, y);
  if (!sameShape(sign.shape, cos.shape)) throw lossShape("cosineEmbedding", a.shape, sign.shape, `target ${formatShape(cos.shape)} of -1 and 1`);
  const apart = clamp(sub(cos, options.margin ?? 0), { min: 0 });
  return reduceLoss(where(compare(sign, 1, "eq"), sub(1, cos), where(compare(sign, -1, "eq"), apart, 0)), options);
}

/** Settings of `tripletMargin`. */
export interface TripletOptions extends Reduction {
  /** 1 unless stated. */
  readonly margin?: number;
  /** The power of the distance: 2 unless stated; `Infinity` takes the largest coordinate. */
  readonly p?: number;
  /** Added to each difference; 1e-6 unless stated. */
  readonly eps?: number;
  /** Takes the negative's distance from the positive where that is smaller; false unless stated. */
  readonly swap?: boolean;
}

const power: Kind = { fits: (value) => value === Infinity || positive.fits(value), expected: "a number above 0, or Infinity" };

const tripletKinds: Kinds<TripletOptions> = { ...reductionKinds, margin: finite, p: power, eps: amount, swap: flag };

/**
 * The mean over rows of `max(0, margin + d(anchor, positive) - d(anchor, negative))` with the distance `‖a - b + eps‖_p` along the last axis,
 * all three `[..., width]`. Balntas, Riba, Ponsa and Mikolajczyk 2016, equations 3 and 5 (swap).
 * @throws GradcError `loss-shape`, `shape-mismatch`
 */
export function tripletMargin(anchor: Tensor, near: Tensor, far: Tensor, options: TripletOptions = {}): Tensor {
  checkOptions(attemptOf("tripletMargin"), options, tripletKinds);
  const { margin = 1, p = 2, eps = 1e-6, swap = false } = options;
  const [a, b] = vectorsOf("tripletMargin", anchor, near);
  const [, c] = vectorsOf("tripletMargin", a, far);
  const distance = (x: Tensor, y: Tensor) => length(add(sub(x, y), eps), p);
  const apart = swap ? min(distance(a, c), distance(b, c)) : distance(a, c);
  return reduceLoss(clamp(sub(add(margin, distance(a, b)), apart), { min: 0 }), options);
}

/** The p-norm along the last axis; its gradient is 0 at 0. */
function length(x: Tensor, p: number): Tensor {
  if (p === 2) return ops.norm(x, { dim: -1 });
  if (p === Infinity) return amax(abs(x), { dim: -1 });
  if (p === 1) return sum(abs(x), { dim: -1 });
  const total = sum(pow(abs(x), p), { dim: -1 });
  const zero = compare(total, 0, "eq");
  return where(zero, total, pow(where(zero, 1, total), 1 / p));
}
