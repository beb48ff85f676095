import { detailed } from "../../../../compiler/diagnostics/places.ts";
import type { Lint } from "../../../lints/lint.ts";
import { shortNumber } from "../../terminal.ts";

/** The loss on the rows that are trained on: before the first step, in the steps of the last epoch, and after the last. */
export interface Course {
  readonly lr: number;
  readonly before: number;
  readonly during: number;
  readonly after: number;
}

/** The loss of all steps may rise by this share of what it was at first, by chance. */
const margin = 0.5;

/** Learning rates by which the loss grew. */
export const rateTooHigh: Lint<Course> = {
  code: "rate-too-high",
  about:
    "After all steps the loss on the rows that are trained on is larger than before the first, by half at least: each step goes too far. Take a smaller learning rate, `--lr`.",
  look({ lr, before, during, after }) {
    const grown = before + margin * Math.abs(before);
    // What is normalised by running averages may be worse after a few good steps.
    if (!(lr > 0 && after > grown && during > grown)) return [];
    const text = `the loss on the training rows grew from ${shortNumber(before)} before the first step to ${shortNumber(after)} after the last: steps of --lr ${shortNumber(lr)} go too far`;
    return [detailed(text, { help: `--lr ${shortNumber(lr / 10)}, or less` })];
  },
};
