// relu and its derivative, which both choose by z, and the derivative of the larger or smaller of two.
import { unviewed } from "../formula/guards.ts";
import { call, type Formula, indicator, number, operator } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { make } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import type { OpNode } from "../ops/table.ts";
import { filled, fillOf } from "../rewrite/fill.ts";
import { any, as, type Bound, fill, is, match } from "../rewrite/pattern.ts";
import { type Composition, type Form, form, named, nothing } from "./form.ts";

type Choice = Bound<"condition" | "z" | "g">;

/** where(z compared with 0, 0, g) */
export const choice = is("where", as("condition", is("compare", any("z"), fill(0))), fill(0), any("g"));

const isRelu = ({ condition }: Choice): boolean => (condition as OpNode<"compare">).params.relation === "le";

/** g times the derivative of a relu, which is 1 where `x`, its operand or its value, is above 0, else 0. */
function slope(g: Node, x: Node): Composition {
  const isAbove = (above: Formula | undefined): Formula => indicator(operator(">", above as Formula, number(0)));
  return fillOf(g) === 1
    ? { inputs: [x], build: ([above]) => isAbove(above) }
    : { inputs: [g, x], build: ([dy, above]) => operator("*", dy as Formula, isAbove(above)) };
}

/** where(z <= 0, 0, g): relu(z) where g is z itself, else g times its derivative, which is 0 at 0. */
export function relu(found: Choice): Composition | undefined {
  const { z, g } = found;
  if (!isRelu(found)) return undefined;
  return z === g ? named("relu", z) : slope(g, z);
}

/** The same choice for all that one number of z goes along. */
const repeatedChoice = is("where", as("repeated", is("broadcast", as("condition", is("compare", any("z"), fill(0))))), fill(0), any("g"));

/** where(z <= 0, 0, g) as g ⊙ [h > 0], where h = relu(z) is one of the values that `isNamed` knows. */
export function slopeOfNamedRelu(node: Node, isNamed: (node: Node) => boolean): Composition | undefined {
  const wide = match(repeatedChoice, node, nothing);
  if (wide && isRelu(wide)) {
    const value = build.where(wide.condition, filled(wide.z, 0), wide.z);
    return isNamed(value) ? slope(wide.g, make("broadcast", [value], wide.repeated.params)) : undefined;
  }
  const found = match(choice, node, nothing);
  if (!found || !isRelu(found) || found.z === found.g) return undefined;
  const value = build.where(found.condition, elementAt(node.inputs, 1), found.z);
  return isNamed(value) ? slope(found.g, value) : undefined;
}

const one = is("where", as("order", is("compare", any("x"), any("y"))), fill(1), fill(0));

/** [x > y] + ½·[x = y] as step(x − y), and the same of x < y: what of the derivative goes to one of two values of which the larger or smaller is taken. */
export const step: Form = form("step", is("where", as("tie", is("compare", any("a"), any("b"))), fill(0.5), one), ({ order, x, y, tie, a, b }) => {
  const { relation } = (order as OpNode<"compare">).params;
  const isTie = (tie as OpNode<"compare">).params.relation === "eq" && ((a === x && b === y) || (a === y && b === x));
  if (!isTie || (relation !== "gt" && relation !== "lt")) return undefined;
  const [larger, smaller] = relation === "gt" ? [x, y] : [y, x];
  return { inputs: [larger, smaller], build: (xs) => call("step", [distance(xs as [Formula, Formula])]) };
});

/** x − y. */
function distance([x, y]: readonly [Formula, Formula]): Formula {
  if (isZero(y)) return x;
  return isZero(x) ? operator("neg", y) : operator("-", x, y);
}

const isZero = (formula: Formula): boolean => {
  const bare = unviewed(formula);
  return bare.kind === "number" && bare.value === 0;
};
