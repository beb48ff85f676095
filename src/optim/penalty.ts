import { ops } from "../ops/index.ts";
import { amount, checkSetting, list } from "../settings.ts";
import type { Tensor } from "../tensor.ts";

/** A term that is added to the loss in training. */
export interface Penalty {
  /** Names of the parameters that it weighs, with `*` for any characters. */
  readonly weights: readonly string[];
  readonly lambda: number;
  /** The measure of one parameter. */
  measure(w: Tensor): Tensor;
}

const names = list((value) => typeof value === "string", "names of parameters");

const penalty =
  (name: string, measure: Penalty["measure"]) =>
  (lambda: number, weights: string | readonly string[]): Penalty => {
    const attempt = `Cannot use "optim.${name}"`;
    const all = typeof weights === "string" ? [weights] : weights;
    checkSetting(attempt, "lambda", lambda, amount);
    checkSetting(attempt, "weights", all, names);
    return { lambda, measure, weights: all };
  };

/** Adds `λ Σ w²` of the named parameters to the loss (gradient `2λw`). */
export const l2 = penalty("l2", (w) => ops.sum(ops.square(w)));

/** Adds `λ Σ |w|` of the named parameters to the loss (gradient `λ sign(w)`). */
export const l1 = penalty("l1", (w) => ops.sum(ops.abs(w)));
