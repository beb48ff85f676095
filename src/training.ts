// From a loss to the next values of the parameters: penalties, gradients, clipping, optimizer.

import { dependencies } from "../compiler/calculus/effective.ts";
import { duplicateName, invalidName, unknownName } from "../compiler/diagnostics/definitions.ts";
import { missingLoss } from "../compiler/diagnostics/gradients.ts";
import { shapeMismatch } from "../compiler/diagnostics/tensors.ts";
import type { Slopes } from "../compiler/entry-points.ts";
import type { Update } from "../compiler/ir/entry.ts";
import type { Graph, Node, Role } from "../compiler/ir/node.ts";
import { formatShape, sameShape } from "../compiler/ir/type.ts";
import { withoutBodies } from "../compiler/ir/walk.ts";
import * as build from "../compiler/ops/build.ts";
import { isOp } from "../compiler/ops/table.ts";
import * as counters from "../runtime/counters.ts";
import { selectNames } from "./globs.ts";
import { type Init, initial } from "./nn/init.ts";
import { ops } from "./ops/index.ts";
import { type Clip, clipGradients } from "./optim/clip.ts";
import type { Moment, Optimizer } from "./optim/optimizer.ts";
import type { Penalty } from "./optim/penalty.ts";
import { broadcastTo, float } from "./tensor.ts";
import { namePattern } from "./variables.ts";

/** How a model is trained. */
export interface TrainingOptions {
  readonly optimizer?: Optimizer | undefined;
  readonly clip?: Clip | undefined;
  /** Names of parameters, inputs or values that `gradients` gives; the trainable parameters unless stated. */
  readonly wrt?: readonly string[] | undefined;
  /** Names of parameters that stay as they are, `*` standing for any characters. */
  readonly freeze?: readonly string[] | undefined;
  readonly penalties?: readonly Penalty[] | undefined;
}

const nameOf = (graph: Graph, node: Node): string => graph.declarations.get(node)?.name as string;

/** The parameters of `graph` by name, in the order of declaration. */
function parametersOf(graph: Graph): Map<string, Node> {
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

/** `loss` and the penalties on the parameters that they name. @throws GradcError `unknown-name` */
export function penalised(loss: Node, penalties: readonly Penalty[] = []): Node {
  const parameters = parametersOf(loss.graph);
  return penalties.reduce((total, { weights, lambda, measure }) => {
    const names = selectNames(weights, [...parameters.keys()]);
    const terms = [...names].map((name) => measure(parameters.get(name) as Node));
    return terms.reduce((sum, term) => ops.add(sum, ops.mul(lambda, term)), total);
  }, loss);
}

/** The nodes that `wrt` names: parameters, inputs, or values that the loss depends on. @throws GradcError `unknown-name` */
export function namedNodes(graph: Graph, loss: Node, wrt: readonly string[]): Map<string, Node> {
  const known = parametersOf(graph);
  for (const node of withoutBodies([loss])) {
    if (isOp(node, "input")) known.set(node.params.name, node);
    for (const { text } of graph.names.get(node) ?? []) if (!known.has(text)) known.set(text, node);
  }
  return new Map(
    wrt.map((name) => {
      const node = known.get(name);
      if (!node) throw unknownName("parameter, input or value", name, [...known.keys()]);
      return [name, node];
    }),
  );
}

/** The parameters of `graph` that an optimizer may change. */
export const trainableParameters = (graph: Graph): Node[] => [...graph.declarations].flatMap(([node, { trainable }]) => (trainable ? [node] : []));

/**
 * What a step takes for the gradients of a loss: those that change something, and where weights decay, which they do whatever the gradient is, those
 * that are 0 too, as PyTorch has them: of every parameter that the loss depends on, but by a `stopGradient` or by no f32 value.
 */
export function gradientsOfStep({ total, gradients, effective }: Slopes, { hyper }: Optimizer): ReadonlyMap<Node, Node> {
  const trained = effective();
  if (hyper.weightDecay === undefined || trained.size === 0) return trained;
  const known = dependencies(total, ({ op }) => op === "stopGradient");
  const zeros = (w: Node) => broadcastTo("weight decay", build.constant(total.graph, [0]), w.shape);
  const changes = (w: Node) => trained.has(w) || (known.has(w) && decays(w));
  return new Map(trainableParameters(total.graph).flatMap((w) => (changes(w) ? [[w, gradients.get(w) ?? zeros(w)]] : [])));
}

/** What the optimizer writes into the parameters; its own states go to the updates of the graph. @throws GradcError `duplicate-name` */
export function optimizerUpdates(graph: Graph, gradients: ReadonlyMap<Node, Node>, optimizer: Optimizer, clip: Clip | undefined): Update[] {
  const parameters = [...gradients.keys()];
  const raw = [...gradients.values()];
  const clipped = clip ? clipGradients(raw, clip) : raw;
  const declare = stateDeclarer(graph);
  const hyper = Object.fromEntries(Object.entries(optimizer.hyper).map(([name, value]) => [name, declare(name, "hyper", [], value)]));
  const t = ops.cast(nextStep(graph), "f32");
  return parameters.map((w, i) => {
    const own = nameOf(graph, w);
    const state: Moment["state"] = (name, shape = w.shape as readonly number[], init = "zeros") =>
      declare(`${own}.${name}`, "optimizer", shape, init);
    const value = optimizer.next({ w, g: clipped[i] as Node, lr: hyper.lr as Node, t, hyper: settingsFor(w, hyper), state });
    return { target: w, value: nextValue(`Cannot use "optim.${optimizer.name}" for "${own}"`, w, value) };
  });
}

/** Whether weight decay weighs `w`. */
const decays = (w: Node): boolean => w.graph.declarations.get(w)?.decays ?? true;

/** The settings by which `w` is trained. */
function settingsFor(w: Node, { weightDecay, ...hyper }: Readonly<Record<string, Node>>): Readonly<Record<string, Node>> {
  return weightDecay && decays(w) ? { ...hyper, weightDecay } : hyper;
}

/** `value` as what `w` becomes. @throws GradcError `not-a-tensor`, `shape-mismatch` */
function nextValue(attempt: string, w: Node, value: Node): Node {
  const next = float(attempt, value);
  if (!sameShape(next.shape, w.shape)) throw shapeMismatch(attempt, [next.shape], `${formatShape(w.shape)}, the shape of the parameter`);
  return next;
}

/** The number of the step that is being taken, i32: 1 in the first. */
export const nextStep = (graph: Graph): Node => build.add(build.state(graph, counters.step, "i32", []), build.constant(graph, [1], [], "i32"));

/** Declares states beside those that the definition has. */
function stateDeclarer(graph: Graph): (name: string, role: Role, shape: readonly number[], init: Init) => Node {
  const taken = new Map([...graph.declarations.values()].map(({ name, position }) => [name, position]));
  return (name, role, shape, init) => {
    if (!namePattern.test(name.slice(name.lastIndexOf(".") + 1))) throw invalidName("a state of an optimizer", name);
    if (taken.has(name)) throw duplicateName(name, [taken.get(name), undefined]);
    taken.set(name, undefined);
    const node: Node = build.state(graph, name, "f32", shape);
    graph.declarations.set(node, { name, role, trainable: false, init: initial({ what: `"${name}"`, init, shape }, graph.ordinal++, graph) });
    return node;
  };
}

/** Refuses options that make no sense without a loss. @throws GradcError `missing-loss` */
export function checkWithoutLoss(model: string, { optimizer, clip, wrt, penalties }: TrainingOptions): void {
  const wanted = optimizer ? "the step" : wrt || clip ? "the gradients" : penalties ? "the penalties" : undefined;
  if (wanted) throw missingLoss(model, wanted);
}
