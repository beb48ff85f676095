import { withoutStep } from "../../compiler/diagnostics/gradients.ts";
import type { GradcError } from "../../runtime/error.ts";
import type { Lint } from "./lint.ts";

/** Models that no step could train, by the error that says so. */
export const noStep: Lint<GradcError> = {
  code: "no-step",
  about:
    "A command compiled a model without a step, since no step could change a parameter of it. The other warnings, or the error of `gradc train`, say why.",
  look: (error) => [withoutStep(error)],
};
