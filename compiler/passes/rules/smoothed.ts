// Targets that are smoothed, a·onehot(i) + b with rows that add up to 1, behind a softmax. Only to be read: the numbers are rounded.
//
//   (c ? 1/N : 0)·p - (c ? t/N : 0)   =>   (c ? 1/N : 0)·(p - t)
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { filled, fillOf, scalarOf } from "../../rewrite/fill.ts";
import { any, as, constant, either, fill, is } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import type { IndexRange } from "../index-ranges.ts";
import { paramsOf } from "./params.ts";

/** Whether both are, or repeat, one condition. */
function isSameCondition(wide: Node, narrow: Node): boolean {
  return wide === narrow || (isOp(wide, "broadcast") && elementAt(wide.inputs, 0) === narrow);
}

/** Whether both repeat one number. */
const isSameNumber = (x: Node, y: Node): boolean => scalarOf(x) !== undefined && scalarOf(x) === scalarOf(y);

/** Whether the rows of a·onehot(i) + b, of `sum` over them, add up to 1. */
function isOfShares({ a, b, sum }: Readonly<Record<"a" | "b" | "sum", Node>>): boolean {
  const classes = Number(elementAt(sum.inputs, 0).shape.at(-1));
  return Math.abs((fillOf(a) as number) + classes * (fillOf(b) as number) - 1) < 1e-6;
}

const sumOfRows = as("sum", is("sum", either("add", either("mul", is("oneHot", any("i")), constant("a")), constant("b"))));

/** Whether `condition` says that the index `i` is not the one that is ignored. */
const isUsed = (condition: Node, i: Node, { except }: IndexRange): boolean =>
  except !== undefined && condition === build.compare(i, filled(i, except), "ne");

export const smoothedRules = (ranges: ReadonlyMap<Node, IndexRange>): readonly Rule[] => [
  // where c says that i is used
  finite(
    "c ? (Σ_v (a·onehot(i)_v + (1 - a)/n))·k : 0 = c ? k : 0",
    is("where", any("c"), either("mul", sumOfRows, any("k")), fill(0)),
    ({ c, k }, node) => build.where(c, k, elementAt(node.inputs, 2)),
    ({ c, i, a, b, sum }) => {
      const range = ranges.get(i);
      return range !== undefined && isUsed(c, i, range) && String(paramsOf(sum, "sum").axes) === String(i.shape.length) && isOfShares({ a, b, sum });
    },
  ),
  finite(
    "p·(c ? k : 0) - (c ? t·k : 0) = (p - t)·(c ? k : 0)",
    is(
      "sub",
      either("mul", any("p"), as("weight", is("broadcast", is("where", any("c"), any("k"), fill(0))))),
      is("where", any("wide"), either("mul", any("t"), any("l")), fill(0)),
    ),
    ({ p, t, weight }) => build.mul(build.sub(p, t), weight),
    ({ c, k, wide, l }) => isSameCondition(wide, c) && isSameNumber(k, l),
  ),
];
