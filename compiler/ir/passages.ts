// What losses go through by their definitions as data, which the text of a module can hold: values over sources that stand for what is given.
import { make, withGraph } from "./graph.ts";
import type { Graph, Node, Passage } from "./node.ts";
import { substitute } from "./walk.ts";

/** A passage of the loss `of`, over sources that stand for its inputs and for the gradient by the loss. */
export interface StoredPassage extends Pick<Passage, "name" | "inputs" | "known"> {
  readonly of: Node;
  readonly sources: readonly Node[];
  readonly gradient: Node;
  readonly value: Node;
  readonly loss?: Node | undefined;
  readonly slope?: Node | undefined;
}

const sourceLike = ({ graph, dtype, shape }: Node, name: string): Node => make("input", [], { name: `#passage.${name}`, dtype, shape }, graph);

/** The passages of a graph, of which it gets the nodes. */
export const storedPassages = (graph: Graph): StoredPassage[] =>
  withGraph(graph, () => [...graph.passages].flatMap(([of, own]) => own.map((passage) => stored(of, passage))));

function stored(of: Node, { name, inputs, known, through, slope }: Passage): StoredPassage {
  const sources = inputs.map((input, at) => sourceLike(input, String(at)));
  const gradient = sourceLike(of, "gradient");
  const made = { of, name, inputs, sources, gradient, ...through(sources), slope: slope?.(gradient, sources) };
  return known ? { ...made, known } : made;
}

/** The nodes that the text of `passage` speaks of. */
export const nodesIn = ({ of, inputs, sources, gradient, value, loss, slope }: StoredPassage): Node[] =>
  [of, ...inputs, ...sources, gradient, value, loss, slope].filter((node) => node !== undefined);

/** The passage that `stored` is of. */
export function passageOf({ name, inputs, known, sources, gradient, value, loss, slope }: StoredPassage): Passage {
  const over = (nodes: readonly Node[], given: readonly Node[], own?: Node): Node[] =>
    substitute(nodes, new Map([...sources.map((source, at) => [source, given[at] as Node] as const), ...(own ? [[gradient, own] as const] : [])]));
  return {
    name,
    inputs,
    through(given) {
      const [made, whole] = over(loss ? [value, loss] : [value], given) as [Node, Node?];
      return whole ? { value: made, loss: whole } : { value: made };
    },
    ...(slope && { slope: (g: Node, given: readonly Node[]) => over([slope], given, g)[0] as Node }),
    ...(known && { known }),
  };
}
