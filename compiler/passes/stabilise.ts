// Replaces formulas that overflow by equal ones that do not, before they are differentiated.
//
//   div(1, add(1, exp(neg(x))))   =>   sigmoid(x)
//
// Requires: no gradient has been taken of what it rewrites.
// Ensures: the same gradient at every point where the formula has one (test/compiler/passes/stabilise.test.ts).
import { elementAt } from "../ir/element.ts";
import { nameBelowUnits } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import { type Rewriting, type Rule, rewrite } from "../rewrite/rewrite.ts";
import type { Trace } from "../trace/trace.ts";
import { arithmeticRules, withSigns } from "./rules/arithmetic.ts";
import { foldingRules } from "./rules/folding.ts";
import { movementRules } from "./rules/movement.ts";
import { orderRules } from "./rules/order.ts";
import { smoothRules } from "./rules/smooth.ts";

const rules: readonly Rule[] = [...foldingRules, ...orderRules, ...movementRules, ...arithmeticRules, ...smoothRules];

/** Whether what was rewritten differs by more than the order of its operands. */
export const isStabilised = ({ fired }: Rewriting): boolean => smoothRules.some(({ name }) => fired.has(name));

/** Whether it is what it is made of without its last axes, which is no name for that: of one with more the name is moved below these. */
function dropsAxes({ op, shape, inputs }: Node): boolean {
  const from = op === "reshape" ? elementAt(inputs, 0).shape : shape;
  return shape.length < from.length && shape.every((dim, axis) => dim === from[axis]);
}

/** Values that the user named, whose lines would be lost with their signs or shapes: they stay as they are, unless a stable form is found through one of them. */
function keptNames(roots: readonly Node[], opaque: readonly Node[]): readonly Node[] {
  const below = withBodies(roots);
  const named = [...withSigns(below), ...below.filter(dropsAxes)].filter((node) => node.graph.names.has(node));
  if (named.length === 0) return named;
  const { image } = rewrite(roots, rules, { opaque: [...opaque, ...named] });
  return isStabilised(rewrite(roots.map(image), rules, { opaque: opaque.map(image) })) ? [] : named;
}

/** All that `roots` depend on in its stable form; the values of `opaque` are kept, so that they can be differentiated by. */
export function stabilise(roots: readonly Node[], opaque: readonly Node[] = [], trace?: Trace): Rewriting {
  const stable = rewrite(roots, rules, { opaque: [...opaque, ...keptNames(roots, opaque)], trace });
  if (roots[0]) nameBelowUnits(roots[0].graph, withBodies(roots.map(stable.image)));
  return stable;
}
