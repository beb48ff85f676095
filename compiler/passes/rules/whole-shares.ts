// Shares of a sum that is written out add up to 1. Only to be read: of a sum that is 0 no share is a number.
//
//   Σ (a·b/s), s = Σ b·a   =>   1
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import { isOp } from "../../ops/table.ts";
import { made } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";
import { commonOf, productFrom, productOf } from "./products.ts";
import { restores } from "./softmax.ts";

/** The sum that `divisor` repeats along the axes `axes`. */
function sumIn(divisor: Node, axes: readonly number[]): Node | undefined {
  const sum = isOp(divisor, "broadcast") ? elementAt(divisor.inputs, 0) : divisor;
  const isAlong = isOp(sum, "sum") && String(sum.params.axes) === String(axes);
  return isAlong && restores(divisor, sum) ? sum : undefined;
}

/** The sum `node` of shares of another one, as the number that these are multiplied by. */
function wholeOf(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const product = isOp(node, "sum") ? productOf(elementAt(node.inputs, 0), sealed) : undefined;
  for (const [at, divisor] of product?.divisors.entries() ?? []) {
    const sum = sumIn(divisor, paramsOf(node, "sum").axes);
    if (!product || !sum) continue;
    const term = productOf(elementAt(sum.inputs, 0), sealed);
    const [, left, right] = commonOf({ ...product, divisors: product.divisors.filter((_, i) => i !== at) }, term);
    const others = [left.factors, left.divisors, left.choices, right.factors, right.divisors, right.choices, right.counts].flat();
    if (others.length === 0 && right.number !== 0) return productFrom({ ...left, number: left.number / right.number }, node);
  }
  return undefined;
}

/** For s = Σ t, of what is not in `written`, which the definition wrote. */
export const wholeShareRule = (written: ReadonlySet<Node>): Rule =>
  finite(
    "Σ c·t/s = c",
    made(["sum"], wholeOf),
    ({ made }) => made,
    (_, node) => !written.has(node),
  );
