// What is said of layers that have no effect.
import type { Node } from "../ir/node.ts";
import { formatShape } from "../ir/type.ts";
import { describe, detailed, placeOf } from "./places.ts";

/** A layer by its weight. */
export const layerBy = (weight: Node): string => describe(weight).replace(/\.weight"$/, '"');

/** The warning about two linear layers that are one. */
export const linearTwice = (first: Node, second: Node, at: Node): string =>
  detailed(`${layerBy(first)} and ${layerBy(second)} are one linear layer: nothing stands between them`, {
    at: placeOf(at),
    help: `put an activation between them, such as nn.tanh, or leave ${layerBy(first)} out`,
  });

/** The warning about a bias that is subtracted again. */
export const idleBias = (bias: Node, centred: Node): string =>
  detailed(`${describe(bias)} changes nothing: the mean is subtracted behind it, and the bias with that`, {
    at: placeOf(centred),
    help: "leave it out; of a layer by { bias: false }",
  });

/** The warning about predictions and targets of which every one is compared with every other. */
export const eachWithEach = (prediction: Node, target: Node, difference: Node): string =>
  detailed(
    `${describe(prediction)} ${formatShape(prediction.shape)} and ${describe(target)} ${formatShape(target.shape)} are compared each with each, as ${formatShape(difference.shape)}`,
    {
      at: placeOf(difference),
      help: `give both one shape: ops.reshape(target, ${formatShape(prediction.shape).replace("batch", '"batch"')}), or a loss of losses, which refuses this`,
    },
  );

/** The warning about a largest element over all rows. */
export const acrossRows = (largest: Node): string =>
  detailed(
    `the loss depends on the largest of ${describe(largest.inputs[0] as Node)} over all rows: it is no sum over rows, and another one in other batches`,
    {
      at: placeOf(largest),
      help: "a softmax or maximum within each row is along dim: -1",
    },
  );
