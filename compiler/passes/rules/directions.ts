// What the chain rule leaves of lengths, whose slope at 0 is 0. Only to be read: it divides by what may be 0.
//
//   (s = 0 ? g : g/(2·√s))·x   =>   (g/2)·(l = 0 ? 0 : x/l)      where s = Σ x² and l = √s
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { any, is } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { shows } from "./centred.ts";
import { type Fraction, fractionOf, over, rootOf, times } from "./fractions.ts";
import { bounded, heldIn, ofLength, quotientIn, squaredIn, underRoot, zeroIn } from "./lengths.ts";
import { withFactor } from "./products.ts";
import { keptAxes } from "./reduction.ts";

const isSame = (a: readonly Node[], b: readonly Node[]): boolean => a.length === b.length && a.every((node, i) => node === b[i]);

/** x over the root of s, and 0 where `condition`, s = 0, holds. */
function direction(x: Node, s: Node, condition: Node, axes: readonly number[]): Node {
  const spread = (node: Node) => build.broadcast(node, x.shape, axes);
  const length = build.where(condition, s, build.sqrt(build.where(condition, filled(s, 1), s)));
  return build.where(spread(build.compare(length, filled(length, 0), "eq")), filled(x, 0), build.div(x, spread(length)));
}

/** Of `s = 0 ? g : g/(k·√s)`: g/k, where one of the two is a multiple of the other but for that root. */
function slopeOf(choice: Node): { readonly s: Node; readonly condition: Node; readonly slope: Fraction } | undefined {
  const [condition, atZero, other] = choice.inputs as readonly [Node, Node, Node];
  const s = isOp(choice, "where") ? zeroIn(condition) : undefined;
  if (!s) return undefined;
  const [a, b] = [fractionOf(atZero), fractionOf(other)];
  const at = b.roots.findIndex((root) => underRoot(root) === s);
  const roots = b.roots.filter((_, i) => i !== at);
  const isMultiple = fillOf(atZero) !== undefined || (a.top === b.top && isSame(a.counts, b.counts) && isSame(a.roots, roots));
  return at >= 0 && isMultiple ? { s, condition, slope: { ...b, roots } } : undefined;
}

/** `(s = 0 ? g : g/(k·√s))·x`, repeated where s = Σ x², by the direction of x. */
function directed(repeated: Node, x: Node): Node | undefined {
  if (!isOp(repeated, "broadcast")) return undefined;
  const outer = fractionOf(elementAt(repeated.inputs, 0));
  const found = slopeOf(outer.top);
  const squared = found && squaredIn(found.s);
  const { axes } = repeated.params;
  if (!found || squared?.x !== x || String(keptAxes(x.shape.length, squared.axes)) !== String(axes)) return undefined;
  const { s, condition, slope } = found;
  const spread = (node: Node) => build.broadcast(node, x.shape, axes);
  const top = over(slope.top, [...slope.counts, ...outer.counts]);
  const turned = direction(x, s, condition, axes);
  const product = fillOf(top) === 1 ? turned : build.mul(spread(top), turned);
  return times(over(product, [...slope.roots, ...outer.roots].map(spread)), slope.factor * outer.factor);
}

/** `(a/(b·l))·l`, of a length l, is a/b: a is not finite where l is 0. */
function cancelled(product: Node, length: Node): Node | undefined {
  const isOver = (a: Node, divisor: Node) => isOp(a, "div") && a.inputs[1] === divisor;
  return withFactor(product, (quotient) => {
    const [a, divisor] = quotient.inputs as readonly [Node, Node];
    if (!isOp(quotient, "div") || !isOp(divisor, "mul") || !isOver(a, divisor)) return undefined;
    const [b, c] = divisor.inputs as readonly [Node, Node];
    return c === length ? build.div(a, b) : b === length ? build.div(a, c) : undefined;
  });
}

/** `direction`, x over its length, times a product with that length in it. */
function lengthened(direction: Node, product: Node): Node | undefined {
  const [x, length] = quotientIn(direction)?.inputs ?? [];
  if (!x || !length) return undefined;
  const rest = withoutFactor(product, length);
  return rest && build.mul(rest, x);
}

/** `product` without the factor `factor`, where it has that, both repeated or not. */
function withoutFactor(product: Node, factor: Node): Node | undefined {
  if (isOp(product, "broadcast") && product !== factor) {
    const isAlike = isOp(factor, "broadcast") && String(product.params.axes) === String(factor.params.axes);
    const inner = isAlike && withoutFactor(elementAt(product.inputs, 0), elementAt(factor.inputs, 0));
    return inner ? build.broadcast(inner, product.shape, product.params.axes) : undefined;
  }
  return withFactor(product, (each) => (each === factor ? filled(each, 1) : undefined));
}

/** `product` with the quotient that a direction in it is, of which `other` is made. */
const alreadyDivided = (product: Node, other: Node): Node | undefined =>
  withFactor(product, (factor) => {
    const quotient = quotientIn(factor);
    return quotient && shows(other, quotient) ? quotient : undefined;
  });

/** `product` with x over what its length is held at, which `condition` says that it is, in place of its direction. */
function heldAbove(product: Node, condition: Node): Node | undefined {
  const bound = bounded(isOp(condition, "broadcast") ? elementAt(condition.inputs, 0) : condition);
  if (!bound) return undefined;
  const { length, least } = bound;
  return withFactor(product, (factor) => {
    const quotient = quotientIn(factor);
    const [x, repeated] = quotient?.inputs ?? [];
    if (!x || !repeated || rootOf(repeated) !== length || !isOp(repeated, "broadcast")) return undefined;
    const held = build.where(build.compare(length, least, "ge"), length, build.maximum(length, least));
    return build.div(x, build.broadcast(held, x.shape, repeated.params.axes));
  });
}

/** Whether `node` is, or repeats, a length or what one is held at. */
const isLength = (node: Node): boolean => {
  const root = rootOf(node);
  return root !== undefined && (ofLength(root) ?? heldIn(root)) !== undefined;
};

export const directionRules: readonly Rule[] = [
  // s = Σ x², l its root
  finite("(s = 0 ? g : g/(k·√s))·x = (g/k)·(l = 0 ? 0 : x/l)", is("mul", any("x"), any("y")), ({ x, y }) => directed(x, y) ?? directed(y, x)),
  // of a/(b·l) that is made of a quotient by b·l itself
  finite("(a/(b·l))·l = a/b", is("mul", any("x"), any("y")), ({ x, y }) =>
    isLength(y) ? cancelled(x, y) : isLength(x) ? cancelled(y, x) : undefined,
  ),
  finite("(g·l)·(l = 0 ? 0 : x/l) = g·x", is("mul", any("x"), any("y")), ({ x, y }) => lengthened(x, y) ?? lengthened(y, x)),
  // where y is made of x/l, and so not finite where l = 0
  finite("(l = 0 ? 0 : x/l)·y = (x/l)·y", is("mul", any("x"), any("y")), ({ x, y }) => {
    const left = alreadyDivided(x, y);
    const right = left ? undefined : alreadyDivided(y, x);
    return left ? build.mul(left, y) : right && build.mul(x, right);
  }),
  finite("l ≥ ε ? (l = 0 ? 0 : x/l) : 0 = l ≥ ε ? x/max(l, ε) : 0", is("where", any("c"), any("x"), any("y")), ({ c, x, y }) => {
    const divided = fillOf(y) === 0 ? heldAbove(x, c) : undefined;
    return divided && build.where(c, divided, y);
  }),
  // l a length
  finite(
    "c ? x/l : 0 = (c ? x : 0)/l",
    is("where", any("c"), is("div", any("x"), any("l")), any("y")),
    ({ c, x, l, y }) => build.div(build.where(c, x, y), l),
    ({ l, y }) => fillOf(y) === 0 && isLength(l),
  ),
];
