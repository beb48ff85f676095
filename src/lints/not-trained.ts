import { notTrained as texts } from "../../compiler/diagnostics/gradients.ts";
import { trainableParameters } from "../training.ts";
import { unreachedBy } from "../unreached.ts";
import type { Lint } from "./lint.ts";

/** Parameters that the gradient of the loss does not reach. */
export const notTrained: Lint = {
  name: "not-trained",
  look({ declared, slopes }) {
    if (!slopes) return [];
    const trained = slopes.effective();
    const left = trainableParameters(declared.graph).filter((parameter) => !trained.has(parameter));
    return left.length > 0 ? texts(unreachedBy(slopes.total, left)) : [];
  },
};
