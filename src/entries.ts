// What is compiled of a definition with options: it goes to the compiler with all that only the language can say.

import { inNoGame, trainsNothing } from "../compiler/diagnostics/gradients.ts";
import { coded } from "../compiler/diagnostics/lints.ts";
import { type Derived, derive, type Objective, type Slopes, type Task } from "../compiler/entry-points.ts";
import type { Program, Result, Update } from "../compiler/ir/entry.ts";
import { withGraph } from "../compiler/ir/graph.ts";
import type { Node } from "../compiler/ir/node.ts";
import { withoutBodies } from "../compiler/ir/walk.ts";
import * as build from "../compiler/ops/build.ts";
import { Pipeline } from "../compiler/pipeline/pipeline.ts";
import { GradcError } from "../runtime/error.ts";
import { accumulate } from "./accumulate.ts";
import { checkOptions, type ProgramOptions } from "./compile-options.ts";
import { type Declared, lossesOf, mapNodes } from "./declare.ts";
import type { LayerValue } from "./definition.ts";
import { elementwise } from "./elementwise.ts";
import { declareCounter, type Player, playersOf } from "./games.ts";
import { deadParameter } from "./lints/dead-parameter.ts";
import { lints } from "./lints/index.ts";
import { subjectOf, warningsOf } from "./lints/lint.ts";
import { noStep } from "./lints/no-step.ts";
import { scalar } from "./ops/scalar.ts";
import type { Optimizer } from "./optim/optimizer.ts";
import { checkStandardized, preparationEntries } from "./preparation.ts";
import { countIn, gradientsOfStep, nextStep, optimizerUpdates } from "./step.ts";
import { broadcastTo } from "./tensor.ts";
import { checkWithoutLoss, freezeParameters, namedNodes, parametersOf, penalised, trainableParameters } from "./training.ts";
import { frozenParameters, unreachedBy } from "./unreached.ts";
import { watched } from "./watch.ts";

/**
 * The entry points of `declared`: `init`, `predict` and those that prepare `nn.standardize`, with a loss also `gradients` and `evaluate`, with an optimizer also `step`. Optimizer
 * states, hyper-parameters and sums are added to the graph of `declared`, which belongs to this program from now on.
 * @throws GradcError `setting-out-of-range`, `missing-loss`, `unknown-name`, `no-gradient`, `duplicate-name`, `standardize-of-parameter`,
 *   `standardize-mixes-rows`
 */
export const program = (declared: Declared, options?: ProgramOptions, pipeline?: Pipeline): Program => derived(declared, options, pipeline).program;

function derived(declared: Declared, options: ProgramOptions = {}, pipeline = new Pipeline()): Derived {
  const { name, graph, inputs } = declared;
  checkOptions(name, options);
  const dynamic = inputs.some(({ shape }) => shape[0] === "batch");
  const shell = { name, graph, inputs, capacity: dynamic ? { batch: options.batch ?? 64 } : {} };
  return withGraph(graph, () => {
    freezeParameters(graph, options.freeze);
    const players = playersOf(declared, options);
    if (players.length === 0) checkWithoutLoss(name, options);
    const aims = players.map((player) => aimOf(declared, player, options));
    return derive({ shell, ...taskOf(declared, aims, options.watch) }, pipeline);
  });
}

/** What is trained, before all is in its stable form, as what its step assigns to states of layers has to be. */
interface Aim extends Omit<Objective, "step" | "watch"> {
  readonly step: ((slopes: Slopes, assigned: ReadonlyMap<Node, Node>) => readonly Update[]) | undefined;
}

function aimOf(declared: Declared, player: Player, { penalties, wrt, ...options }: ProgramOptions): Aim {
  const { name, graph } = declared;
  const { game, loss, parameters, optimizer, assigned } = player;
  const named = wrt && game === undefined ? namedNodes(graph, loss, wrt) : undefined;
  if (optimizer) checkStandardized(declared);
  if (optimizer && game !== undefined) declareCounter(loss, game);
  const step = optimizer && ((slopes: Slopes, states: Aim["assigned"]) => stepOf(name, slopes, states, { ...options, optimizer }));
  const total = penalised(loss, penalties, game === undefined ? undefined : parameters);
  return { game, loss, total, parameters, wrt: named, minimum: declared.normalisesRows ? 2 : 1, step, assigned };
}

function taskOf(declared: Declared, aims: readonly Aim[], watch = false): Omit<Task, "shell"> {
  const { graph, outputs, metrics, standardized } = declared;
  const kept = aims.flatMap(({ wrt }) => [...(wrt?.values() ?? [])]);
  const sums = Object.values(metrics).flatMap(({ sum, count }) => [sum, count]);
  const losses = aims.flatMap(({ loss, total }) => [loss, total]);
  const applied = watch ? appliedFor(declared, losses) : [];
  return {
    roots: [
      ...Object.values(outputs),
      ...losses,
      ...sums,
      ...graph.updates.values(),
      ...aims.flatMap(({ assigned }) => [...assigned.values()]),
      ...standardized.map(({ value }) => value),
      ...kept,
      ...applied.map(({ value }) => value),
    ],
    kept,
    differentiated: declared.differentiated,
    model: (image) => ({
      outputs: Object.entries(outputs).map(([name, node]) => ({ name, node: image(node) })),
      metrics: Object.entries(metrics).map(([name, { sum, count, finish }]) => metricResult(name, image(sum), image(count), finish)),
      objectives: aims.map((aim) => ({
        ...objectiveOf(aim, image),
        ...(watch && { watch: (slopes: Slopes) => watched(slopes, imagesOf(applied, image)) }),
      })),
      preparations: () => preparationEntries(declared, image),
    }),
  };
}

/** What is trained, in its stable form. */
function objectiveOf({ assigned, step, ...aim }: Aim, image: (node: Node) => Node): Objective {
  const states = mapNodes(assigned, image);
  return {
    ...aim,
    assigned: states,
    loss: image(aim.loss),
    total: image(aim.total),
    wrt: aim.wrt && new Map([...aim.wrt].map(([name, node]) => [name, image(node)])),
    step: step && ((slopes) => step(slopes, states)),
  };
}

/** What layers gave that the losses see: nothing of the body of a loop, which has a value in each of its steps. */
function appliedFor({ applied }: Declared, losses: readonly Node[]): readonly LayerValue[] {
  const reached = new Set(withoutBodies(losses));
  return applied.filter(({ value }) => reached.has(value));
}

const imagesOf = (applied: readonly LayerValue[], image: (node: Node) => Node): LayerValue[] =>
  applied.map(({ layer, value }) => ({ layer, value: image(value) }));

function metricResult(name: string, sum: Node, count: Node, finish: string | undefined): Result {
  const mean = scalar.div(sum, count);
  return { name, node: finish === undefined ? mean : elementwise(finish)(mean) };
}

type StepOptions = ProgramOptions & { readonly optimizer: Optimizer };

/** What a step writes: parameters, states, of layers those of `layers`, and the number of the step, of a game that of its own too. */
function stepOf(model: string, slopes: Slopes, layers: Aim["assigned"], options: StepOptions): Update[] {
  const { total, game, parameters } = slopes;
  const { graph } = total;
  const { optimizer } = options;
  const before = new Set(graph.updates.keys());
  const named = game === undefined ? [...parametersOf(graph).values()] : parameters;
  const trained = gradientsOfStep(slopes, named, optimizer);
  if (trained.size === 0 && layers.size === 0)
    throw trainsNothing(model, game, unreachedBy(total, parameters), game === undefined ? frozenParameters(graph) : []);
  const { accumulate: calls = 1 } = options;
  const whole = calls === 1 ? undefined : accumulate(model, slopes, trained, calls);
  const changed = optimizerUpdates({ graph, game, parameters: named }, whole?.gradients ?? trained, optimizer, options);
  // Beside them stand the states that the optimizer has assigned just now.
  const states = [...layers, ...[...graph.updates].filter(([target]) => !before.has(target))].map(([target, value]) => ({ target, value }));
  const counts = [...new Set([undefined, game])].map((of) => ({ target: countIn(graph, of), value: nextStep(graph, of) }));
  if (!whole) return [...changed, ...states, ...counts];
  // The states of layers change in every call, what the optimizer writes in the last alone.
  const inLast = (shape: Node["shape"]) => broadcastTo("accumulate", whole.isLast, shape);
  const last = ({ target, value }: Update) => ({ target, value: layers.has(target) ? value : build.where(inLast(target.shape), value, target) });
  return [...[...changed, ...states].map(last), ...whole.updates, ...counts];
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
    return withWarnings(declared, lossesOf(declared).length > 0 ? { ...options, optimizer } : options, pipeline);
  } catch (error) {
    if (!(error instanceof GradcError && error.code === "no-gradient")) throw error;
    const made = withWarnings(declared, options, pipeline);
    return { ...made, warnings: [...warningsOf([noStep], error, options.allow), ...made.warnings] };
  }
}

/** The program of `declared` with the optimizer of `options`, if any. @throws GradcError as `program` */
export function withWarnings(declared: Declared, options: ProgramOptions, pipeline?: Pipeline): Trainable {
  const { program: whole, slopes } = derived(declared, options, pipeline);
  return { whole, options, warnings: [...new Set(definitionWarnings(declared, whole, slopes, options.allow))] };
}

/** The warnings about a definition: with games those about each of them, as if its loss were that of the model, and about what none of them trains. */
function definitionWarnings(declared: Declared, whole: Program, slopes: readonly Slopes[], allow: readonly string[] = []): string[] {
  const about = (one: Declared, own: Slopes | undefined) => warningsOf(lints, subjectOf({ declared: one, slopes: own, program: whole }), allow);
  if (Object.keys(declared.games).length === 0) return about(declared, slopes[0]);
  const trained = new Set(slopes.flatMap(({ game, parameters }) => (game === undefined ? [] : parameters)));
  const left = trainableParameters(declared.graph).filter((node) => !trained.has(node));
  const games = slopes.filter(({ game }) => game !== undefined);
  const isSaid = left.length > 0 && !allow.includes(deadParameter.code);
  return [...games.flatMap((own) => about({ ...declared, loss: own.total }, own)), ...(isSaid ? [coded(deadParameter.code, inNoGame(left))] : [])];
}
