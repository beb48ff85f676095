// Truths: comparisons of bools with constants, negations and choices between bools. Comparisons of bools are their logic, with false < true.
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import type { Relation } from "../../ops/params.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { any, as, constant, fill, is } from "../../rewrite/pattern.ts";
import { bits, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";

const not = (x: Node): Node => build.compare(x, filled(x, 0), "eq");
const truth = (like: Node, holds: boolean): Node => filled(like, Number(holds));

/** What `x relation c` is for a constant c. */
const withConstant: Record<Relation, readonly [(x: Node) => Node, (x: Node) => Node]> = {
  eq: [not, (x) => x],
  ne: [(x) => x, not],
  lt: [(x) => truth(x, false), not],
  le: [not, (x) => truth(x, true)],
  gt: [(x) => x, (x) => truth(x, false)],
  ge: [(x) => truth(x, true), (x) => x],
};

const reflexive: Record<Relation, boolean> = { eq: true, ne: false, lt: false, le: true, gt: false, ge: true };
const opposite: Record<Relation, Relation> = { eq: "ne", ne: "eq", lt: "ge", ge: "lt", gt: "le", le: "gt" };

/** The relation that holds where that of `node` does not; an order of numbers that may be NaN has none. */
function opposed(node: Node): Relation | undefined {
  const { relation } = paramsOf(node, "compare");
  return relation === "eq" || relation === "ne" || node.inputs[0]?.dtype !== "f32" ? opposite[relation] : undefined;
}

export const logicRules: readonly Rule[] = [
  // x ∧ true = x, x ∧ false = false, and so on
  bits(
    "truth beside a constant",
    is("compare", any("x"), constant("c")),
    ({ x, c }, y) => withConstant[paramsOf(y, "compare").relation][fillOf(c) as 0 | 1](x),
    ({ x, c }, y) => x.dtype === "bool" && !(paramsOf(y, "compare").relation === "eq" && fillOf(c) === 0),
  ),
  // x = x for what cannot be NaN
  bits(
    "truth beside itself",
    is("compare", any("x"), any("x")),
    (_, y) => truth(y, reflexive[paramsOf(y, "compare").relation]),
    ({ x }) => x.dtype !== "f32",
  ),
  // ¬(x = y) = (x ≠ y), ¬¬x = x
  bits(
    "negation of a comparison",
    is("compare", as("inner", is("compare", any("x"), any("y"))), fill(0)),
    ({ inner, x, y }) => {
      const relation = opposed(inner);
      return relation && build.compare(x, y, relation);
    },
    (_, node) => paramsOf(node, "compare").relation === "eq",
  ),
  bits(
    "¬c ? x : y = c ? y : x",
    is("where", as("negation", is("compare", any("c"), fill(0))), any("x"), any("y")),
    ({ c, x, y }) => build.where(c, y, x),
    ({ c, negation }) => c.dtype === "bool" && paramsOf(negation, "compare").relation === "eq",
  ),
  // c ? x : false = c ∧ x, c ? x : true = ¬c ∨ x, and c itself is true in the first branch and false in the second
  bits(
    "choice between truths",
    is("where", any("c"), any("x"), any("y")),
    ({ c, x, y }) => {
      const [first, second] = [x === c ? 1 : fillOf(x), y === c ? 0 : fillOf(y)];
      if (first !== undefined) return first === 1 ? build.compare(c, not(y), "ge") : build.compare(c, y, "lt");
      if (second !== undefined) return second === 1 ? build.compare(c, x, "le") : build.compare(c, not(x), "gt");
      return undefined;
    },
    (_, node) => node.dtype === "bool",
  ),
];
