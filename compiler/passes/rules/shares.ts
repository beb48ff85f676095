// Several gradients that meet behind a softmax, each over the sum of its row. Only to be read: what runs keeps the order of the chain rule.
//
//   e·(a/Σe - (Σ b)/Σe)   =>   (e/Σe)·(a - Σ b)
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled } from "../../rewrite/fill.ts";
import { any, is, made } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";
import { factorsOf, productFrom, productOf } from "./products.ts";
import { keptAxes } from "./reduction.ts";
import { restores, shareOf } from "./softmax.ts";

/** The sum of exponentials along their rows, by the axes of these; undefined of what is none. */
type AxesOf = (sum: Node) => readonly number[] | undefined;

/** The sum that `divisor`, which has as many axes as `e`, is or repeats. */
function sumIn(divisor: Node, e: Node, axesOf: AxesOf): Over["sum"] | undefined {
  const sum = isOp(divisor, "broadcast") ? elementAt(divisor.inputs, 0) : divisor;
  const axes = axesOf(sum);
  if (!axes || sum === divisor) return axes && { sum, axes };
  const isRepeated =
    divisor.shape.length === e.shape.length && String(paramsOf(divisor, "broadcast").axes) === String(keptAxes(e.shape.length, axes));
  return isRepeated ? { sum, axes } : undefined;
}

/** `node` times the sum of `e` where each of its terms is divided by that sum, and the sum. */
interface Over {
  readonly top: Node;
  readonly sum: { readonly sum: Node; readonly axes: readonly number[] };
}

/** `node` as terms over a sum of exponentials `e`, which `axesOf` knows. */
export function overSum(node: Node, e: Node, axesOf: AxesOf): Over | undefined {
  const [x, y] = node.inputs as readonly [Node, Node];
  const lift = (of: Node, wrap: (top: Node) => Node): Over | undefined => {
    const inner = overSum(of, e, axesOf);
    return inner && { sum: inner.sum, top: wrap(inner.top) };
  };
  if (isOp(node, "div")) {
    const sum = sumIn(y, e, axesOf);
    return sum && { sum, top: x };
  }
  if (isOp(node, "neg")) return lift(x, build.neg);
  if (isOp(node, "broadcast")) return lift(x, (top) => build.broadcast(top, node.shape, node.params.axes));
  if (isOp(node, "mul")) return lift(x, (top) => build.mul(top, y)) ?? lift(y, (top) => build.mul(x, top));
  // the sum of e is the same all along its row
  if (isOp(node, "sum")) {
    const rows = lift(x, (top) => build.sum(top, node.params.axes));
    return rows && String(rows.sum.axes) === String(node.params.axes) ? rows : undefined;
  }
  if (!isOp(node, "add") && !isOp(node, "sub")) return undefined;
  const other = overSum(y, e, axesOf);
  return other && lift(x, (top) => (isOp(node, "add") ? build.add(top, other.top) : build.sub(top, other.top)));
}

/** `x·e` as a share of a softmax, where x is a sum of terms over Σe. */
function asShare(x: Node, e: Node): Node | undefined {
  const axesOf: AxesOf = (sum) => (isOp(sum, "sum") && sum.inputs[0] === e ? sum.params.axes : undefined);
  const over = e.op === "exp" && (isOp(x, "add") || isOp(x, "sub")) ? overSum(x, e, axesOf) : undefined;
  return over && build.mul(shareIn(e, over.sum), over.top);
}

/** e/Σe. */
export const shareIn = (e: Node, { sum, axes }: Over["sum"]): Node => build.div(e, build.broadcast(sum, e.shape, keptAxes(e.shape.length, axes)));

/** Whether `sum` adds up the shares `p` of all of a row. */
function isWholeRow(p: Node, sum: Node): boolean {
  const share = shareOf(p);
  return share?.e.op === "exp" && String(paramsOf(share.sum, "sum").axes) === String(paramsOf(sum, "sum").axes);
}

/** A sum of exponentials that a product is divided by, and each of these over it. */
interface Row {
  readonly e: Node;
  readonly sum: Node;
  readonly share: Node;
}

function rowOf(divisor: Node): Row | undefined {
  const sum = isOp(divisor, "broadcast") ? elementAt(divisor.inputs, 0) : divisor;
  const e = isOp(sum, "sum") ? elementAt(sum.inputs, 0) : undefined;
  if (!e || !isOp(e, "exp") || (sum !== divisor && !restores(divisor, sum))) return undefined;
  return { e, sum, share: build.div(e, build.broadcast(sum, e.shape, keptAxes(e.shape.length, paramsOf(sum, "sum").axes))) };
}

/** `factors` with the first for which there is another that in its place. */
function withOther(factors: readonly Node[], other: (factor: Node) => Node | undefined): Node[] | undefined {
  const others = factors.map(other);
  const at = others.findIndex((each) => each !== undefined);
  return at < 0 ? undefined : factors.map((factor, i) => (i === at ? (others[at] as Node) : factor));
}

/** `factors` with the share in the place of the exponential that is one of them. */
const sharedIn = (factors: readonly Node[], { e, share }: Row): Node[] | undefined =>
  withOther(factors, (factor) => (factor === e ? share : undefined));

/** The same of a sum along the row of products with that exponential, repeated or not. */
function sharedSum(node: Node, row: Row, sealed: ReadonlySet<Node>): Node | undefined {
  if (isOp(node, "broadcast")) {
    const inner = sharedSum(elementAt(node.inputs, 0), row, sealed);
    return inner && build.broadcast(inner, node.shape, node.params.axes);
  }
  if (!isOp(node, "sum") || sealed.has(node) || String(node.params.axes) !== String(paramsOf(row.sum, "sum").axes)) return undefined;
  const body = elementAt(node.inputs, 0);
  const product = productOf(body, sealed);
  const factors = sharedIn(product.factors, row);
  return factors && build.sum(productFrom({ ...product, factors }, body), node.params.axes);
}

/** A product that is divided by the sum of exponentials, of which it has one, or a sum along their row with one: by the share of that one. */
function overRow(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const product = factorsOf(node, sealed);
  for (const [at, divisor] of product.divisors.entries()) {
    const row = rowOf(divisor);
    const factors = row && (sharedIn(product.factors, row) ?? withOther(product.factors, (factor) => sharedSum(factor, row, sealed)));
    if (factors) return productFrom({ ...product, factors, divisors: product.divisors.filter((_, i) => i !== at) }, node);
  }
  return undefined;
}

/** For e = exp(x), of what is not in `written`, which the definition wrote. */
export const sharedRule = (written: ReadonlySet<Node>): Rule =>
  finite(
    "(Σ x·e)/Σe = Σ x·(e/Σe)",
    made(["mul", "div"], (node, sealed) => (shareOf(node) ? undefined : overRow(node, sealed))),
    ({ made }) => made,
    (_, node) => !written.has(node),
  );

export const shareRules: readonly Rule[] = [
  // for e = exp(x)
  finite("e·(a/Σe ± b/Σe) = (e/Σe)·(a ± b)", is("mul", any("x"), any("y")), ({ x, y }) => asShare(x, y) ?? asShare(y, x)),
  finite(
    "Σ e/Σe = 1",
    is("sum", any("p")),
    (_, sum) => filled(sum, 1),
    ({ p }, sum) => isWholeRow(p, sum),
  ),
];
