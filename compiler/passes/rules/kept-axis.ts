// What a definition keeps with axes of extent 1 and repeats along them, which the graph repeats without them. Only to be read: the name is told where it is used.
//
//   h - broadcast(mean h)   =>   h - broadcast(reshape(m))      where m = reshape(mean h, [batch, 1]) has a name
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { any, is } from "../../rewrite/pattern.ts";
import { bits, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";

/** Those of `named` that are a value without a name with axes of extent 1, by that. */
const keptIn = (named: Iterable<Node>): Map<Node, Node> =>
  new Map(
    [...named].flatMap((node): [Node, Node][] => {
      const [x] = node.inputs;
      return isOp(node, "reshape") && x && x.shape.length < node.shape.length && !x.graph.names.has(x) ? [[x, node]] : [];
    }),
  );

/** Whether `kept` has each axis of `repeated` in its place, with extent 1 where that is repeated. */
const spans = (kept: Node, repeated: Node): boolean =>
  kept.shape.length === repeated.shape.length &&
  kept.shape.every((dim, axis) => dim === (paramsOf(repeated, "broadcast").axes.includes(axis) ? repeated.shape[axis] : 1));

/** `x`, or what a number is compared with in it, and what is made of the repeated value in its place. */
function comparedIn(x: Node): { readonly value: Node; of(repeated: Node): Node } {
  const number = isOp(x, "compare") ? fillOf(elementAt(x.inputs, 1)) : undefined;
  if (!isOp(x, "compare") || number === undefined) return { value: x, of: (repeated) => repeated };
  return { value: elementAt(x.inputs, 0), of: (repeated) => build.compare(repeated, filled(repeated, number), x.params.relation) };
}

/** Of the values `named`, which have names, and of what they are compared with. */
export function keptAxisRule(named: Iterable<Node>): Rule {
  const kept = keptIn(named);
  return bits("axes that a value kept", is("broadcast", any("x")), ({ x }, node) => {
    const { value, of } = comparedIn(x);
    const whole = kept.get(value);
    if (!whole || !spans(whole, node)) return undefined;
    return of(build.broadcast(build.reshape(whole, value.shape), node.shape, paramsOf(node, "broadcast").axes));
  });
}
