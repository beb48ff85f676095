import { make, movePassages, newGraph } from "../compiler/ir/graph.ts";
import type { Graph, Node } from "../compiler/ir/node.ts";
import { withBodies } from "../compiler/ir/walk.ts";

/** A graph with other names, and where its nodes went. */
export interface Renamed {
  readonly graph: Graph;
  /** Whether `node` was copied. */
  has(node: Node): boolean;
  image(node: Node): Node;
}

/**
 * A copy of `graph` in which the variables of `names` have those names. Sources are keyed by name, so that final names need a new
 * graph. Only what `roots`, updates, declared variables and their initial values depend on is copied; positions, declarations and
 * updates go along. Cost: linear.
 */
export function renameVariables(graph: Graph, names: ReadonlyMap<Node, string>, roots: readonly Node[]): Renamed {
  const renamed = newGraph(graph.rules);
  const images = new Map<Node, Node>();
  const image = (node: Node): Node => images.get(node) as Node;
  for (const node of withBodies([...roots, ...keptBy(graph)])) {
    const name = names.get(node);
    const params = name === undefined ? node.params : { ...node.params, name };
    const copy = make(node.op, node.inputs.map(image), params, renamed, node.body.map(image));
    images.set(node, copy);
    const position = graph.positions.get(node);
    if (position) renamed.positions.set(copy, position);
  }
  copyTables(graph, renamed, names, image);
  movePassages(graph, renamed, (node) => images.get(node));
  return { graph: renamed, has: (node) => images.has(node), image };
}

function keptBy(graph: Graph): Node[] {
  const inits = [...graph.declarations.values()].flatMap(({ init }) => (init ? [init] : []));
  return [...graph.declarations.keys(), ...inits, ...graph.forms.keys(), ...graph.forms.values(), ...graph.updates.keys(), ...graph.updates.values()];
}

function copyTables(graph: Graph, renamed: Graph, names: ReadonlyMap<Node, string>, image: (node: Node) => Node): void {
  renamed.ordinal = graph.ordinal;
  for (const [node, declaration] of graph.declarations) {
    const init = declaration.init && image(declaration.init);
    renamed.declarations.set(image(node), { ...declaration, init, name: names.get(node) ?? declaration.name });
  }
  for (const [value, form] of graph.forms) renamed.forms.set(image(value), image(form));
  for (const [target, value] of graph.updates) renamed.updates.set(image(target), image(value));
}
