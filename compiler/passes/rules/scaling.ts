// Multiples: constants merge, and a common factor is multiplied once.

import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { isBounded } from "../../rewrite/bounds.ts";
import { filled, fillOf, scalarOf, spread } from "../../rewrite/fill.ts";
import { any, as, constant, either, fill, is } from "../../rewrite/pattern.ts";
import { finite, type Rule, reals } from "../../rewrite/rewrite.ts";
import { negated } from "./arithmetic.ts";

const least = 2 ** -126;

/** The product of two constants; undefined where it overflows or loses bits to underflow. */
function productOf(x: Node, y: Node): number | undefined {
  const product = Math.fround((fillOf(x) as number) * (fillOf(y) as number));
  return Number.isFinite(product) && Math.abs(product) >= least ? product : undefined;
}

const scaled = (x: Node, c: Node, d: Node): Node | undefined => {
  const product = x.dtype === "f32" ? productOf(c, d) : undefined;
  return product === undefined ? undefined : build.mul(x, filled(x, product));
};

/** `c/n` of a constant and an extent: the divisor of a mean. */
function isOneOverCount(node: Node | undefined): node is Node {
  return node !== undefined && isOp(node, "div") && fillOf(elementAt(node.inputs, 0)) !== undefined && node.inputs[1]?.op === "size";
}

/** Whether `node` is one number made of constants and extents by products and quotients alone: it is finite. */
function isOfCounts(node: Node): boolean {
  const [x, y] = node.inputs as readonly [Node, Node];
  if (fillOf(node) !== undefined || isOp(node, "size")) return true;
  const isRatio = isOp(node, "mul") || (isOp(node, "div") && fillOf(y) !== 0);
  return (isRatio && isOfCounts(x) && isOfCounts(y)) || (isOp(node, "broadcast") && isOfCounts(x));
}

export const scalingRules: readonly Rule[] = [
  // n made of extents
  finite(
    "n - n = 0",
    is("sub", any("n"), any("n")),
    ({ n }) => filled(n, 0),
    ({ n }) => isOfCounts(n),
  ),
  finite(
    "0·n = 0",
    either("mul", any("n"), fill(0)),
    ({ n }) => filled(n, 0),
    ({ n }) => isOfCounts(n),
  ),
  reals("(x·c)·d = x·(c·d)", is("mul", is("mul", any("x"), constant("c")), constant("d")), ({ x, c, d }) => scaled(x, c, d)),
  reals("(c/x)·d = (c·d)/x", is("mul", is("div", constant("c"), any("x")), constant("d")), ({ x, c, d }) => {
    const product = productOf(c, d);
    return product === undefined ? undefined : build.div(filled(x, product), x);
  }),
  // n an extent
  reals(
    "(x·(c/n))·d = x·((c/n)·d)",
    is("mul", is("mul", any("x"), any("s")), constant("d")),
    ({ x, s, d }) => build.mul(x, spread(build.mul(scalarOf(s) as Node, scalarOf(d) as Node), x)),
    ({ s }) => isOneOverCount(scalarOf(s)),
  ),
  // n an extent
  reals(
    "(x·d)·(c/n) = x·((c/n)·d)",
    is("mul", is("mul", any("x"), constant("d")), any("s")),
    ({ x, s, d }) => build.mul(x, spread(build.mul(scalarOf(s) as Node, scalarOf(d) as Node), x)),
    ({ s }) => isOneOverCount(scalarOf(s)),
  ),
  reals("x·(1/y) = x/y", is("mul", any("x"), is("div", fill(1), any("y"))), ({ x, y }) => build.div(x, y)),
  reals("(1/x)·y = y/x", is("mul", is("div", fill(1), any("x")), any("y")), ({ x, y }) => build.div(y, x)),
  // |a| <= 1 or |b| <= 1: a ± b overflows only where b·f is lost too
  reals(
    "a·f ± b·f = (a ± b)·f",
    is(["add", "sub"], as("left", is("mul")), as("right", is("mul"))),
    ({ left, right }, node) => commonFactor(left, right, node.op === "add"),
    (_, node) => node.dtype === "f32",
  ),
];

/** `left ± right` where a factor of one is ± a factor of the other. */
function commonFactor(left: Node, right: Node, plus: boolean): Node | undefined {
  for (const [a, f] of bothOrders(left)) {
    for (const [b, h] of bothOrders(right)) {
      const product = isBounded(a) || isBounded(b) ? factored(a, b, f, h, plus) : undefined;
      if (product) return product;
    }
  }
  return undefined;
}

function bothOrders({ inputs }: Node): readonly (readonly [Node, Node])[] {
  const [x, y] = inputs as readonly [Node, Node];
  return [
    [x, y],
    [y, x],
  ];
}

/** `a·f ± b·h` with h = ±f. */
function factored(a: Node, b: Node, f: Node, h: Node, plus: boolean): Node | undefined {
  if (f === h) return build.mul(plus ? build.add(a, b) : build.sub(a, b), f);
  if (negated(f) === h) return build.mul(plus ? build.sub(b, a) : build.neg(build.add(b, a)), h);
  if (negated(h) === f) return build.mul(plus ? build.sub(a, b) : build.add(a, b), f);
  return undefined;
}
