// Softmax and its relatives: shifted by the largest element, which cancels, so that no exponential overflows.
import * as build from "../../compiler/ops/build.ts";
import { finiteShift } from "../../compiler/rewrite/shift.ts";
import { float, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { type Along, axesOf, axisOf, checkAlong, checkReduced, type Reduced } from "./axes.ts";
import { amax, sum } from "./reduction.ts";
import { scalar } from "./scalar.ts";

const largest = (x: Tensor, dim: number | readonly number[]): Tensor => build.stopGradient(amax(x, { dim, keepDim: true }));

const shifted = (x: Tensor, dim: number): Tensor => scalar.sub(x, largest(x, dim));

/** x less its largest element along `dim`, and `log Σ e^` of that. */
export function shiftedLogSum(x: Tensor, options: { readonly dim: number; readonly keepDim?: boolean }): { below: Tensor; logSum: Tensor } {
  const below = shifted(x, options.dim);
  return { below, logSum: scalar.log(sum(scalar.exp(below), options)) };
}

/** What errors call `what`: x as f32, and the axis that `options` name, the last unless stated. */
function along(what: string, x: Tensor, options: Along): [value: Tensor, axis: number] {
  checkAlong(what, options);
  const value = float(what, x);
  return [value, axisOf(what, value.shape, options.dim ?? -1)];
}

/** `softmax` for a call that errors name as `what`. */
export function softmaxOf(what: string, x: Tensor, options: Along): Tensor {
  const [value, dim] = along(what, x, options);
  const powers = scalar.exp(shifted(value, dim));
  return scalar.div(powers, sum(powers, { dim, keepDim: true }));
}

/** `e^x / Σ e^x` along `dim` (the last); a row of -infinity gives NaN. */
export const softmax = (x: Tensor, options: Along = {}): Tensor => softmaxOf(attempt("softmax"), x, options);

/** `logSoftmax` for a call that errors name as `what`. */
export function logSoftmaxOf(what: string, x: Tensor, options: Along): Tensor {
  const [value, dim] = along(what, x, options);
  const { below, logSum } = shiftedLogSum(value, { dim, keepDim: true });
  return scalar.sub(below, logSum);
}

/** `x - log Σ e^x` along `dim` (the last). */
export const logSoftmax = (x: Tensor, options: Along = {}): Tensor => logSoftmaxOf(attempt("logSoftmax"), x, options);

/** `log Σ e^x` over `dim` (all); -infinity where all elements are. */
export function logSumExp(x: Tensor, options: Reduced = {}): Tensor {
  checkReduced(attempt("logSumExp"), options);
  const value = float(attempt("logSumExp"), x);
  const dim = axesOf(attempt("logSumExp"), value.shape, options.dim);
  const shift = finiteShift(largest(value, dim));
  const sums = scalar.log(sum(scalar.exp(scalar.sub(value, shift)), { dim, keepDim: true }));
  const result = scalar.add(sums, shift);
  return options.keepDim ? result : build.reshape(result, sum(value, { dim }).shape);
}
