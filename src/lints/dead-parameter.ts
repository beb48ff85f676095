import { notUsed } from "../../compiler/diagnostics/gradients.ts";
import { untrainedBy } from "../unreached.ts";
import type { Lint } from "./lint.ts";

/** Parameters that the loss does not depend on. */
export const deadParameter: Lint = {
  code: "dead-parameter",
  about: "The loss does not depend on a parameter, so that no step changes it. Compute the loss from what it gives, leave it out, or `freeze` it.",
  look({ slopes }) {
    const { unused } = untrainedBy(slopes);
    return unused.length > 0 ? [notUsed(unused)] : [];
  },
};
