// Models as the parts that formulas are printed of, the way `compile` takes them from a program.
import type { Described } from "../../../compiler/formula/describe.ts";
import { type Graph, topological } from "../../../compiler/ir/graph.ts";
import { type Entry, type Program, rootsOf } from "../../../compiler/ir/entry.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { simplifyProgram } from "../../../compiler/passes/simplify.ts";
import { specialise } from "../../../compiler/passes/specialise.ts";
import { type ProgramOptions, program } from "../../../src/entries.ts";
import type { Declared } from "../../../src/declare.ts";

const entryOf = (whole: Program, name: string): Entry | undefined => whole.entries.find((entry) => entry.name === name);

/** Named values of the forward pass in the order of the graph. */
function namedValues(graph: Graph, roots: readonly Node[]): Map<string, Node> {
  const values = new Map<string, Node>();
  for (const node of topological(roots)) {
    if (node.inputs.length === 0) continue;
    for (const { text } of graph.names.get(node) ?? []) values.set(text, node);
  }
  return values;
}

export function partsOf(declared: Declared, options: ProgramOptions = {}): { parts: Described; simple: Program } {
  const simple = simplifyProgram(specialise(program(declared, options)));
  const [loss, ...gradients] = entryOf(simple, "gradients")?.results ?? [];
  const predicted = entryOf(simple, "predict")?.results ?? [];
  const updates = (entryOf(simple, "step")?.updates ?? []).map(({ target, value }) => [(target.params as { name: string }).name, value] as const);
  const roots = [...predicted.map(({ node }) => node), ...(loss ? [loss.node] : [])];
  const values = namedValues(simple.graph, roots);
  if (loss) values.set("loss", loss.node);
  return { simple, parts: { graph: simple.graph, values, gradients: new Map(gradients.map(({ name, node }) => [name, node])), updates: new Map(updates) } };
}
