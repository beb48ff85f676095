// Images whose channels come last, [batch, h, w, channels], where the first are taken for channels.
import { channelsLast as text } from "../../compiler/diagnostics/tensors.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Shape } from "../../compiler/ir/type.ts";
import { withBodies } from "../../compiler/ir/walk.ts";
import { elementwise } from "../../compiler/ops/elementwise.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { usualChannels } from "../ops/image-layout.ts";
import { type Lint, resultsOf } from "./lint.ts";

/** Whether `shape` is that of square images with their channels last, and of hardly anything else. */
const isSquare = ([, height, width, last]: Shape): boolean =>
  height === width && usualChannels.has(last) && typeof height === "number" && height > (last as number);

/** The nodes of `order` whose elements are those of an input, moved by nothing but a reshape: hidden layers have their channels where they should be. */
function givenOf(order: readonly Node[]): Set<Node> {
  const given = new Set<Node>();
  for (const node of order) {
    const isPointwise = isOp(node, "reshape") || Object.hasOwn(elementwise, node.op);
    if (isOp(node, "input") || (isPointwise && node.inputs.some((input) => given.has(input)))) given.add(node);
  }
  return given;
}

/** The images that the windows of a convolution or of a pooling slide over, height first and then width. */
function imagesOf(node: Node): Node | undefined {
  const [rows] = node.inputs;
  if (!(isOp(node, "window") && node.params.axis === 3 && rows && isOp(rows, "window") && rows.params.axis === 2)) return undefined;
  const [padded] = rows.inputs as readonly [Node];
  return isOp(padded, "pad") ? padded.inputs[0] : padded;
}

/** Convolutions and poolings over inputs that look like images with their channels last. */
export const channelsLast: Lint = {
  code: "channels-last",
  about:
    "The input of a convolution or pooling looks like images with their channels last, and its height is taken for their channels. Images are `[batch, channels, h, w]`: `ops.permute(x, [0, 3, 1, 2])`.",
  look({ declared }) {
    const order = withBodies(resultsOf(declared));
    const given = givenOf(order);
    return order.flatMap((windows) => {
      const images = imagesOf(windows);
      if (images?.shape.length !== 4 || !isSquare(images.shape) || !given.has(images)) return [];
      const user = order.find(({ inputs }) => inputs.includes(windows)) ?? windows;
      const weight = user.inputs.find((input) => isOp(input, "parameter"));
      return [text(images.shape, user, weight)];
    });
  },
};
