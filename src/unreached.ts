// What the gradient of the loss does not reach, and where it ends.

import { gradientsOf } from "../compiler/calculus/differentiate.ts";
import { effective } from "../compiler/calculus/effective.ts";
import type { Slopes } from "../compiler/entry-points.ts";
import type { Graph, Node } from "../compiler/ir/node.ts";
import { withoutBodies } from "../compiler/ir/walk.ts";
import { trainableParameters } from "./training.ts";

/** Parameters that the gradient of a loss does not reach. */
export interface Unreached {
  /** The loss does not depend on them. */
  readonly unused: readonly Node[];
  /** The loss depends on them, by values that have no gradient. */
  readonly cutOff: readonly Node[];
  /** The ops where the gradient ends on its way to those that are cut off. */
  readonly cuts: readonly Node[];
}

/** What keeps the gradient of `loss` from `parameters`, none of which it reaches. */
export function unreachedBy(loss: Node, parameters: readonly Node[]): Unreached {
  const order = withoutBodies([loss]);
  const used = new Set(order);
  const cutOff = parameters.filter((parameter) => used.has(parameter));
  return { unused: parameters.filter((parameter) => !used.has(parameter)), cutOff, cuts: cutsOf(loss, order, cutOff) };
}

const nothing: Unreached = { unused: [], cutOff: [], cuts: [] };

/** What keeps the gradients of a loss from the parameters that a step leaves as they are. */
export function untrainedBy(slopes: Slopes | undefined): Unreached {
  if (!slopes) return nothing;
  const trained = slopes.effective();
  const left = slopes.parameters.filter((parameter) => !trained.has(parameter));
  return left.length > 0 ? unreachedBy(slopes.total, left) : nothing;
}

function cutsOf(loss: Node, order: readonly Node[], parameters: readonly Node[]): Node[] {
  const dependent = new Set(parameters);
  for (const node of order) if (node.inputs.some((input) => dependent.has(input))) dependent.add(node);
  if (!dependent.has(loss)) return [];
  const smooth = [...dependent].filter(({ dtype }) => dtype === "f32");
  const reached = effective(loss, gradientsOf(loss, smooth));
  const ends = smooth.filter((node) => {
    const inputs = node.inputs.filter((input) => dependent.has(input));
    return reached.has(node) && inputs.length > 0 && !inputs.some((input) => reached.has(input));
  });
  return [...new Set(ends.map((node) => blamed(node, dependent)))];
}

/** The op that makes a bool or a whole number of an f32 value on the only way to `end`; `end` itself where there is none. */
function blamed(end: Node, dependent: ReadonlySet<Node>): Node {
  if (end.inputs.some((input) => dependent.has(input) && input.dtype === "f32")) return end;
  let node = end;
  for (let next: Node | undefined = node; next; next = node.inputs.find((input) => dependent.has(input) && input.dtype !== "f32")) node = next;
  return node;
}

/** The parameters that an optimizer may not change. */
export function frozenParameters(graph: Graph): Node[] {
  const trainable = new Set(trainableParameters(graph));
  return [...graph.declarations].flatMap(([node, { role }]) => (role === "parameter" && !trainable.has(node) ? [node] : []));
}
