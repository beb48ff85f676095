// What compiles and is most likely a slip.

import { endedChoices } from "../compiler/calculus/ended-choices.ts";
import { endedChoice, nothingReads, notTrained, overflowing } from "../compiler/diagnostics/gradients.ts";
import { overflowOf } from "../compiler/frontend/scalar/overflow.ts";
import type { Program } from "../compiler/ir/entry.ts";
import { topological } from "../compiler/ir/graph.ts";
import type { Node } from "../compiler/ir/node.ts";
import { channelsLastWarnings } from "./channels-last.ts";
import type { Declared } from "./declare.ts";
import { linkWarnings } from "./links.ts";
import { effective, namedNodes, parameterGradients, trainableParameters } from "./training.ts";
import { unreachedBy } from "./unreached.ts";

/** Warnings about inputs that a definition does not use, parameters that its loss does not reach, scalar functions that overflow, choices that do not keep NaN from the gradient, images with their channels last, and losses of what is no prediction for them; `whole` is its program, not yet lowered. */
export const definitionWarnings = (declared: Declared, whole: Program): string[] => [
  ...unreadInputs(declared),
  ...untrained(whole),
  ...overflows(declared, whole),
  ...lostChoices(whole),
  ...linkWarnings(declared),
  ...channelsLastWarnings(resultsOf(declared)),
];

/** What the definition returns, and what it assigns. */
function resultsOf({ graph, outputs, loss, metrics }: Declared): Node[] {
  const sums = Object.values(metrics).flatMap(({ sum, count }) => [sum, count]);
  return [...Object.values(outputs), ...(loss ? [loss] : []), ...sums, ...graph.updates.values()];
}

function unreadInputs(declared: Declared): string[] {
  const read = new Set(topological(resultsOf(declared)));
  return declared.inputs.filter((input) => !read.has(input)).map(({ params }) => nothingReads(params.name));
}

function untrained({ graph, entries }: Program): string[] {
  const loss = entries.find(({ name }) => name === "gradients")?.results[0]?.node;
  if (!loss) return [];
  const trained = effective(loss, parameterGradients(loss));
  const left = trainableParameters(graph).filter((parameter) => !trained.has(parameter));
  return left.length > 0 ? notTrained(unreachedBy(loss, left)) : [];
}

/** The nodes by which the program differentiates `loss`: parameters, and what `wrt` names. */
function differentiatedBy(loss: Node, { graph, entries }: Program): Node[] {
  const wanted = entries.find(({ name }) => name === "gradients")?.results.slice(1) ?? [];
  const named = namedNodes(
    graph,
    loss,
    wanted.map(({ name }) => name),
  );
  return [...new Set([...trainableParameters(graph), ...named.values()])];
}

/** The scalar functions that overflow in f32: in their slopes too, where the gradients of the program go through them. */
function overflows({ loss, scalars }: Declared, whole: Program): string[] {
  const passed = new Set(loss ? differentiatedBy(loss, whole) : []);
  for (const node of loss ? topological([loss]) : []) if (node.inputs.some((input) => passed.has(input))) passed.add(node);
  return scalars.flatMap(({ source, translated, result }) => {
    const overflow = overflowOf(translated, passed.has(result));
    return overflow ? [overflowing(source, overflow, result)] : [];
  });
}

function lostChoices(whole: Program): string[] {
  const loss = whole.entries.find(({ name }) => name === "gradients")?.results[0]?.node;
  return loss ? endedChoices(loss, differentiatedBy(loss, whole)).map(endedChoice) : [];
}
