import { scalar, square } from "../ops/scalar.ts";
import { compare, where } from "../ops/selection.ts";
import { amount, positive } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { pairwise, pairwiseWith } from "./reduction.ts";

const { abs, div, mul, sub } = scalar;

/** The mean of `(prediction - target)²`. @throws GradcError `loss-shape` */
export const mse = pairwise("mse", (p, y) => square(sub(p, y)));

/** The mean of `|prediction - target|`; gradient 0 where they are equal. @throws GradcError `loss-shape` */
export const l1 = pairwise("l1", (p, y) => abs(sub(p, y)));

/** Settings of `smoothL1`. */
interface SmoothL1 {
  /** The distance from which on the loss is a line; 1 unless stated. With 0 it is `l1`. */
  readonly beta?: number;
}

/**
 * The mean of `d²/(2·beta)` where `|d| < beta` (1), else `|d| - beta/2`, of `d = prediction - target`. Girshick 2015, equation 3.
 * @throws GradcError `loss-shape`
 */
export const smoothL1 = pairwiseWith<SmoothL1>("smoothL1", { beta: amount }, (p, y, { beta = 1 }) => {
  const d = sub(p, y);
  if (Math.fround(beta) === 0) return abs(d);
  return farElseNear(d, beta, sub(abs(d), 0.5 * beta), div(mul(0.5, square(d)), beta));
});

/** Settings of `huber`. */
interface Huber {
  /** The distance from which on the loss is a line; 1 unless stated. */
  readonly delta?: number;
}

/**
 * The mean of `d²/2` where `|d| < delta` (1), else `delta·(|d| - delta/2)`, of `d = prediction - target`. Huber 1964.
 * @throws GradcError `loss-shape`
 */
export const huber = pairwiseWith<Huber>("huber", { delta: positive }, (p, y, { delta = 1 }) => {
  const d = sub(p, y);
  return farElseNear(d, delta, mul(delta, sub(abs(d), 0.5 * delta)), mul(0.5, square(d)));
});

// Written so that NaN takes the smooth branch, whose gradient it is then.
const farElseNear = (d: Tensor, border: number, far: Tensor, near: Tensor): Tensor => where(compare(abs(d), border, "ge"), far, near);
