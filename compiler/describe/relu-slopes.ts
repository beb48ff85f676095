// The derivative of a relu that has a name, by that name: where h = relu(z), [z > 0] is [h > 0].
import { type Formula, indicator, number, operator } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import type { OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, as, fill, is, match } from "../rewrite/pattern.ts";
import { type Composition, nothing } from "./form.ts";

const chosen = is("where", as("condition", is("compare", any("z"), fill(0))), fill(0), any("g"));

const isAbove = (h: Formula): Formula => indicator(operator(">", h, number(0)));

/** where(z <= 0, 0, g) as g ⊙ [h > 0], where h = relu(z) is one of the values that `isNamed` knows. */
export function slopeOfNamedRelu(node: Node, isNamed: (node: Node) => boolean): Composition | undefined {
  const bound = match(chosen, node, nothing);
  if (!bound || bound.z === bound.g || (bound.condition as OpNode<"compare">).params.relation !== "le") return undefined;
  const relu = build.where(bound.condition, elementAt(node.inputs, 1), bound.z);
  if (!isNamed(relu)) return undefined;
  return fillOf(bound.g) === 1
    ? { inputs: [relu], build: ([h]) => isAbove(h as Formula) }
    : { inputs: [bound.g, relu], build: ([g, h]) => operator("*", g as Formula, isAbove(h as Formula)) };
}
