// What a loss is the mean or the sum of.
import { meanOf } from "../describe/form.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";

/** What becomes of the losses of all elements or examples. */
export type Reduction = "mean" | "sum";

interface Reduced {
  readonly body: Node;
  readonly reduction: Reduction;
}

/** `node` below other shapes. */
export function inner(node: Node): Node {
  return isOp(node, "reshape") ? inner(elementAt(node.inputs, 0)) : node;
}

/** The losses that `loss` is the mean or the sum of. */
export function reducedIn(loss: Node): Reduced {
  const node = inner(loss);
  const mean = meanOf(node);
  if (mean && mean.axes.length === mean.body.shape.length) return { body: mean.body, reduction: "mean" };
  if (isOp(node, "sum") && node.params.axes.length === elementAt(node.inputs, 0).shape.length)
    return { body: elementAt(node.inputs, 0), reduction: "sum" };
  return { body: node, reduction: "sum" };
}
