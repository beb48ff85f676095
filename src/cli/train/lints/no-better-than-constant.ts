import { detailed } from "../../../../compiler/diagnostics/places.ts";
import type { Lint } from "../../../lints/lint.ts";

/** A training whose result is no better than a constant. */
export interface Vain {
  /** What the constant is, in words. */
  readonly constant: string;
  /** What to try first. */
  readonly advice: string;
}

/** Trained nets that are no better than a prediction that reads nothing. */
export const noBetterThanConstant: Lint<Vain> = {
  code: "no-better-than-constant",
  about:
    "The trained net has no less loss than one prediction for every row, such as the mean of the target. What to try first is said beside it: scaled columns, more epochs, another learning rate.",
  look: ({ constant, advice }) => [detailed(`no better than predicting ${constant} for every row`, { help: advice })],
};
