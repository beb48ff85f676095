// Which gradients change something, and what a loss depends on.
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { constantValues } from "./constant-values.ts";
import { zerosOf } from "./zeros.ts";

/** The nodes that `loss` depends on along paths of f32 values that end at none for which `ends` holds. */
export function dependencies(loss: Node, ends: (node: Node) => boolean): Set<Node> {
  const found = new Set([loss]);
  for (const node of found) if (!ends(node)) for (const input of node.inputs) if (input.dtype === "f32") found.add(input);
  return found;
}

/** The gradients of `loss` that change something: without those that are 0 whatever the inputs are. */
export function effective(loss: Node, gradients: ReadonlyMap<Node, Node>): Map<Node, Node> {
  const zeros = zerosOf([...gradients.values()]);
  const constant = constantValues(withoutBodies([loss]));
  const felt = dependencies(loss, (node) => constant.has(node));
  return new Map([...gradients].filter(([node, gradient]) => felt.has(node) && !zeros.has(gradient)));
}
