import { type Comparisons, isSigmoid, isSoftmax, unmoved } from "../../compiler/calculus/comparisons.ts";
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

/** A probability whose difference from `target` a loss squares. */
interface Squared {
  readonly by: "sigmoid" | "softmax";
  readonly value: Node;
  readonly target: Node;
}

/** The probabilities whose differences `loss` squares. */
export function squaredIn(loss: Node, { differences }: Comparisons): Squared[] {
  const squared = new Set(withoutBodies([loss]).flatMap((node) => match(square, node, nothing)?.x ?? []));
  return differences.flatMap(({ prediction, target, node }) => {
    const value = unmoved(prediction);
    const by = isSigmoid(value) ? "sigmoid" : isSoftmax(value) ? "softmax" : undefined;
    return by && squared.has(node) ? [{ by, value, target: unmoved(target) }] : [];
  });
}

/** Squared differences of probabilities and classes. */
export const squaredErrorOfClasses: Lint = {
  code: "squared-error-of-classes",
  about:
    "The loss is the squared difference of a sigmoid or softmax and of classes, whose gradient vanishes where the prediction is wrong and certain. A cross-entropy has none of this: `losses.bceWithLogits` or `losses.crossEntropy` of the logits. `gradc train` says it too of targets that are 0 or 1 in all rows.",
  look({ declared: { loss }, comparisons }) {
    const found = loss ? squaredIn(loss, comparisons) : [];
    return found.flatMap(({ by, value, target }) => (isOfClasses(target) ? [squaredClasses(by, value)] : []));
  },
};
