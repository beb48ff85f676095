// Which parts of a compiled program are worth reading as formulas.
import type { Described } from "../compiler/describe/describe.ts";
import type { Program, Result } from "../compiler/ir/entry.ts";
import type { Node } from "../compiler/ir/node.ts";
import { withBodies } from "../compiler/ir/walk.ts";
import { entryNamed } from "../runtime/program.ts";

/** Values that the user named, in order of computation, then outputs that no loss depends on. */
function valuesOf(program: Program, loss: Result | undefined): Map<string, Node> {
  const values = new Map<string, Node>();
  const outputs = entryNamed(program.entries, "predict")?.results ?? [];
  for (const node of withBodies((loss ? [loss] : outputs).map((result) => result.node))) {
    if (node.inputs.length === 0) continue;
    for (const { text } of program.graph.names.get(node) ?? []) values.set(text, node);
  }
  for (const { name, node } of outputs) if (!values.has(name) && node.inputs.length > 0) values.set(name, node);
  if (loss) {
    values.delete("loss");
    values.set("loss", loss.node);
  }
  return values;
}

/** The program's forward values, gradients and updates; `program` as it is lowered. */
export function partsToRead(program: Program): Described {
  // The loss comes first; what follows is named like a parameter, an input or a value, which a metric may be named like too.
  const [loss, ...derived] = entryNamed(program.entries, "gradients")?.results ?? [];
  const gradients = new Map(derived.map(({ name, node }) => [name, node]));
  const step = entryNamed(program.entries, "step");
  const nameOf = (target: Node) => program.graph.declarations.get(target);
  const updates = (step?.updates ?? []).flatMap(({ target, value }): [string, Node][] => {
    const declaration = nameOf(target);
    return declaration && declaration.role !== "counter" ? [[declaration.name, value]] : [];
  });
  return { graph: program.graph, values: valuesOf(program, loss), gradients, updates: new Map(updates) };
}
