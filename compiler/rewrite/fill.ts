// Tensors that are one number everywhere: constants and their broadcasts.
import { oneNumberOf } from "../ir/lists.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { isOp, type OpName } from "../ops/table.ts";

const movement: ReadonlySet<string> = new Set<OpName>(["broadcast", "reshape", "permute", "slice", "flip", "stopGradient"]);

/** The number that `node` is everywhere, known at compile time. */
export function fillOf(node: Node): number | undefined {
  let source = node;
  while (movement.has(source.op)) source = source.inputs[0] as Node;
  return isOp(source, "constant") ? oneNumberOf(source.params.data) : undefined;
}

/** The scalar that `node` repeats everywhere, if it is a broadcast of a scalar. */
export const scalarOf = (node: Node): Node | undefined => {
  const source = isOp(node, "broadcast") ? (node.inputs[0] as Node) : node;
  return source.shape.length === 0 ? source : undefined;
};

/** `scalar` repeated to the shape of `like`. */
export const spread = (scalar: Node, like: Node): Node => (like.shape.length === 0 ? scalar : build.broadcast(scalar, like.shape, []));

/** A constant scalar, or `value` everywhere in the shape of `like`. */
export const filled = (like: Node, value: number): Node => spread(build.constant(like.graph, [value], [], like.dtype), like);
