// Heads of attention: the columns of a table in equal parts, each of them a table. `heads_4(x)`, and back `joined(x)`.
import { call } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { isOp } from "../ops/table.ts";
import type { Composition } from "./form.ts";

/** `x` where `node` is x with the last axis but one and the one before it exchanged. */
function turned(node: Node): Node | undefined {
  if (!isOp(node, "permute")) return undefined;
  const { order } = node.params;
  const rank = order.length;
  const isExchange = rank >= 3 && order.every((from, axis) => from === (axis === rank - 3 ? rank - 2 : axis === rank - 2 ? rank - 3 : axis));
  return isExchange ? elementAt(node.inputs, 0) : undefined;
}

/** Whether `cut` has the last axis of `whole` in two. */
const isCut = (cut: Node, whole: Node): boolean =>
  sameShape(whole.shape, [...cut.shape.slice(0, -2), Number(cut.shape.at(-2)) * Number(cut.shape.at(-1))]);

/** `[..., length, width]` as `[..., heads, length, width / heads]`. */
export function heads(node: Node): Composition | undefined {
  const cut = turned(node);
  if (!cut || !isOp(cut, "reshape") || !isCut(cut, elementAt(cut.inputs, 0))) return undefined;
  return { inputs: cut.inputs, build: (xs) => call("heads", xs, String(cut.shape.at(-2))) };
}

/** `[..., heads, length, width]` as `[..., length, heads·width]`. */
export function joined(node: Node): Composition | undefined {
  if (!isOp(node, "reshape")) return undefined;
  const cut = elementAt(node.inputs, 0);
  const x = turned(cut);
  return x && isCut(cut, node) ? { inputs: [x], build: (xs) => call("joined", xs) } : undefined;
}
