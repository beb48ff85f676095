// Only what a loss makes of logarithms alone is looked for: `-Σ p·t` is also a loss of its own, of expected rewards or of a share of errors.
import { isSoftmax, unmoved } from "../../compiler/calculus/comparisons.ts";
import { nothing, oneOf } from "../../compiler/describe/form.ts";
import { notLogarithms } from "../../compiler/diagnostics/links.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { any, either, fill, is, match } from "../../compiler/rewrite/pattern.ts";
import type { Lint } from "./lint.ts";

/** The element of a row that stands where its one-hot row is not 0. */
const chosen = is("sum", is("where", is("compare", is("oneHot"), fill(0)), any("x"), fill(0)));

const takers = oneOf(
  is("neg", chosen),
  either("mul", any("t"), is("sub", is("log", any("t")), any("x"))),
  either("mul", is("exp", any("t")), is("sub", any("t"), any("x"))),
);

const isProbability = (node: Node): boolean => node.op === "sigmoid" || isSoftmax(node);

/** Probabilities that a loss takes for logarithms of them. */
export const probabilitiesAsLogarithms: Lint = {
  code: "probabilities-as-logarithms",
  about:
    "`losses.nll` and `losses.kl` take logarithms of probabilities, and are given a softmax or sigmoid: the loss is no likelihood and no distance, and hardly has a slope where the prediction is wrong and certain. Give them `nn.logSoftmax`, or the logits to `losses.crossEntropy`.",
  look({ declared: { loss } }) {
    const found = (loss ? withoutBodies([loss]) : []).flatMap((node) => match(takers, node, nothing)?.x ?? []);
    return [...new Set(found.map(unmoved))].filter(isProbability).map(notLogarithms);
  },
};
