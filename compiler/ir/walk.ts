// The walks over graphs. A node may have a body: values of the same graph that its op computes itself, as a loop does in each of its steps.
// Whoever walks says whether it enters bodies. Who only asks what a value depends on does not, since what a body takes from outside is an
// input of its node too; who looks at every node or makes it anew does.
import { make } from "./graph.ts";
import type { Node } from "./node.ts";

/** The inputs of `node` and the roots of its body. */
export const partsOf = ({ inputs, body }: Node): readonly Node[] => (body.length === 0 ? inputs : [...inputs, ...body]);

/** All nodes that `roots` depend on by their inputs, inputs before users. */
export const withoutBodies = (roots: readonly Node[]): Node[] => reached(roots, ({ inputs }) => inputs);

/** All nodes that `roots` are made of, those in bodies too: inputs and bodies before users. */
export const withBodies = (roots: readonly Node[]): Node[] => reached(roots, partsOf);

/** All nodes that `roots` depend on by their inputs, inputs before users, without what those for which `ends` holds depend on. */
export const upTo = (roots: readonly Node[], ends: (node: Node) => boolean): Node[] => reached(roots, (node) => (ends(node) ? [] : node.inputs));

// A loop, never recursion. Most walks reach most nodes: these are laid out by their numbers, which is less work than sorting them.
function reached(roots: readonly Node[], next: (node: Node) => readonly Node[]): Node[] {
  const seen = new Uint8Array(roots[0]?.graph.nodes.length ?? 0);
  const found: Node[] = [];
  const stack = [...roots];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen[node.id]) continue;
    seen[node.id] = 1;
    found.push(node);
    for (const part of next(node)) if (!seen[part.id]) stack.push(part);
  }
  if (found.length < seen.length / 8) return found.sort((a, b) => a.id - b.id);
  const order = new Array<Node | undefined>(seen.length).fill(undefined);
  for (const node of found) order[node.id] = node;
  return order.filter((node) => node !== undefined);
}

/** The nodes among `order` that have a node as an input or as a root of their body, once for each time. */
export function usersOf(order: readonly Node[]): Map<Node, Node[]> {
  const users = new Map<Node, Node[]>(order.map((node) => [node, []]));
  for (const node of order) for (const part of partsOf(node)) users.get(part)?.push(node);
  return users;
}

/** Whether all that uses `node` goes through `end`, by one way. */
export function leadsOnlyTo(end: Node, node: Node, users: ReadonlyMap<Node, readonly Node[]>): boolean {
  let way = node;
  while (way !== end) {
    const [user, ...others] = users.get(way) ?? [];
    if (!user || others.length > 0) return false;
    way = user;
  }
  return true;
}

/** `node` over the images of its inputs and of its body; itself where they are the same. */
export function rebuilt(node: Node, image: (part: Node) => Node): Node {
  if (partsOf(node).every((part) => image(part) === part)) return node;
  return make(node.op, node.inputs.map(image), node.params, node.graph, node.body.map(image));
}

/** Those of the nodes that `roots` are made of that were made as the node `first` was, or later; no others depend on it. */
export const madeSince = (roots: readonly Node[], first: number): Node[] =>
  reached(roots, (node) => (node.id < first ? [] : partsOf(node))).filter(({ id }) => id >= first);

/** `roots` with some nodes replaced by others of the same type, in bodies too. */
export function substitute(roots: readonly Node[], replacements: ReadonlyMap<Node, Node>): Node[] {
  const images = new Map(replacements);
  const image = (node: Node): Node => images.get(node) ?? node;
  const first = Math.min(...[...replacements.keys()].map(({ id }) => id));
  for (const node of madeSince(roots, first)) if (!images.has(node)) images.set(node, rebuilt(node, image));
  return roots.map(image);
}
