import { isSoftmax, unmoved } from "../../compiler/calculus/comparisons.ts";
import { nothing, squareOf } from "../../compiler/describe/form.ts";
import { squaredClasses } from "../../compiler/diagnostics/links.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { any, match } from "../../compiler/rewrite/pattern.ts";
import type { Lint } from "./lint.ts";

/** Whether `node` holds classes: whole numbers or one-hot rows. */
const isOfClasses = (node: Node): boolean => isOp(node, "oneHot") || (isOp(node, "cast") && node.inputs[0]?.dtype !== "f32");

const square = squareOf(any("x"));

/** Squared differences of probabilities and classes. */
export const squaredErrorOfClasses: Lint = {
  code: "squared-error-of-classes",
  about:
    "The loss is the squared difference of a sigmoid or softmax and of classes, whose gradient vanishes where the prediction is wrong and certain. A cross-entropy has none of this: `losses.bceWithLogits` or `losses.crossEntropy` of the logits.",
  look({ declared: { loss }, comparisons }) {
    const squared = new Set((loss ? withoutBodies([loss]) : []).flatMap((node) => match(square, node, nothing)?.x ?? []));
    return comparisons.differences.flatMap(({ prediction, target, node }) => {
      const value = unmoved(prediction);
      const by = value.op === "sigmoid" ? "sigmoid" : isSoftmax(value) ? "softmax" : undefined;
      return by && squared.has(node) && isOfClasses(unmoved(target)) ? [squaredClasses(by, value)] : [];
    });
  },
};
