import { endedChoices } from "../../compiler/calculus/ended-choices.ts";
import { endedChoice as text } from "../../compiler/diagnostics/gradients.ts";
import { differentiatedBy, type Lint } from "./lint.ts";

/** Choices that do not keep what is not finite from the gradient. */
export const endedChoice: Lint = {
  name: "ended-choice",
  look: ({ slopes }) => (slopes ? endedChoices(slopes.total, differentiatedBy(slopes.total, slopes)).map(text) : []),
};
