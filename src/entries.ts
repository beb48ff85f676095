// What is compiled of a definition with options: it goes to the compiler with all that only the language can say.

import { trainsNothing } from "../compiler/diagnostics/gradients.ts";
import { type Derived, derive, type Objective, type Slopes, type Task } from "../compiler/entry-points.ts";
import type { Program, Result, Update } from "../compiler/ir/entry.ts";
import { withGraph } from "../compiler/ir/graph.ts";
import type { Node } from "../compiler/ir/node.ts";
import * as build from "../compiler/ops/build.ts";
import { Pipeline } from "../compiler/pipeline/pipeline.ts";
import * as counters from "../runtime/counters.ts";
import { GradcError } from "../runtime/error.ts";
import { accumulate } from "./accumulate.ts";
import { checkOptions, type ProgramOptions } from "./compile-options.ts";
import type { Declared } from "./declare.ts";
import { elementwise } from "./elementwise.ts";
import { lints } from "./lints/index.ts";
import { subjectOf, warningsOf } from "./lints/lint.ts";
import { noStep } from "./lints/no-step.ts";
import { scalar } from "./ops/scalar.ts";
import type { Optimizer } from "./optim/optimizer.ts";
import { checkStandardized, preparationEntries } from "./preparation.ts";
import { gradientsOfStep, nextStep, optimizerUpdates } from "./step.ts";
import { broadcastTo } from "./tensor.ts";
import { checkWithoutLoss, freezeParameters, namedNodes, penalised, trainableParameters } from "./training.ts";
import { frozenParameters, unreachedBy } from "./unreached.ts";

/**
 * The entry points of `declared`: `init`, `predict` and those that prepare `nn.standardize`, with a loss also `gradients` and `evaluate`, with an optimizer also `step`. Optimizer
 * states, hyper-parameters and sums are added to the graph of `declared`, which belongs to this program from now on.
 * @throws GradcError `setting-out-of-range`, `missing-loss`, `unknown-name`, `no-gradient`, `duplicate-name`, `standardize-of-parameter`,
 *   `standardize-mixes-rows`
 */
export const program = (declared: Declared, options?: ProgramOptions, pipeline?: Pipeline): Program => derived(declared, options, pipeline).program;

function derived(declared: Declared, options: ProgramOptions = {}, pipeline = new Pipeline()): Derived {
  const { name, graph, inputs, loss } = declared;
  checkOptions(name, options);
  const dynamic = inputs.some(({ shape }) => shape[0] === "batch");
  const shell = { name, graph, inputs, capacity: dynamic ? { batch: options.batch ?? 64 } : {} };
  return withGraph(graph, () => {
    freezeParameters(graph, options.freeze);
    if (!loss) checkWithoutLoss(name, options);
    return derive({ shell, ...taskOf(declared, loss && objectiveOf(declared, loss, options)) }, pipeline);
  });
}

function objectiveOf(declared: Declared, loss: Node, { optimizer, penalties, wrt, ...options }: ProgramOptions): Objective {
  const { name, graph } = declared;
  const named = wrt && namedNodes(graph, loss, wrt);
  if (optimizer) checkStandardized(declared);
  const step = optimizer && ((slopes: Slopes) => stepOf(name, slopes, optimizer, options));
  const minimum = declared.normalisesRows ? 2 : 1;
  return { loss, total: penalised(loss, penalties), parameters: trainableParameters(graph), wrt: named, minimum, step };
}

function taskOf(declared: Declared, objective: Objective | undefined): Omit<Task, "shell"> {
  const { graph, outputs, metrics, standardized } = declared;
  const kept = [...(objective?.wrt?.values() ?? [])];
  const sums = Object.values(metrics).flatMap(({ sum, count }) => [sum, count]);
  const losses = objective ? [objective.loss, objective.total] : [];
  return {
    roots: [...Object.values(outputs), ...losses, ...sums, ...graph.updates.values(), ...standardized.map(({ value }) => value), ...kept],
    kept,
    model: (image) => ({
      outputs: Object.entries(outputs).map(([name, node]) => ({ name, node: image(node) })),
      metrics: Object.entries(metrics).map(([name, { sum, count, finish }]) => metricResult(name, image(sum), image(count), finish)),
      objective: objective && {
        ...objective,
        loss: image(objective.loss),
        total: image(objective.total),
        wrt: objective.wrt && new Map([...objective.wrt].map(([name, node]) => [name, image(node)])),
      },
      preparations: () => preparationEntries(declared, image),
    }),
  };
}

function metricResult(name: string, sum: Node, count: Node, finish: string | undefined): Result {
  const mean = scalar.div(sum, count);
  return { name, node: finish === undefined ? mean : elementwise(finish)(mean) };
}

/** What a step writes: parameters, states, and the number of the step. */
function stepOf(model: string, slopes: Slopes, optimizer: Optimizer, options: ProgramOptions): Update[] {
  const { graph } = slopes.total;
  const trained = gradientsOfStep(slopes, optimizer);
  if (trained.size === 0 && graph.updates.size === 0)
    throw trainsNothing(model, unreachedBy(slopes.total, trainableParameters(graph)), frozenParameters(graph));
  const { accumulate: calls = 1 } = options;
  const whole = calls === 1 ? undefined : accumulate(model, slopes.total, trained, calls);
  const layers = new Set(graph.updates.keys());
  const parameters = optimizerUpdates(graph, whole?.gradients ?? trained, optimizer, options);
  const states = [...graph.updates].map(([target, value]) => ({ target, value }));
  const count = { target: build.state(graph, counters.step, "i32", []), value: nextStep(graph) };
  if (!whole) return [...parameters, ...states, count];
  // The states of layers change in every call, what the optimizer writes in the last alone.
  const inLast = (shape: Node["shape"]) => broadcastTo("accumulate", whole.isLast, shape);
  const last = ({ target, value }: Update) => ({ target, value: layers.has(target) ? value : build.where(inLast(target.shape), value, target) });
  return [...[...parameters, ...states].map(last), ...whole.updates, count];
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
    return { ...made, warnings: [...warningsOf([noStep], error, options.allow), ...made.warnings] };
  }
}

/** The program of `declared` with the optimizer of `options`, if any. @throws GradcError as `program` */
export function withWarnings(declared: Declared, options: ProgramOptions, pipeline?: Pipeline): Trainable {
  const { program: whole, slopes } = derived(declared, options, pipeline);
  return { whole, options, warnings: warningsOf(lints, subjectOf({ declared, slopes, program: whole }), options.allow) };
}
