import { isSigmoid, isSoftmax, unmoved } from "../../compiler/calculus/comparisons.ts";
import { linkedTwice } from "../../compiler/diagnostics/links.ts";
import type { Lint } from "./lint.ts";

/** Probabilities of which a loss makes probabilities once more. */
export const softmaxBeforeCrossEntropy: Lint = {
  code: "softmax-before-cross-entropy",
  about:
    "A cross-entropy applies softmax, or for two classes sigmoid, itself, and is given what is one already: the loss cannot come near 0. Give it the logits, and keep `nn.softmax` for the outputs.",
  look: ({ comparisons }) =>
    comparisons.logits.flatMap(({ prediction, by }) => {
      const node = unmoved(prediction);
      const isLinked = by === "softmax" ? isSoftmax(node) : isSigmoid(node);
      return isLinked ? [linkedTwice(by, node)] : [];
    }),
};
