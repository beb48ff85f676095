import { endedChoices } from "../../compiler/calculus/ended-choices.ts";
import { endedChoice as text } from "../../compiler/diagnostics/gradients.ts";
import { differentiatedBy, type Lint } from "./lint.ts";

/** Choices that do not keep what is not finite from the gradient. */
export const unguardedChoice: Lint = {
  code: "unguarded-choice",
  about:
    "A choice leaves NaN and infinity out of a value, but not out of its gradient, since what lies between mixes elements. Choose what the function is given: `ops.log(ops.where(c, x, 1))`.",
  look: ({ slopes }) => (slopes ? endedChoices(slopes.total, differentiatedBy(slopes.total, slopes)).map(text) : []),
};
