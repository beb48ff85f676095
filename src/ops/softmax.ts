// Softmax and its relatives: shifted by the largest element, which cancels, so that no exponential overflows.
import * as build from "../../compiler/ops/build.ts";
import { float, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import type { Reduced } from "./axes.ts";
import { amax, sum } from "./reduction.ts";
import * as scalar from "./scalar.ts";

/** The axis along which the elements are compared. */
export interface Along {
  readonly dim?: number;
}

const largest = (x: Tensor, dim: Reduced["dim"]): Tensor => build.stopGradient(amax(x, { ...(dim === undefined ? {} : { dim }), keepDim: true }));

const shifted = (x: Tensor, dim: number): Tensor => scalar.sub(x, largest(x, dim));

/** `e^x / Σ e^x` along `dim` (the last); a row of -infinity gives NaN. */
export function softmax(x: Tensor, { dim = -1 }: Along = {}): Tensor {
  const powers = scalar.exp(shifted(float(attempt("softmax"), x), dim));
  return scalar.div(powers, sum(powers, { dim, keepDim: true }));
}

/** `x - log Σ e^x` along `dim` (the last). */
export function logSoftmax(x: Tensor, { dim = -1 }: Along = {}): Tensor {
  const below = shifted(float(attempt("logSoftmax"), x), dim);
  return scalar.sub(below, scalar.log(sum(scalar.exp(below), { dim, keepDim: true })));
}

/** `log Σ e^x` over `dim` (all); -infinity where all elements are. */
export function logSumExp(x: Tensor, options: Reduced = {}): Tensor {
  const value = float(attempt("logSumExp"), x);
  const top = largest(value, options.dim);
  // An infinite shift would make NaN of ∞ - ∞.
  const shift = scalar.where(scalar.compare(scalar.abs(top), Number.POSITIVE_INFINITY, "eq"), 0, top);
  const sums = scalar.log(sum(scalar.exp(scalar.sub(value, shift)), { ...options, keepDim: true }));
  const result = scalar.add(sums, shift);
  return options.keepDim ? result : build.reshape(result, sum(value, options).shape);
}
