// Replaces formulas that overflow by equal ones that do not, before they are differentiated.
//
//   div(1, add(1, exp(neg(x))))   =>   sigmoid(x)
//
// Requires: no gradient has been taken of what it rewrites.
// Ensures: the same gradient at every point where the formula has one (test/compiler/passes/stabilise.test.ts).
import { nameBelowUnits } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import { type Rewriting, type Rule, rewrite } from "../rewrite/rewrite.ts";
import type { Trace } from "../trace/trace.ts";
import { arithmeticRules, negated } from "./rules/arithmetic.ts";
import { foldingRules } from "./rules/folding.ts";
import { movementRules } from "./rules/movement.ts";
import { orderRules } from "./rules/order.ts";
import { smoothRules } from "./rules/smooth.ts";

const rules: readonly Rule[] = [...foldingRules, ...orderRules, ...movementRules, ...arithmeticRules, ...smoothRules];

/** Whether what was rewritten differs by more than the order of its operands. */
export const isStabilised = ({ fired }: Rewriting): boolean => smoothRules.some(({ name }) => fired.has(name));

const arithmetic = new Set(["add", "sub", "mul", "div", "neg"]);

/**
 * Single numbers of a negative form that the user named and that arithmetic alone goes on with: terms of a loss, which keep their sign to be read by
 * their names. What else is made of such a number may be a sigmoid, whose stable form is found through the name.
 */
function namedTerms(nodes: readonly Node[]): Node[] {
  const others = new Set(nodes.flatMap(({ op, inputs }) => (arithmetic.has(op) ? [] : inputs)));
  return nodes.filter((node) => node.shape.length === 0 && node.graph.names.has(node) && !others.has(node) && negated(node) !== undefined);
}

/** All that `roots` depend on in its stable form; the values of `opaque` are kept, so that they can be differentiated by. */
export function stabilise(roots: readonly Node[], opaque: readonly Node[] = [], trace?: Trace): Rewriting {
  const stable = rewrite(roots, rules, { opaque: [...opaque, ...namedTerms(withBodies(roots))], trace });
  if (roots[0]) nameBelowUnits(roots[0].graph, withBodies(roots.map(stable.image)));
  return stable;
}
