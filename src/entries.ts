// The standard entry points of a model: init, step, gradients, predict, evaluate.

import { trainsNothing, withoutStep } from "../compiler/diagnostics/gradients.ts";
import { differentiation, stabilisation } from "../compiler/index.ts";
import type { Entry, Program, Result, Update } from "../compiler/ir/entry.ts";
import { withGraph } from "../compiler/ir/graph.ts";
import type { Graph, Node } from "../compiler/ir/node.ts";
import { print } from "../compiler/ir/print.ts";
import * as build from "../compiler/ops/build.ts";
import type { Pass } from "../compiler/pipeline/pass.ts";
import { Pipeline } from "../compiler/pipeline/pipeline.ts";
import * as counters from "../runtime/counters.ts";
import { GradcError } from "../runtime/error.ts";
import type { EntryName } from "../runtime/program.ts";
import { checkOptions, type ProgramOptions } from "./compile-options.ts";
import type { Declared } from "./declare.ts";
import { elementwise } from "./elementwise.ts";
import { evaluationEntries, lookingEntry, predictEntry } from "./evaluation.ts";
import { definitionWarnings } from "./lints/index.ts";
import { scalar } from "./ops/scalar.ts";
import type { Optimizer } from "./optim/optimizer.ts";
import { checkStandardized, preparationEntries } from "./preparation.ts";
import {
  checkWithoutLoss,
  freezeParameters,
  gradientsOfStep,
  namedGradients,
  namedNodes,
  nextStep,
  optimizerUpdates,
  penalised,
  trainableParameters,
} from "./training.ts";
import { frozenParameters, unreachedBy } from "./unreached.ts";

/**
 * The entry points of `declared`: `init`, `predict` and those that prepare `nn.standardize`, with a loss also `gradients` and `evaluate`, with an optimizer also `step`. Optimizer
 * states, hyper-parameters and sums are added to the graph of `declared`, which belongs to this program from now on.
 * @throws GradcError `setting-out-of-range`, `missing-loss`, `unknown-name`, `no-gradient`, `duplicate-name`, `standardize-of-parameter`,
 *   `standardize-mixes-rows`
 */
export function program(declared: Declared, options: ProgramOptions = {}, pipeline = new Pipeline()): Program {
  const { graph, name, inputs, outputs, loss } = declared;
  checkOptions(name, options);
  const dynamic = inputs.some(({ shape }) => shape[0] === "batch");
  const frame = { name, graph, inputs, capacity: dynamic ? { batch: options.batch ?? 64 } : {} };
  return withGraph(graph, () => {
    freezeParameters(graph, options.freeze);
    if (!loss) checkWithoutLoss(name, options);
    const wrt = loss && options.wrt ? namedNodes(graph, loss, options.wrt) : undefined;
    if (options.optimizer) checkStandardized(declared);
    const total = loss && penalised(loss, options.penalties);
    const image = stabilised(declared, total, wrt, pipeline);
    const predicted = Object.entries(outputs).map(([output, node]) => ({ name: output, node: image(node) }));
    const metrics = Object.entries(declared.metrics).map(([metric, parts]) =>
      metricResult(metric, image(parts.sum), image(parts.count), parts.finish),
    );
    const stableWrt = wrt && new Map([...wrt].map(([given, node]) => [given, image(node)]));
    const entries = total ? lossEntries(name, { total: image(total), metrics, wrt: stableWrt }, options, pipeline) : [];
    const scores = loss ? evaluationEntries(frame, [{ name: "loss", node: image(loss) }, ...metrics], pipeline) : [];
    const outside = [predictEntry(frame, predicted, pipeline), ...scores, ...preparationEntries(frame, declared, image, pipeline)];
    return { ...frame, entries: [initEntry(graph), ...entries, ...outside] };
  });
}

/** A program with the options that it was made with, and what is most likely a slip of its definition. */
export interface Trainable {
  readonly whole: Program;
  readonly options: ProgramOptions;
  readonly warnings: readonly string[];
}

/** The program of `declared` with `optimizer`, or without one where it has no loss, or with the warning that there is nothing to train. */
export function trainable(declared: Declared, optimizer: Optimizer, options: Omit<ProgramOptions, "optimizer">, pipeline?: Pipeline): Trainable {
  try {
    return withWarnings(declared, declared.loss ? { ...options, optimizer } : options, pipeline);
  } catch (error) {
    if (!(error instanceof GradcError && error.code === "no-gradient")) throw error;
    const made = withWarnings(declared, options, pipeline);
    return { ...made, warnings: [withoutStep(error), ...made.warnings] };
  }
}

/** The program of `declared` with the optimizer of `options`, if any. @throws GradcError as `program` */
export function withWarnings(declared: Declared, options: ProgramOptions, pipeline?: Pipeline): Trainable {
  const whole = program(declared, options, pipeline);
  return { whole, options, warnings: definitionWarnings(declared, whole) };
}

/** Brings the definition to its stable form before it is differentiated; the values of `wrt` are kept. Updates are replaced in place. */
function stabilised(
  { graph, outputs, loss, metrics, standardized }: Declared,
  total: Node | undefined,
  wrt: ReadonlyMap<string, Node> | undefined,
  pipeline: Pipeline,
): (node: Node) => Node {
  const kept = [...(wrt?.values() ?? [])];
  const sums = Object.values(metrics).flatMap(({ sum, count }) => [sum, count]);
  const values = standardized.map(({ value }) => value);
  const losses = loss && total ? [loss, total] : [];
  const roots = [...Object.values(outputs), ...losses, ...sums, ...graph.updates.values(), ...values, ...kept];
  const { image } = pipeline.run(stabilisation, { roots, opaque: kept });
  for (const [target, value] of graph.updates) graph.updates.set(target, image(value));
  return image;
}

function metricResult(name: string, sum: Node, count: Node, finish: string | undefined): Result {
  const mean = scalar.div(sum, count);
  return { name, node: finish === undefined ? mean : elementwise(finish)(mean) };
}

function nothingTrains(model: string, loss: Node): GradcError {
  return trainsNothing(model, unreachedBy(loss, trainableParameters(loss.graph)), frozenParameters(loss.graph));
}

/** What is trained and told of, in its stable form; `wrt` is what gradients are asked for by, where that is not the parameters. */
interface Stable {
  readonly total: Node;
  readonly metrics: readonly Result[];
  readonly wrt: ReadonlyMap<string, Node> | undefined;
}

function lossEntries(model: string, { total, metrics, wrt }: Stable, options: ProgramOptions, pipeline: Pipeline): Entry[] {
  const { graph } = total;
  const first = { name: "loss", node: total };
  const gradients = pipeline.run(differentiation, { y: total, wrt: trainableParameters(graph) });
  const wanted = wrt
    ? namedGradients(wrt, pipeline.run(differentiation, { y: total, wrt: [...wrt.values()] }))
    : [...gradients].map(([w, g]) => [graph.declarations.get(w)?.name as string, g] as const);
  const shown = trainingEntry("gradients", [first, ...wanted.map(([name, node]) => ({ name, node }))], []);
  if (!options.optimizer) return [shown];
  const trained = gradientsOfStep(total, gradients, options.optimizer);
  if (trained.size === 0 && graph.updates.size === 0) throw nothingTrains(model, total);
  const parameters = pipeline.run(optimization(graph, options.optimizer, options.clip), trained);
  const states = [...graph.updates].map(([target, value]) => ({ target, value }));
  const counter = { target: build.state(graph, counters.step, "i32", []) as Node, value: nextStep(graph) };
  return [trainingEntry("step", [first, ...metrics], [...parameters, ...states, counter]), shown];
}

/** What an optimizer writes for the gradients of parameters. */
const optimization = (graph: Graph, optimizer: Optimizer, clip: ProgramOptions["clip"]): Pass<ReadonlyMap<Node, Node>, readonly Update[]> => ({
  name: "optimize",
  run: (gradients) => optimizerUpdates(graph, gradients, optimizer, clip),
  print: (updates) => print(updates.map(({ value }) => value)),
});

const trainingEntry = (name: EntryName, results: readonly Result[], updates: Entry["updates"]): Entry => ({
  ...lookingEntry(name, results),
  updates,
  training: true,
});

/** Every variable at the start, from the seed alone. */
function initEntry(graph: Graph): Entry {
  const updates = [...graph.declarations].flatMap(([target, { init }]) => (init ? [{ target, value: init }] : []));
  return { ...lookingEntry("init", []), updates };
}
