import type { Slopes } from "../../compiler/entry-points.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Declared } from "../declare.ts";
import { namedNodes, trainableParameters } from "../training.ts";

/** What a lint looks at. */
export interface Subject {
  readonly declared: Declared;
  /** Its loss as it is differentiated, in its stable form, and the gradients. */
  readonly slopes: Slopes | undefined;
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

/** The nodes by which `loss` is differentiated, the stable loss or the one of the definition: parameters, and what `wrt` names. */
export function differentiatedBy(loss: Node, { shown }: Slopes): Node[] {
  const names = shown.map(({ name }) => name);
  return [...new Set([...trainableParameters(loss.graph), ...namedNodes(loss.graph, loss, names).values()])];
}
