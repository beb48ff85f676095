// Barriers say that a value is computed again; what it is they do not change.
import type { Node } from "../ir/node.ts";
import { rebuilt, withBodies, withoutBodies } from "../ir/walk.ts";
import { isOp } from "../ops/table.ts";

/** Values without their barriers, and the nodes that each node they are made of stands for. */
export interface Erased {
  readonly roots: readonly Node[];
  /** Inputs before users. */
  readonly live: readonly Node[];
  readonly image: (node: Node) => Node;
}

/** What `node` is, however often it is computed. */
export function behindBarriers(node: Node): Node {
  let value = node;
  while (isOp(value, "barrier")) value = value.inputs[0] as Node;
  return value;
}

/** `roots` without barriers, in the steps of loops too; undefined where they have none. */
export function withoutBarriers(roots: readonly Node[]): Erased | undefined {
  const all = withBodies(roots);
  if (!all.some((node) => isOp(node, "barrier"))) return undefined;
  const images = new Map<Node, Node>();
  const image = (node: Node): Node => images.get(node) ?? node;
  for (const node of all) images.set(node, isOp(node, "barrier") ? image(node.inputs[0] as Node) : rebuilt(node, image));
  return { roots: roots.map(image), live: withoutBodies(roots), image };
}
