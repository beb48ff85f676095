import { gradientsOf } from "../../compiler/calculus/differentiate.ts";
import { effective } from "../../compiler/calculus/effective.ts";
import { notTrained as texts } from "../../compiler/diagnostics/gradients.ts";
import { trainableParameters } from "../training.ts";
import { unreachedBy } from "../unreached.ts";
import { type Lint, lossOf } from "./lint.ts";

/** Parameters that the gradient of the loss does not reach. */
export const notTrained: Lint = {
  name: "not-trained",
  look({ program }) {
    const loss = lossOf(program);
    if (!loss) return [];
    const trained = effective(loss, gradientsOf(loss, trainableParameters(loss.graph)));
    const left = trainableParameters(program.graph).filter((parameter) => !trained.has(parameter));
    return left.length > 0 ? texts(unreachedBy(loss, left)) : [];
  },
};
