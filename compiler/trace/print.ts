// The textual form of a trace: a line for each step, before it one for each node that it is the first to speak of.
//
//   %30 = mul(%15, %29) : f32[batch, 1]
//   simplify  housing.model.ts:9:46  x + x = x·2 (bits): %17 => %30

import type { Node } from "../ir/node.ts";
import { printNode, printPosition } from "../ir/print.ts";
import { withBodies } from "../ir/walk.ts";
import type { Step } from "./trace.ts";

/** Sources are called by their names, other nodes `%` and their number in the graph. */
const label = ({ id, params }: Node): string => (typeof params.name === "string" ? params.name : `%${id}`);

function printStep(step: Step): string {
  if ("rule" in step) return `${step.rule} (${step.tag})${step.entry ? ` in ${step.entry}` : ""}: ${label(step.before)} => ${label(step.after)}`;
  return `chain rule of ${step.op} at ${label(step.of)}, input ${step.input}: ${label(step.adjoint)} => ${label(step.contribution)}`;
}

const nodesOf = (step: Step): Node[] => ("rule" in step ? [step.before, step.after] : [step.of, step.adjoint, step.contribution]);

/** Writes steps in their order, each with the name of its pass. */
export function traceWriter(write: (line: string) => void): (step: Step, pass: string) => void {
  const known = new Set<Node>();
  return (step, pass) => {
    for (const node of withBodies(nodesOf(step))) {
      if (!known.has(node)) write(printNode(node, label(node), { get: label }));
      known.add(node);
    }
    write([pass, ...(step.place ? [printPosition(step.place)] : []), printStep(step)].join("  "));
  };
}
