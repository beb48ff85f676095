// From a loss to the next values of the parameters: penalties, gradients, clipping, optimizer.

import { mathNames } from "../compiler/describe/names.ts";
import { ambiguousName, unknownName } from "../compiler/diagnostics/definitions.ts";
import { missingLoss } from "../compiler/diagnostics/gradients.ts";
import type { Graph, Node } from "../compiler/ir/node.ts";
import { withoutBodies } from "../compiler/ir/walk.ts";
import { isOp } from "../compiler/ops/table.ts";
import { nearest } from "../runtime/nearest.ts";
import { selectNames } from "./globs.ts";
import { ops } from "./ops/index.ts";
import type { Average } from "./optim/average.ts";
import type { Clip } from "./optim/clip.ts";
import type { Optimizer } from "./optim/optimizer.ts";
import type { Penalty } from "./optim/penalty.ts";

/** One rule for all that a model trains, or one for each of its games, by name. */
export type Optimizers = Optimizer | Readonly<Record<string, Optimizer>>;

/** How a model is trained. */
export interface TrainingOptions {
  /** The rule of `step`, as `optim.adam()` gives it; without one there is no `step`. In a model with games either one for each of them, by name, or one that each of them follows by itself. */
  readonly optimizer?: Optimizers | undefined;
  /** Bounds gradients before the optimizer sees them: `{ norm: 1 }` all together, `{ value: 0.5 }` each element. */
  readonly clip?: Clip | undefined;
  /** How many calls of `step` make one step of the optimizer, by the gradient of the loss over the rows of all of them; 1 unless stated. */
  readonly accumulate?: number | undefined;
  /** Keeps a moving average of each trained parameter as a state: `hidden.weight.average`. */
  readonly average?: Average | undefined;
  /** Names of parameters, inputs or values that `gradients` gives; the trainable parameters unless stated. */
  readonly wrt?: readonly string[] | undefined;
  /** Names of parameters that stay as they are, `*` standing for any characters. */
  readonly freeze?: readonly string[] | undefined;
  /** What is added to the loss that is trained: `optim.l2(0.01, "*.weight")` and the like. */
  readonly penalties?: readonly Penalty[] | undefined;
  /** Whether a step also gives the size of the gradient and of the activation of each layer: `gradients.hidden`, `activations.hidden`. */
  readonly watch?: boolean | undefined;
}

/** The parameters of `graph` by name, in the order of declaration. */
export function parametersOf(graph: Graph): Map<string, Node> {
  const parameters = [...graph.declarations].filter(([, { role }]) => role === "parameter");
  return new Map(parameters.map(([node, { name }]) => [name, node]));
}

/** Marks the parameters that `freeze` matches as not trainable. @throws GradcError `unknown-name` */
export function freezeParameters(graph: Graph, freeze: readonly string[] = []): void {
  const parameters = parametersOf(graph);
  for (const name of selectNames(freeze, [...parameters.keys()])) {
    const node = parameters.get(name) as Node;
    const declaration = graph.declarations.get(node);
    if (declaration) graph.declarations.set(node, { ...declaration, trainable: false });
  }
}

/** `loss` and the penalties on those of the parameters `trained` that they name; all of them unless stated. @throws GradcError `unknown-name` */
export function penalised(loss: Node, penalties: readonly Penalty[] = [], trained?: readonly Node[]): Node {
  const parameters = parametersOf(loss.graph);
  return penalties.reduce((total, { weights, lambda, measure }) => {
    const named = [...selectNames(weights, [...parameters.keys()])].map((name) => parameters.get(name) as Node);
    const terms = named.filter((node) => !trained || trained.includes(node)).map(measure);
    return terms.reduce((sum, term) => ops.add(sum, ops.mul(lambda, term)), total);
  }, loss);
}

/**
 * The nodes that `wrt` names as the definition or as formulas do, by their names in the definition: parameters, inputs, or values that the loss
 * depends on.
 * @throws GradcError `unknown-name`
 */
export function namedNodes(graph: Graph, loss: Node, wrt: readonly string[]): Map<string, Node> {
  const known = parametersOf(graph);
  for (const node of withoutBodies([loss])) {
    if (isOp(node, "input")) known.set(node.params.name, node);
    for (const { text } of graph.names.get(node) ?? []) if (!known.has(text)) known.set(text, node);
  }
  return new Map(
    wrt.map((asked) => {
      const name = known.has(asked) ? asked : printedAs(asked, graph, known);
      const node = name === undefined ? undefined : known.get(name);
      if (name === undefined || !node) throw unknownName("parameter, input or value", asked, [...known.keys()], nearestIn(asked, graph, known));
      return [name, node];
    }),
  );
}

/** The name that formulas write as `printed`. @throws GradcError `unknown-name` where they write those of several nodes so */
function printedAs(printed: string, graph: Graph, known: ReadonlyMap<string, Node>): string | undefined {
  const mathName = mathNames(graph);
  const found = [...known.keys()].filter((name) => mathName(name) === printed);
  if (new Set(found.map((name) => known.get(name))).size > 1) throw ambiguousName(printed, found);
  return found[0];
}

/** The name of the definition or of its formulas that is most like `asked`. */
function nearestIn(asked: string, graph: Graph, known: ReadonlyMap<string, Node>): string | undefined {
  const mathName = mathNames(graph);
  return nearest(
    asked,
    [...known.keys()].flatMap((name) => [name, mathName(name)]),
  );
}

/** The parameters of `graph` that an optimizer may change. */
export const trainableParameters = (graph: Graph): Node[] => [...graph.declarations].flatMap(([node, { trainable }]) => (trainable ? [node] : []));

/** Refuses options that make no sense without a loss. @throws GradcError `missing-loss` */
export function checkWithoutLoss(model: string, { optimizer, clip, average, wrt, penalties, watch }: TrainingOptions): void {
  const wanted = optimizer || average || watch ? "the step" : wrt || clip ? "the gradients" : penalties ? "the penalties" : undefined;
  if (wanted) throw missingLoss(model, wanted);
}
