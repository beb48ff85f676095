import type { Program } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { entryNamed } from "../../runtime/program.ts";
import type { Declared } from "../declare.ts";
import { namedNodes, trainableParameters } from "../training.ts";

/** What a lint looks at. */
export interface Subject {
  readonly declared: Declared;
  /** Its entry points, not yet lowered. */
  readonly program: Program;
}

/** A look for what compiles and is most likely a slip. */
export interface Lint {
  readonly name: string;
  /** A warning for each, with its place in the source. */
  look(subject: Subject): string[];
}

/** What the definition returns, and what it assigns. */
export function resultsOf({ graph, outputs, loss, metrics }: Declared): Node[] {
  const sums = Object.values(metrics).flatMap(({ sum, count }) => [sum, count]);
  return [...Object.values(outputs), ...(loss ? [loss] : []), ...sums, ...graph.updates.values()];
}

/** The loss that the program differentiates, in its stable form. */
export const lossOf = ({ entries }: Program): Node | undefined => entryNamed(entries, "gradients")?.results[0]?.node;

/** The nodes by which the program differentiates `loss`: parameters, and what `wrt` names. */
export function differentiatedBy(loss: Node, { graph, entries }: Program): Node[] {
  const wanted = entryNamed(entries, "gradients")?.results.slice(1) ?? [];
  const named = namedNodes(
    graph,
    loss,
    wanted.map(({ name }) => name),
  );
  return [...new Set([...trainableParameters(graph), ...named.values()])];
}
