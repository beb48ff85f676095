// Neutral elements and signs. x·0, x - x and x/x stay: they are NaN for NaN and infinite x.
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { any, constant, either, fill, is } from "../../rewrite/pattern.ts";
import { type Rule, rule } from "../../rewrite/rewrite.ts";

/** `-node` as far as `depth` operations down, where a negation or a negative constant is found. */
function opposite(node: Node, depth: number): Node | undefined {
  const [x, y] = node.inputs as readonly [Node, Node];
  const value = node.dtype === "f32" ? fillOf(node) : undefined;
  if (value !== undefined) return value < 0 ? filled(node, -value) : undefined;
  if (isOp(node, "neg")) return x;
  if (depth === 0) return undefined;
  if (isOp(node, "broadcast")) return lift(opposite(x, depth - 1), (source) => build.broadcast(source, node.shape, node.params.axes));
  if (isOp(node, "mul")) {
    const right = lift(opposite(y, depth - 1), (factor) => build.mul(x, factor));
    return right ?? lift(opposite(x, depth - 1), (factor) => build.mul(factor, y));
  }
  if (isOp(node, "div")) return lift(opposite(x, depth - 1), (numerator) => build.div(numerator, y));
  return undefined;
}

const lift = (node: Node | undefined, wrap: (node: Node) => Node): Node | undefined => node && wrap(node);

/** `-node`, where it takes no more work than `node`: node is a negation, or has a negative factor. */
export const negated = (node: Node): Node | undefined => opposite(node, 4);

export const arithmeticRules: readonly Rule[] = [
  // x + -0 = x
  rule({
    name: "sum with -0",
    tag: "bits",
    from: is("add", any("x"), fill(-0)),
    to: ({ x }) => x,
  }),
  // x - 0 = x
  rule({
    name: "difference with 0",
    tag: "bits",
    from: is("sub", any("x"), fill(0)),
    to: ({ x }) => x,
  }),
  // x + 0 = x, save for the sign of -0
  rule({
    name: "sum with 0",
    tag: "reals",
    from: is("add", any("x"), fill(0)),
    to: ({ x }) => x,
  }),
  // 0 - x = -x, save for the sign of 0
  rule({
    name: "difference from 0",
    tag: "reals",
    from: is("sub", fill(0), any("x")),
    to: ({ x }) => build.neg(x),
  }),
  // x·1 = x/1 = x
  rule({
    name: "product or quotient with 1",
    tag: "bits",
    from: is(["mul", "div"], any("x"), fill(1)),
    to: ({ x }) => x,
  }),
  // x·(-1) = x/(-1) = -x
  rule({
    name: "product or quotient with -1",
    tag: "bits",
    from: is(["mul", "div"], any("x"), fill(-1)),
    to: ({ x }) => build.neg(x),
  }),
  // x + x = x·2
  rule({
    name: "sum with itself",
    tag: "bits",
    from: is("add", any("x"), any("x")),
    to: ({ x }) => build.mul(x, filled(x, 2)),
  }),
  // -(-x) = x, -(x·(-c)) = x·c
  rule({
    name: "negation of a negative",
    tag: "bits",
    from: is("neg", any("x")),
    to: ({ x }) => negated(x),
  }),
  // -(x·c) = x·(-c)
  rule({
    name: "negation of a multiple",
    tag: "bits",
    from: is("neg", is("mul", any("x"), constant("c"))),
    to: ({ x, c }) => build.mul(x, filled(c, -(fillOf(c) as number))),
  }),
  // -(c/x) = (-c)/x
  rule({
    name: "negation of a reciprocal",
    tag: "bits",
    from: is("neg", is("div", constant("c"), any("x"))),
    to: ({ c, x }) => build.div(filled(c, -(fillOf(c) as number)), x),
  }),
  // -(x - y) = y - x, save for the sign of 0
  rule({
    name: "negation of a difference",
    tag: "reals",
    from: is("neg", is("sub", any("x"), any("y"))),
    to: ({ x, y }) => build.sub(y, x),
  }),
  // (-x)·y = -(x·y)
  rule({
    name: "product with a negation",
    tag: "bits",
    from: either("mul", is("neg", any("x")), any("y")),
    to: ({ x, y }) => build.neg(build.mul(x, y)),
  }),
  // (-x)/y = -(x/y)
  rule({
    name: "quotient of a negation",
    tag: "bits",
    from: is("div", is("neg", any("x")), any("y")),
    to: ({ x, y }) => build.neg(build.div(x, y)),
  }),
  // x/(-y) = -(x/y)
  rule({
    name: "quotient by a negation",
    tag: "bits",
    from: is("div", any("x"), is("neg", any("y"))),
    to: ({ x, y }) => build.neg(build.div(x, y)),
  }),
  // x + (-y) = x - y
  rule({
    name: "sum with a negative",
    tag: "bits",
    from: is("add", any("x"), any("y")),
    to: ({ x, y }) => lift(negated(y), (positive) => build.sub(x, positive)) ?? lift(negated(x), (positive) => build.sub(y, positive)),
  }),
  // x - (-y) = x + y
  rule({
    name: "difference with a negative",
    tag: "bits",
    from: is("sub", any("x"), any("y")),
    to: ({ x, y }) => lift(negated(y), (positive) => build.add(x, positive)),
  }),
  // (-x) - y = -(x + y), save for the sign of 0
  rule({
    name: "difference from a negation",
    tag: "reals",
    from: is("sub", is("neg", any("x")), any("y")),
    to: ({ x, y }) => build.neg(build.add(x, y)),
  }),
  // (x - y)·(-c) = (y - x)·c, save for the sign of 0
  rule({
    name: "negative multiple of a difference",
    tag: "reals",
    from: is("mul", is("sub", any("x"), any("y")), any("c")),
    to: ({ x, y, c }) => lift(negated(c), (positive) => build.mul(build.sub(y, x), positive)),
  }),
];
