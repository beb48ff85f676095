// What a product is multiplied with and divided by as well. Only to be read: it may be 0.
//
//   x·(c/x²)   =>   c/x          (g/(c/x))·(c/x²)   =>   g/x
import { toldOf } from "../../formula/exact.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { fillOf } from "../../rewrite/fill.ts";
import { made } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { rootOf } from "./fractions.ts";
import { factorsOf, type Product, productFrom, productOf, scaled, shared, times } from "./products.ts";

/** One over `divisor`, by what that is a product and a quotient of. */
function overEach(divisor: Node, sealed: ReadonlySet<Node>): Product {
  const turned: Product = { number: 1, factors: [], counts: [], divisors: [divisor], choices: [] };
  if (sealed.has(divisor) || divisor.graph.names.has(divisor) || rootOf(divisor)) return turned;
  const [x, y] = divisor.inputs as readonly [Node, Node];
  if (isOp(divisor, "mul")) return times(overEach(x, sealed), overEach(y, sealed));
  if (isOp(divisor, "div")) return times(overEach(x, sealed), productOf(y, sealed));
  if (isOp(divisor, "broadcast") && isOp(x, "mul") && !sealed.has(x)) {
    const [left, right] = x.inputs.map((part): Node => build.broadcast(part, divisor.shape, divisor.params.axes)) as [Node, Node];
    return times(overEach(left, sealed), overEach(right, sealed));
  }
  const number = fillOf(divisor);
  return number ? scaled({ ...turned, divisors: [] }, 1 / toldOf(number)) : turned;
}

/** Equal ones beside each other, so that they are a power, and roots behind others, so that they are those of all terms of a sum. */
function together(divisors: readonly Node[]): Node[] {
  const each = [...new Set(divisors)].sort((a, b) => Number(rootOf(a) !== undefined) - Number(rootOf(b) !== undefined));
  return each.flatMap((one) => divisors.filter((other) => other === one));
}

/** A product or quotient by its factors and by all that each of its divisors is a product and a quotient of, and whether both have numbers. */
function apart(node: Node, sealed: ReadonlySet<Node>): { readonly all: Product; readonly hasNumbers: boolean } {
  const { divisors, ...above } = factorsOf(node, sealed);
  const all = divisors.map((divisor) => overEach(divisor, sealed)).reduce(times, { ...above, divisors: [] });
  return { all, hasNumbers: Math.abs(above.number) !== 1 && above.number !== all.number };
}

/** `node` without factors by which it is divided as well. */
function cancelled(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const { all, hasNumbers } = apart(node, sealed);
  const [common, factors, divisors] = shared(all.factors, all.divisors);
  return common.length > 0 || hasNumbers ? productFrom({ ...all, factors, divisors: together(divisors) }, node) : undefined;
}

/** Of what is not in `written`, which the definition wrote. */
export const cancellingRule = (written: ReadonlySet<Node>): Rule =>
  finite(
    "x·(c/(x·y)) = c/y",
    made(["mul"], cancelled),
    ({ made }) => made,
    (_, node) => !written.has(node),
  );

/** A product that is divided with the quotient of one of its factors that has a name in the place of that factor. */
function byName(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const { all } = apart(node, sealed);
  for (const divisor of all.divisors)
    for (const factor of all.factors) {
      const quotient = build.div(factor, divisor);
      if (!quotient.graph.names.has(quotient)) continue;
      const [, factors] = shared(all.factors, [factor]);
      const [, divisors] = shared(all.divisors, [divisor]);
      return productFrom({ ...all, factors: [quotient, ...factors], divisors: together(divisors) }, node);
    }
  return undefined;
}

/** The same of what is divided, where the quotient has a name. */
export const namedQuotientRule = (written: ReadonlySet<Node>): Rule =>
  finite(
    "(x·y)/d = (x/d)·y",
    made(["mul", "div"], (node, sealed) => (node.graph.names.has(node) ? undefined : byName(node, sealed))),
    ({ made }) => made,
    (_, node) => !written.has(node),
  );
