// Several gradients that meet behind a softmax, each over the sum of its row. Only to be read: what runs keeps the order of the chain rule.
//
//   e·(a/Σe - (Σ b)/Σe)   =>   (e/Σe)·(a - Σ b)
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled } from "../../rewrite/fill.ts";
import { any, is } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";
import { keptAxes } from "./reduction.ts";
import { restores, shareOf } from "./softmax.ts";

/** The sum of `e` along its rows that `divisor` is, or repeats. */
function sumIn(divisor: Node, e: Node): Node | undefined {
  const sum = isOp(divisor, "broadcast") ? elementAt(divisor.inputs, 0) : divisor;
  const isSum = isOp(sum, "sum") && sum.inputs[0] === e;
  return isSum && (sum === divisor || restores(divisor, sum)) ? sum : undefined;
}

/** `node` times the sum of `e` where each of its terms is divided by that sum, and the sum. */
interface Over {
  readonly top: Node;
  readonly sum: Node;
}

function overSum(node: Node, e: Node): Over | undefined {
  const [x, y] = node.inputs as readonly [Node, Node];
  const lift = (of: Node, wrap: (top: Node) => Node): Over | undefined => {
    const inner = overSum(of, e);
    return inner && { sum: inner.sum, top: wrap(inner.top) };
  };
  if (isOp(node, "div")) {
    const sum = sumIn(y, e);
    return sum && { sum, top: x };
  }
  if (isOp(node, "neg")) return lift(x, build.neg);
  if (isOp(node, "broadcast")) return lift(x, (top) => build.broadcast(top, node.shape, node.params.axes));
  if (isOp(node, "mul")) return lift(x, (top) => build.mul(top, y)) ?? lift(y, (top) => build.mul(x, top));
  // the sum of e is the same all along its row
  if (isOp(node, "sum")) {
    const rows = lift(x, (top) => build.sum(top, node.params.axes));
    return rows && String(paramsOf(rows.sum, "sum").axes) === String(node.params.axes) ? rows : undefined;
  }
  if (!isOp(node, "add") && !isOp(node, "sub")) return undefined;
  const other = overSum(y, e);
  return other && lift(x, (top) => (isOp(node, "add") ? build.add(top, other.top) : build.sub(top, other.top)));
}

/** `x·e` as a share of a softmax, where x is a sum of terms over Σe. */
function asShare(x: Node, e: Node): Node | undefined {
  const over = e.op === "exp" && (isOp(x, "add") || isOp(x, "sub")) ? overSum(x, e) : undefined;
  if (!over) return undefined;
  const kept = keptAxes(e.shape.length, paramsOf(over.sum, "sum").axes);
  return build.mul(build.div(e, build.broadcast(over.sum, e.shape, kept)), over.top);
}

/** Whether `sum` adds up the shares `p` of all of a row. */
function isWholeRow(p: Node, sum: Node): boolean {
  const share = shareOf(p);
  return share?.e.op === "exp" && String(paramsOf(share.sum, "sum").axes) === String(paramsOf(sum, "sum").axes);
}

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
