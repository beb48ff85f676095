// Sums over as many elements as they are divided by, said as means. Only to be read.
//
//   (Σ_j x)·(c/(n·d))   =>   (Σ_j x / n)·(c/d)      where n is how many elements j goes over
import { fractionOf, toldOf } from "../../formula/exact.ts";
import { type Dim, divide, product as extentOf } from "../../ir/dim.ts";
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp, type OpNode } from "../../ops/table.ts";
import { spread } from "../../rewrite/fill.ts";
import { made } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { factorsOf, type Product, productFrom } from "./products.ts";

/** The sum that a factor is, or repeats, and how many elements that adds up to one. */
function summedIn(factor: Node): { readonly sum: OpNode<"sum">; readonly extent: Dim } | undefined {
  const sum = isOp(factor, "broadcast") ? elementAt(factor.inputs, 0) : factor;
  if (!isOp(sum, "sum")) return undefined;
  const { shape } = elementAt(sum.inputs, 0);
  const extent = extentOf(sum.params.axes.map((axis) => elementAt(shape, axis)));
  return extent === 1 ? undefined : { sum, extent };
}

const sizeOf = (count: Node): Dim | undefined => (isOp(count, "size") ? count.params.dim : undefined);

/** `product`, which has a factor that is a sum of so many elements, without that many in what it is divided by. */
function divided(product: Product, extent: Dim): Product | undefined {
  const left = product.counts.map((count) => divide(sizeOf(count) ?? 0, extent) ?? 0);
  const at = left.findIndex((rest) => rest !== 0);
  if (at >= 0) {
    const rest = left[at] as Dim;
    const count = build.count(elementAt(product.counts, at).graph, rest);
    return { ...product, counts: product.counts.flatMap((other, i) => (i !== at ? [other] : rest === 1 ? [] : [count])) };
  }
  const [, divisor = 1] = fractionOf(product.number) ?? [];
  return typeof extent === "number" && divisor % extent === 0 ? { ...product, number: toldOf(product.number * extent) } : undefined;
}

const meanOf = (factor: Node, sum: Node, extent: Dim): Node => {
  const mean = build.div(sum, spread(build.count(sum.graph, extent), sum));
  return isOp(factor, "broadcast") ? build.broadcast(mean, factor.shape, factor.params.axes) : mean;
};

/** `node` with the first of its sums that it is divided by the number of as a mean. */
function withMean(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const product = factorsOf(node, sealed);
  for (const [at, factor] of product.factors.entries()) {
    const found = sealed.has(factor) ? undefined : summedIn(factor);
    const rest = found && !found.sum.graph.names.has(found.sum) ? divided(product, found.extent) : undefined;
    if (!found || !rest) continue;
    const factors = product.factors.map((other, i) => (i === at ? meanOf(factor, found.sum, found.extent) : other));
    return productFrom({ ...rest, factors }, node);
  }
  return undefined;
}

/** Of what is not in `written`, which the definition wrote. */
export const meanRule = (written: ReadonlySet<Node>): Rule =>
  finite(
    "(Σ x)·(c/(n·d)) = (Σ x / n)·(c/d)",
    made(["mul", "div"], withMean),
    ({ made }) => made,
    (_, node) => !written.has(node),
  );
