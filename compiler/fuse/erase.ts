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

/** `roots` without barriers, or those for which `falls` holds, in the steps of loops too; undefined where they have none. */
export function withoutBarriers(roots: readonly Node[], falls: (part: number) => boolean = () => true): Erased | undefined {
  const all = withBodies(roots);
  const isErased = (node: Node) => isOp(node, "barrier") && falls(node.params.part);
  if (!all.some(isErased)) return undefined;
  const images = new Map<Node, Node>();
  const image = (node: Node): Node => images.get(node) ?? node;
  for (const node of all) images.set(node, isErased(node) ? image(node.inputs[0] as Node) : rebuilt(node, image));
  return { roots: roots.map(image), live: withoutBodies(roots), image };
}

/** The numbers of the parts that loops are in, or depend on. */
export function partsBeforeLoops(roots: readonly Node[]): ReadonlySet<number> {
  const loops = withoutBodies(roots).filter((node) => isOp(node, "loop"));
  return new Set(withBodies(loops).flatMap((node) => (isOp(node, "barrier") ? [node.params.part] : [])));
}
