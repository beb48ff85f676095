// One order of operands and one place for repeated values, so that the other rules need only one form each.

import { elementAt } from "../../ir/element.ts";
import { make } from "../../ir/graph.ts";
import type { Node } from "../../ir/node.ts";
import { type Shape, sameShape } from "../../ir/type.ts";
import * as build from "../../ops/build.ts";
import { elementwise } from "../../ops/elementwise.ts";
import type { Relation } from "../../ops/params.ts";
import { isOp, type OpName } from "../../ops/table.ts";
import { fillOf, scalarOf } from "../../rewrite/fill.ts";
import { any, is, type Pattern } from "../../rewrite/pattern.ts";
import { bits, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";

const elementwiseOps = Object.keys(elementwise) as OpName[];

/** Constants are steadier than repeated scalars, and these than anything else. */
function steadiness(node: Node): number {
  if (fillOf(node) !== undefined) return 3;
  if (node.op === "constant") return 2;
  return node.shape.length > 0 && scalarOf(node) ? 1 : 0;
}

const mirrored: Record<Relation, Relation> = { eq: "eq", ne: "ne", lt: "gt", le: "ge", gt: "lt", ge: "le" };

/** An elementwise step with no operand that is to stay the reshape that it is. */
const ofReshapes: Pattern = {
  ops: elementwiseOps,
  find: (node, bound, sealed) => (node.inputs.some((input) => isOp(input, "reshape") && sealed.has(input)) ? undefined : bound),
};

export const orderRules: readonly Rule[] = [
  // c + x = x + c
  bits(
    "constants to the right",
    is(["add", "mul", "minimum", "maximum"], any("x"), any("y")),
    ({ x, y }, node) => make(node.op, [y, x], node.params),
    ({ x, y }) => steadiness(x) > steadiness(y),
  ),
  // c < x = x > c
  bits(
    "constants to the right of a comparison",
    is("compare", any("x"), any("y")),
    ({ x, y }, node) => build.compare(y, x, mirrored[paramsOf(node, "compare").relation]),
    ({ x, y }) => steadiness(x) > steadiness(y),
  ),
  bits(
    "f(broadcast(x), broadcast(y)) = broadcast(f(x, y))",
    is(elementwiseOps),
    (_, node) => {
      const axes = [...new Set(node.inputs.flatMap((input) => paramsOf(input, "broadcast").axes))].sort((a, b) => a - b);
      if (axes.length === node.shape.length) return undefined;
      const narrow = node.inputs.map((input) => narrowed(input, axes));
      return build.broadcast(make(node.op, narrow, node.params), node.shape, axes);
    },
    (_, node) => node.inputs.every((input) => isOp(input, "broadcast")),
  ),
  bits("f(reshape(x), reshape(y)) = reshape(f(x, y))", ofReshapes, (_, node) => {
    const shape = node.inputs.find((input) => isOp(input, "reshape"))?.inputs[0]?.shape;
    const inputs = shape && node.inputs.map((input) => reshapedFrom(input, shape));
    return inputs?.every((input) => input !== undefined) ? build.reshape(make(node.op, inputs, node.params), node.shape) : undefined;
  }),
];

/** What `node` is a reshape of, in `shape`. */
function reshapedFrom(node: Node, shape: Shape): Node | undefined {
  if (isOp(node, "reshape")) return sameShape(elementAt(node.inputs, 0).shape, shape) ? node.inputs[0] : undefined;
  const scalar = scalarOf(node);
  return scalar && build.broadcast(scalar, shape, []);
}

/** `node`, a broadcast, without the axes that are not in `axes`. */
export function narrowed(node: Node, axes: readonly number[]): Node {
  const source = elementAt(node.inputs, 0);
  const own = paramsOf(node, "broadcast").axes;
  if (own.length === axes.length) return source;
  const shape = axes.map((axis) => elementAt(node.shape, axis));
  return build.broadcast(
    source,
    shape,
    own.map((axis) => axes.indexOf(axis)),
  );
}
