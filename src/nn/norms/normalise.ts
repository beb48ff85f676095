// What normalising layers share: mean and variance over some axes, and what is scaled and shifted by a parameter for each channel.
import { elementAt } from "../../../compiler/ir/element.ts";
import * as build from "../../../compiler/ops/build.ts";
import { nameInLayer } from "../../definition.ts";
import { ops } from "../../ops/index.ts";
import { finite, type Kind } from "../../settings.ts";
import type { Tensor } from "../../tensor.ts";

/** What is added to a variance, so that its root is not 0. */
export const epsilon: Kind = finite;

/** Mean and biased variance of some axes, which are kept with extent 1. */
export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Those of x over the axes `dim`: the variance in two passes, as the mean of squared distances from the mean. */
export const statisticsOf = (x: Tensor, dim: readonly number[]): Statistics => ({
  mean: ops.mean(x, { dim, keepDim: true }),
  variance: ops.var(x, { dim, keepDim: true, correction: 0 }),
});

/** `x / √(spread + eps)`, in formulas xhat and σ. */
export const overRoot = (x: Tensor, spread: Tensor, eps: number): Tensor =>
  nameInLayer(ops.div(x, nameInLayer(ops.sqrt(ops.add(spread, eps)), "σ")), "xhat");

/** `(x - mean) / √(variance + eps)` */
export const normalise = (x: Tensor, { mean, variance }: Statistics, eps: number): Tensor => overRoot(ops.sub(x, mean), variance, eps);

/** The axes of `x` from `first` on. */
export const axesFrom = (x: Tensor, first: number): number[] => x.shape.flatMap((_, axis) => (axis < first ? [] : [axis]));

/** `x·weight + bias`, whichever there are, which broadcast to x. */
export function scaleAndShifted(x: Tensor, weight: Tensor | undefined, bias: Tensor | undefined): Tensor {
  const scaled = weight ? ops.mul(x, weight) : x;
  return bias ? ops.add(scaled, bias) : scaled;
}

/** A value for each channel as one that broadcasts along all axes of `x` but its second. */
export const byChannel = (part: Tensor, x: Tensor): Tensor => build.reshape(part, [elementAt(part.shape, 0), ...axesFrom(x, 2).map(() => 1)]);
