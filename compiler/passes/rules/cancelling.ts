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

/** Equal ones beside each other, so that they are a power. */
const together = (divisors: readonly Node[]): Node[] => [...new Set(divisors)].flatMap((each) => divisors.filter((other) => other === each));

/** `node` without factors by which it is divided as well. */
function cancelled(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const { divisors: outer, ...above } = factorsOf(node, sealed);
  const all = outer.map((divisor) => overEach(divisor, sealed)).reduce(times, { ...above, divisors: [] });
  const [common, factors, divisors] = shared(all.factors, all.divisors);
  return common.length > 0 ? productFrom({ ...all, factors, divisors: together(divisors) }, node) : undefined;
}

/** Of what is not in `written`, which the definition wrote. */
export const cancellingRule = (written: ReadonlySet<Node>): Rule =>
  finite(
    "x·(c/(x·y)) = c/y",
    made(["mul"], cancelled),
    ({ made }) => made,
    (_, node) => !written.has(node),
  );
