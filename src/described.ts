// Which parts of a compiled program are worth reading as formulas.
import type { Described } from "../compiler/formula/describe.ts";
import type { Entry, Program } from "../compiler/ir/entry.ts";
import { topological } from "../compiler/ir/graph.ts";
import type { Node } from "../compiler/ir/node.ts";

const find = (program: Program, name: string): Entry | undefined => program.entries.find((entry) => entry.name === name);

/** Values that the user named, in order of computation, then outputs that no loss depends on. */
function valuesOf(program: Program, entry: Entry, gradients: ReadonlyMap<string, Node>): Map<string, Node> {
  const values = new Map<string, Node>();
  const forward = topological(entry.results.flatMap(({ name, node }) => (gradients.has(name) ? [] : [node])));
  for (const node of forward) {
    if (node.inputs.length === 0) continue;
    for (const { text } of program.graph.names.get(node) ?? []) values.set(text, node);
  }
  for (const { name, node } of find(program, "predict")?.results ?? []) if (!values.has(name) && node.inputs.length > 0) values.set(name, node);
  const loss = entry.results.find(({ name }) => name === "loss");
  if (loss) {
    values.delete("loss");
    values.set("loss", loss.node);
  }
  return values;
}

/** The program's forward values, gradients and updates; `program` as it is lowered, `metrics` the names of its metrics. */
export function partsToRead(program: Program, metrics: readonly string[]): Described {
  const trained = find(program, "gradients");
  const scores = new Set(["loss", ...metrics]);
  const gradients = new Map((trained?.results ?? []).filter(({ name }) => !scores.has(name)).map(({ name, node }) => [name, node]));
  const step = find(program, "step");
  const nameOf = (target: Node) => program.graph.declarations.get(target);
  const updates = (step?.updates ?? []).flatMap(({ target, value }): [string, Node][] => {
    const declaration = nameOf(target);
    return declaration && declaration.role !== "counter" ? [[declaration.name, value]] : [];
  });
  const entry = trained ?? (find(program, "predict") as Entry);
  return { graph: program.graph, values: valuesOf(program, entry, gradients), gradients, updates: new Map(updates) };
}
