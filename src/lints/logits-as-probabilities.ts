import { isLinear, unmoved } from "../../compiler/calculus/comparisons.ts";
import { anyNumber } from "../../compiler/diagnostics/links.ts";
import type { Lint } from "./lint.ts";

/** Logarithms of what a linear layer gives. */
export const logitsAsProbabilities: Lint = {
  code: "logits-as-probabilities",
  about:
    "The loss takes the logarithm of what a linear layer gives, as `losses.bce` does of logits: below 0 it is NaN. `losses.bceWithLogits` and `losses.crossEntropy` take logits; `nn.sigmoid`, `nn.softmax` or `nn.softplus` make something positive of them.",
  look: ({ comparisons }) => {
    const found = comparisons.logarithms.map(unmoved).filter(isLinear);
    return [...new Set(found)].map(anyNumber);
  },
};
