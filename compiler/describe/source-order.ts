// The order in which a definition computes its values, which rewriting does not keep: of that, what formulas are made of has the order.
import type { Graph, Node } from "../ir/node.ts";
import { partsOf, withBodies } from "../ir/walk.ts";
import { isOp } from "../ops/table.ts";

/** What a definition calls values: by names, as parts of layers and as what layers give. */
const namesIn = ({ names, parts, layers }: Graph): [Node, string][] => [
  ...[...names].flatMap(([node, own]) => [...own].map(({ text }): [Node, string] => [node, `value ${text}`])),
  ...[...parts].map(([node, { name }]): [Node, string] => [node, `part ${name}`]),
  ...[...layers].map(([node, name]): [Node, string] => [node, `layer ${name}`]),
];

/** When the definition computed what has each name: what has it there first had the least number. */
function placesOf(graph: Graph): Map<string, number> {
  if (graph.order.length > 0) return new Map(graph.order.map((name, at) => [name, at]));
  const first = new Map<string, number>();
  for (const [{ id }, name] of namesIn(graph)) first.set(name, Math.min(first.get(name) ?? id, id));
  return first;
}

/** All names in the order in which the definition computed what has them. */
export const namesInOrder = (graph: Graph): string[] => [...placesOf(graph)].sort(([, a], [, b]) => a - b).map(([name]) => name);

/** What has names among `nodes`, in the order in which the definition computed it. */
function namedInOrder(nodes: readonly Node[]): Node[] {
  if (!nodes[0]) return [];
  const { graph } = nodes[0];
  const [first, known] = [placesOf(graph), new Set(nodes)];
  const places = new Map<Node, number>();
  for (const [name, own] of grouped(namesIn(graph).filter(([node]) => known.has(node)))) {
    // Of a layer that is used several times it is not told which is which.
    if (own.length === 1) places.set(own[0] as Node, Math.min(first.get(name) as number, places.get(own[0] as Node) ?? Number.POSITIVE_INFINITY));
  }
  return [...places].sort(([, a], [, b]) => a - b).map(([node]) => node);
}

/** The nodes of each name. */
function grouped(named: readonly (readonly [Node, string])[]): Map<string, Node[]> {
  const groups = new Map<string, Node[]>();
  for (const [node, name] of named) groups.set(name, [...(groups.get(name) ?? []), node]);
  return groups;
}

/** What stands before a node: what it is made of, and before a step what its loop takes. */
function beforeEach(nodes: readonly Node[]): (node: Node) => readonly Node[] {
  const taken = new Map<string, Node[]>();
  for (const node of nodes) if (isOp(node, "loop")) taken.set(node.params.loop, [...(taken.get(node.params.loop) ?? []), ...node.inputs]);
  return (node) => (isOp(node, "slot") ? (taken.get(node.params.loop) ?? []) : partsOf(node));
}

/** All nodes that `roots` are made of, those in bodies too: each behind what it is made of, and what has names in the order in which the definition computed it. */
export function inSourceOrder(roots: readonly Node[]): Node[] {
  const nodes = withBodies(roots);
  const before = beforeEach(nodes);
  const [met, done] = [new Set<Node>(), new Set<Node>()];
  for (const wanted of [...namedInOrder(nodes), ...nodes]) {
    const stack = [wanted];
    for (let node = stack.at(-1); node; node = stack.at(-1)) {
      const open = met.has(node) ? [] : before(node).filter((part) => !met.has(part));
      met.add(node);
      stack.push(...[...open].reverse());
      if (open.length === 0) done.add(stack.pop() as Node);
    }
  }
  return [...done];
}
