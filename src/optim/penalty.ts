import * as ops from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";

/** A term that is added to the loss in training. */
export interface Penalty {
  /** Names of the parameters that it weighs, with `*` for any characters. */
  readonly weights: readonly string[];
  readonly lambda: number;
  /** The measure of one parameter. */
  measure(w: Tensor): Tensor;
}

const penalty =
  (measure: Penalty["measure"]) =>
  (lambda: number, weights: string | readonly string[]): Penalty => ({
    lambda,
    measure,
    weights: typeof weights === "string" ? [weights] : weights,
  });

/** Adds `λ Σ w²` of the named parameters to the loss (gradient `2λw`). */
export const l2 = penalty((w) => ops.sum(ops.square(w)));

/** Adds `λ Σ |w|` of the named parameters to the loss (gradient `λ sign(w)`). */
export const l1 = penalty((w) => ops.sum(ops.abs(w)));
