// What is said of predictions that a loss takes for something else than they are, and of layers that do not belong behind the last one.
import type { Node } from "../ir/node.ts";
import { describe, detailed, placeOf } from "./places.ts";

/** The losses of this package that make probabilities of logits. */
const lossesBy = { softmax: "losses.crossEntropy", sigmoid: "losses.bceWithLogits" } as const;
type Link = keyof typeof lossesBy;

/** The warning about probabilities of which a loss makes probabilities once more. */
export const linkedTwice = (link: Link, prediction: Node): string =>
  detailed(`the loss applies a ${link} to what is a ${link} already`, {
    at: placeOf(prediction),
    help: `give ${lossesBy[link]} what nn.${link} is given, and keep nn.${link} for the outputs`,
  });

/** The warning about logits that are what an activation gives. */
export const activated = (activation: string, link: Link, prediction: Node): string =>
  detailed(`the loss applies a ${link} to what ${activation} gives, and most probabilities cannot be reached`, {
    at: placeOf(prediction),
    help: `give ${lossesBy[link]} the numbers of the last layer as they are`,
  });

/** The warning about a logarithm of what can be any number. */
export const anyNumber = (node: Node): string =>
  detailed(`the loss takes the logarithm of ${describe(node)}, which can be any number: below 0 it is NaN`, {
    at: placeOf(node),
    help: "losses.bceWithLogits and losses.crossEntropy take logits as they are; what must be above 0 is nn.softplus of it",
  });

/** The warning about probabilities where a loss needs their logarithms. */
export const notLogarithms = (prediction: Node): string =>
  detailed(`the loss takes ${describe(prediction)}, which is a probability, for the logarithm of one`, {
    at: placeOf(prediction),
    help: "losses.nll and losses.kl take nn.logSoftmax of the logits; losses.crossEntropy takes the logits",
  });

/** The warning about probabilities of classes that are compared by squares. */
export const squaredClasses = (link: Link, prediction: Node): string =>
  detailed(`the loss squares the difference of a ${link} and of classes: where the ${link} is wrong and certain, its gradient vanishes`, {
    at: placeOf(prediction),
    help: `${lossesBy[link]} of what nn.${link} is given`,
  });

/** The warning about elements of predictions that training drops. */
export const droppedLast = (prediction: Node): string =>
  detailed("dropout is applied behind the last layer: in training the loss compares predictions of 0 with the targets", {
    at: placeOf(prediction),
    help: "drop what the last layer is given: nn.linear(nn.dropout(x, 0.5), 1)",
  });

/** The warning about predictions that are normalised by those of the other rows. */
export const normalisedLast = (prediction: Node): string =>
  detailed("a batch norm is applied behind the last layer: what is predicted of a row depends on the rows beside it in training", {
    at: placeOf(prediction),
    help: "normalise what the last layer is given, or the target: nn.standardize",
  });
