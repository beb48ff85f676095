import { detailed } from "../../../../compiler/diagnostics/places.ts";
import { squaredErrorOfClasses } from "../../../lints/squared-error-of-classes.ts";
import type { TableLint } from "./lint.ts";

/** Squared differences of probabilities and of columns that hold nothing but 0 and 1. */
export const squaredClasses: TableLint = {
  ...squaredErrorOfClasses,
  look: ({ squared }) =>
    squared.map(({ target, by }) =>
      detailed(
        `the loss squares the difference of a ${by} and of "${target}", which is 0 or 1 in all rows: where the ${by} is wrong and certain, its gradient vanishes`,
        {
          help: "losses.bceWithLogits of what the sigmoid is given",
        },
      ),
    ),
};
