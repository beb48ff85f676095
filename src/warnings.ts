// What compiles and is most likely a slip.
import { nothingReads, notTrained } from "../compiler/diagnostics/gradients.ts";
import type { Program } from "../compiler/ir/entry.ts";
import { topological } from "../compiler/ir/graph.ts";
import type { Node } from "../compiler/ir/node.ts";
import type { Declared } from "./declare.ts";
import { effective, parameterGradients, trainableParameters } from "./training.ts";
import { unreachedBy } from "./unreached.ts";

/** Warnings about inputs that a definition does not use, and parameters that its loss does not reach; `whole` is its program, not yet lowered. */
export const definitionWarnings = (declared: Declared, whole: Program): string[] => [...unreadInputs(declared), ...untrained(whole)];

function unreadInputs({ graph, inputs, outputs, loss, metrics }: Declared): string[] {
  const sums = Object.values(metrics).flatMap(({ sum, count }) => [sum, count]);
  const read = new Set(topological([...Object.values(outputs), ...(loss ? [loss] : []), ...sums, ...graph.updates.values()]));
  return inputs.filter((input) => !read.has(input)).map(({ params }) => nothingReads(params.name));
}

function untrained({ graph, entries }: Program): string[] {
  const loss = entries.find(({ name }) => name === "gradients")?.results[0]?.node;
  if (!loss) return [];
  const step = entries.find(({ name }) => name === "step");
  const trained = new Set<Node>(step ? step.updates.map(({ target }) => target) : effective(parameterGradients(loss)).keys());
  const left = trainableParameters(graph).filter((parameter) => !trained.has(parameter));
  return left.length > 0 ? notTrained(unreachedBy(loss, left)) : [];
}
