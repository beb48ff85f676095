import { settingOutOfRange } from "../../compiler/diagnostics.ts";
import * as ops from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";
import { checkAmounts } from "./settings.ts";

/** A term that is added to the loss in training. */
export interface Penalty {
  /** Names of the parameters that it weighs, with `*` for any characters. */
  readonly weights: readonly string[];
  readonly lambda: number;
  /** The measure of one parameter. */
  measure(w: Tensor): Tensor;
}

const penalty =
  (name: string, measure: Penalty["measure"]) =>
  (lambda: number, weights: string | readonly string[]): Penalty => {
    checkAmounts(name, { lambda });
    const names = typeof weights === "string" ? [weights] : weights;
    if (!Array.isArray(names)) throw settingOutOfRange(`Cannot use "optim.${name}"`, "weights", String(weights), "names of parameters");
    return { lambda, measure, weights: names };
  };

/** Adds `λ Σ w²` of the named parameters to the loss (gradient `2λw`). */
export const l2 = penalty("l2", (w) => ops.sum(ops.square(w)));

/** Adds `λ Σ |w|` of the named parameters to the loss (gradient `λ sign(w)`). */
export const l1 = penalty("l1", (w) => ops.sum(ops.abs(w)));
