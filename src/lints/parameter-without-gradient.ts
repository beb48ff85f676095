import { cutOffBy } from "../../compiler/diagnostics/gradients.ts";
import { untrainedBy } from "../unreached.ts";
import type { Lint } from "./lint.ts";

/** Parameters that the loss depends on by values that have no gradient. */
export const parameterWithoutGradient: Lint = {
  code: "parameter-without-gradient",
  about:
    "Between a parameter and the loss stands what has no slope, such as `sign`, `round`, `argmax` or a comparison, so that no step changes it. Compute the loss from the value before that.",
  look({ slopes }) {
    const { cutOff, cuts } = untrainedBy(slopes);
    return cuts.length > 0 ? [cutOffBy(cuts, cutOff)] : [];
  },
};
