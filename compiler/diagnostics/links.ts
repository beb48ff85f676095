// What is said of predictions that a cross-entropy takes for something else than they are.
import type { Node } from "../ir/node.ts";
import { detailed, placeOf } from "./places.ts";

/** The warning about probabilities that a loss takes for logits. */
export const linkedTwice = (loss: string, link: string, prediction: Node): string =>
  detailed(`losses.${loss} takes logits, and its prediction is a ${link} already: the loss applies another`, {
    at: placeOf(prediction),
    help: `give the loss what nn.${link} is given, and keep nn.${link} for the outputs`,
  });

/** The warning about logits that a loss takes for probabilities. */
export const notLinked = (prediction: Node): string =>
  detailed("losses.bce takes probabilities, and its prediction can be any number, of which the logarithm is NaN", {
    at: placeOf(prediction),
    help: "losses.bceWithLogits takes it as it is",
  });
