// Runs the body of a model once, in a graph of its own, and gives everything its final name.

import { duplicateName, inMetric, invalidResult, scanBody } from "../compiler/diagnostics/definitions.ts";
import { nonScalarLoss, ownGradient } from "../compiler/diagnostics/gradients.ts";
import { located } from "../compiler/diagnostics/places.ts";
import { shown } from "../compiler/diagnostics/settings.ts";
import type { ScalarParsers } from "../compiler/frontend/scalar/parsers.ts";
import { giveLayer, givePart, nameNode, withGraph } from "../compiler/ir/graph.ts";
import type { Graph, InputNode, Node, Position } from "../compiler/ir/node.ts";
import { withoutBodies } from "../compiler/ir/walk.ts";
import * as build from "../compiler/ops/build.ts";
import { createGraph, isOp } from "../compiler/ops/table.ts";
import * as counters from "../runtime/counters.ts";
import { GradcError } from "../runtime/error.ts";
import type { Head } from "../runtime/program.ts";
import { assignedBy, differentiatedIn } from "./assigned.ts";
import {
  type AppliedScalar,
  type Compared,
  type Definition,
  type Item,
  type LayerValue,
  layerKindOf,
  type Standardized,
  startDefinition,
} from "./definition.ts";
import { readScalar } from "./elementwise.ts";
import { binaryTargets, headsOf, type Interval } from "./heads.ts";
import { isTensor } from "./is-tensor.ts";
import { type Game, type InputTypes, type Metric, type Model, positionOf, type Result } from "./model.ts";
import { resolveNames } from "./names.ts";
import { type Renamed, renameVariables } from "./rename.ts";
import { withoutFrames } from "./scope.ts";
import { isOptions } from "./settings.ts";
import { read, type Tensor } from "./tensor.ts";
import { layerOf, namePattern } from "./variables.ts";
import { gradientOutside, isGradientSlot } from "./with-gradient.ts";

/** A loss and the globs of the parameters that it trains. */
export interface DeclaredGame {
  readonly loss: Node;
  readonly parameters: readonly string[];
  /** What its step assigns to states. */
  readonly assigned: ReadonlyMap<Node, Node>;
}

/** The loss of a definition and those of its games. */
export const lossesOf = ({ loss, games }: Pick<Read, "loss" | "games">): Node[] => [
  ...(loss ? [loss] : []),
  ...Object.values(games).map((game) => game.loss),
];

/** A definition whose body has run: one graph with final names. */
export interface Declared {
  readonly name: string;
  /** Where `model` was called. */
  readonly position: Position | undefined;
  readonly graph: Graph;
  /** In the order of declaration. */
  readonly inputs: readonly InputNode[];
  readonly outputs: Readonly<Record<string, Node>>;
  readonly loss: Node | undefined;
  readonly games: Readonly<Record<string, DeclaredGame>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** In the order of dependence. */
  readonly standardized: readonly Standardized[];
  /** The scalar functions whose results are used. */
  readonly scalars: readonly AppliedScalar[];
  /** The kind of the layer that each parameter and state is of; `parameter` and `state` for those that were declared alone. */
  readonly layers: ReadonlyMap<Node, string>;
  /** The predictions of cross-entropies that are used. */
  readonly compared: readonly Omit<Compared, "target">[];
  readonly heads: readonly Head[];
  /** Whether training normalises by the statistics of the rows alone. */
  readonly normalisesRows: boolean;
  /** Where inputs must lie that targets of a binary cross-entropy are made of. */
  readonly binary: Readonly<Record<string, Interval>>;
  /** What layers with parameters gave, in the order of the calls. */
  readonly applied: readonly LayerValue[];
  /** Named values of which there are gradients, and that nothing else needs. */
  readonly differentiated: readonly Node[];
  readonly parsers: ScalarParsers;
}

/**
 * The graph of `model`. `parsers` read the scalar functions of `elementwise`.
 * @throws GradcError `invalid-result`, `non-scalar-loss`, `duplicate-name`, and whatever the body's operations throw
 */
export function declare(model: Model, parsers: ScalarParsers): Declared {
  const graph = createGraph();
  const definition = startDefinition(graph, parsers);
  const inputs = declareInputs(graph, model.inputs);
  declareCounters(graph);
  const result = withGraph(graph, () =>
    withoutFrames(() => {
      const given = model.body(inputs);
      return placed(model, () => {
        const read = readResult(model.name, given, parsers);
        checkSlots(graph, read);
        return read;
      });
    }),
  );
  return { name: model.name, position: positionOf(model), parsers, ...rename(graph, definition, inputs, result) };
}

/**
 * Refuses values of the body of a loop where the loop is over, and of a gradient outside of it: what stands for what they are given has no value there.
 * @throws GradcError `scan-body`, `own-gradient`
 */
function checkSlots(graph: Graph, read: Read): void {
  const sums = Object.values(read.metrics).flatMap(({ sum, count }) => [sum, count]);
  const roots = [...Object.values(read.outputs), ...lossesOf(read), ...sums, ...graph.updates.values()];
  if (withoutBodies(roots).some(isGradientSlot)) throw ownGradient(...gradientOutside);
  if (roots.some(({ loops }) => loops.length > 0)) throw scanBody("a value of one step is used outside of the loop", "give it as one of its outputs");
}

/** What `run` gives; an error that has no place of its own is at the declaration of the model. */
function placed<T>(model: Model, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const position = positionOf(model);
    throw position && error instanceof GradcError && !error.at ? located(error, position) : error;
  }
}

function declareInputs(graph: Graph, types: InputTypes): Record<string, InputNode> {
  return Object.fromEntries(Object.entries(types).map(([name, { dtype, shape }]) => [name, build.input(graph, name, dtype, shape)]));
}

function declareCounters(graph: Graph): void {
  for (const name of Object.values(counters)) {
    const init = name === counters.seed ? undefined : build.constant(graph, [0], [], "i32");
    graph.declarations.set(build.state(graph, name, "i32", []), { name, role: "counter", trainable: false, init });
  }
}

interface Read {
  readonly outputs: Readonly<Record<string, Node>>;
  readonly loss: Node | undefined;
  readonly games: Readonly<Record<string, Omit<DeclaredGame, "assigned">>>;
  readonly metrics: Readonly<Record<string, Metric>>;
}

function readResult(model: string, result: Result, parsers: ScalarParsers): Read {
  checkForm(model, result);
  const { outputs, loss, games = {}, metrics = {} } = result;
  return {
    outputs: mapEntries(outputs, (value, name) => readNamed(model, `the output "${name}"`, name, value)),
    loss: loss === undefined ? undefined : readNumber(model, "the loss", loss),
    games: mapEntries(games, (game, name) => readGame(model, name, game, Object.keys(metrics))),
    metrics: mapEntries(metrics, (metric, name) => readMetric(model, name, metric, parsers)),
  };
}

/** Refuses what is not `{ outputs, loss?, metrics? }`. @throws GradcError `invalid-result` */
function checkForm(model: string, result: Result): void {
  const given: unknown = result;
  if (given instanceof Promise) {
    // Its own failure would end the process, and says nothing more.
    given.catch(() => undefined);
    throw invalidResult(model, "its body gives a promise", "a body cannot be async: load what it needs before it is called");
  }
  if (!isOptions(given)) throw invalidResult(model, `its body returns ${shown(given)}`);
  const { outputs, metrics = {}, games = {}, ...others } = given;
  if (isTensor(outputs)) throw invalidResult(model, "its outputs are one tensor", "give each output a name: write { outputs: { out } }");
  if (!isOptions(outputs) || Object.keys(outputs).length === 0) throw invalidResult(model, "its body returns no outputs");
  if (!isOptions(metrics)) throw invalidResult(model, "its metrics are no object");
  if (!isOptions(games)) throw invalidResult(model, "its games are no object", gameHelp);
  const [odd] = Object.keys(others).filter((name) => name !== "loss");
  if (odd !== undefined) throw invalidResult(model, `its body returns "${odd}" beside outputs, loss, games and metrics`);
}

function readNamed(model: string, what: string, name: string, value: Node): Node {
  if (!namePattern.test(name)) throw invalidResult(model, `${what} needs a name of letters, digits, "_" and "-"`);
  if (typeof value === "function") throw invalidResult(model, `${what} is a function`, "apply the layer to a tensor: nn.linear(5)(x)");
  if (!isTensor(value)) throw invalidResult(model, `${what} is not a tensor`);
  return read(`Cannot return ${what}`, value);
}

function readNumber(model: string, what: string, value: Node): Node {
  const node = readNamed(model, what, "scalar", value);
  if (node.shape.length > 0 || node.dtype !== "f32") throw nonScalarLoss(node, `${what} of "${model}"`);
  return node;
}

const gameHelp = 'return { outputs, games: { critic: { loss, parameters: ["critic.*"] }, ... } } from the body';

function readGame(model: string, name: string, game: Game, metrics: readonly string[]): Omit<DeclaredGame, "assigned"> {
  if (name === "loss" || metrics.includes(name) || !namePattern.test(name)) throw invalidResult(model, `a game cannot be named "${name}"`);
  if (!isOptions(game) || isTensor(game)) throw invalidResult(model, `the game "${name}" is ${shown(game)}, not { loss, parameters }`, gameHelp);
  const { loss, parameters, ...others } = game;
  const [odd] = Object.keys(others);
  if (odd !== undefined) throw invalidResult(model, `the game "${name}" has "${odd}" beside loss and parameters`, gameHelp);
  const globs: unknown = [parameters].flat();
  const fits = Array.isArray(globs) && globs.length > 0 && globs.every((glob) => typeof glob === "string");
  if (!fits) throw invalidResult(model, `the game "${name}" trains ${shown(parameters)}, not names of parameters`, gameHelp);
  return { loss: readNumber(model, `the loss of the game "${name}"`, loss), parameters: globs };
}

/** A metric: one number or, with axes of known extents, several. */
function readNumbers(model: string, what: string, value: Node): Node {
  const node = readNamed(model, what, "tensor", value);
  return node.shape.every((dim) => typeof dim === "number") && node.dtype === "f32" ? node : readNumber(model, what, value);
}

function readMetric(model: string, name: string, metric: Tensor | Metric, parsers: ScalarParsers): Metric {
  if (name === "loss" || !namePattern.test(name)) throw invalidResult(model, `a metric cannot be named "${name}"`);
  if (isTensor(metric)) return { sum: readNumbers(model, `the metric "${name}"`, metric), count: build.constant(metric.graph, [1]) };
  if (!isOptions(metric)) throw invalidResult(model, `the metric "${name}" is neither a tensor nor { sum, count }`);
  const { sum, count, finish } = metric;
  if (finish !== undefined) checkFinish(model, name, finish, parsers);
  const parts = {
    sum: readNumber(model, `the sum of the metric "${name}"`, sum),
    count: readNumber(model, `the count of the metric "${name}"`, count),
  };
  return finish === undefined ? parts : { ...parts, finish };
}

/** Refuses a `finish` that is no formula of one variable; the error names the metric. */
function checkFinish(model: string, metric: string, finish: unknown, parsers: ScalarParsers): void {
  if (typeof finish !== "string")
    throw invalidResult(model, `the "finish" of the metric "${metric}" is ${shown(finish)}, not a formula such as "sqrt(x)"`);
  try {
    readScalar(finish, {}, 1, parsers);
  } catch (error) {
    throw error instanceof GradcError ? inMetric(error, metric, model) : error;
  }
}

function rename(graph: Graph, definition: Definition, inputs: Readonly<Record<string, InputNode>>, result: Read) {
  const names = resolveNames(definition);
  const variables = new Map([...names.variables].map(([{ node }, name]) => [node, name]));
  for (const [node, name] of variables) if (Object.hasOwn(inputs, name)) throw duplicateName(name, [graph.declarations.get(node)?.position]);
  const metrics = Object.values(result.metrics).flatMap(({ sum, count }) => [sum, count]);
  const values = [...definition.values.map(({ node }) => node), ...definition.standardized.map(({ value }) => value)];
  const assigned = mapEntries(result.games, ({ loss }) => assignedBy(loss, definition));
  const states = Object.values(assigned).flatMap((own) => [...own.values()]);
  const roots = [...Object.values(inputs), ...Object.values(result.outputs), ...lossesOf(result), ...metrics, ...values, ...states];
  const renamed = renameVariables(graph, variables, roots);
  startDefinition(renamed.graph, definition.parsers);
  const image = (node: Node) => renamed.image(node);
  const declared = {
    graph: renamed.graph,
    inputs: Object.values(inputs).map((node) => image(node) as InputNode),
    outputs: mapEntries(result.outputs, image),
    loss: result.loss && image(result.loss),
    games: mapEntries(result.games, ({ loss, parameters }, game) => ({
      ...{ loss: image(loss), parameters },
      assigned: mapNodes(assigned[game] as ReadonlyMap<Node, Node>, image),
    })),
    scalars: definition.scalars.flatMap((scalar) => (renamed.has(scalar.result) ? [{ ...scalar, result: image(scalar.result) }] : [])),
    metrics: mapEntries(result.metrics, (metric) => ({ ...metric, sum: image(metric.sum), count: image(metric.count) })),
    standardized: definition.standardized
      .map(({ value, mean, deviation }) => ({ value: image(value), mean: image(mean), deviation: image(deviation) }))
      // A value comes after the values that its own is made of.
      .sort((a, b) => a.value.id - b.value.id),
    layers: new Map(definition.variables.map(({ node, item }) => [image(node), layerKindOf(item)])),
    compared: definition.compared.flatMap(({ prediction, link }) => (renamed.has(prediction) ? [{ prediction: image(prediction), link }] : [])),
    applied: layerValues(definition, names, renamed),
    differentiated: differentiatedIn([...Object.values(result.outputs), ...lossesOf(result), ...metrics], definition).map(image),
    heads: withGraph(graph, () => headsOf(definition, result.outputs)),
    binary: binaryTargets(definition),
    normalisesRows: definition.normalisesRows,
  };
  nameValues(names.values, graph, declared, renamed);
  nameLayers(definition, names, renamed);
  return declared;
}

/** The names of the layers that have parameters. */
const namesOfLayers = ({ variables }: ReturnType<typeof resolveNames>): Map<Item, string> =>
  new Map([...variables].flatMap(([{ node, item }, name]) => (isOp(node, "parameter") ? [[item, layerOf(name)] as const] : [])));

/** Says of each value which layer gave it, or which step of a sequence, or what a loss calls it. */
function nameLayers({ applied, parts, layerParts, layerValues }: Definition, names: ReturnType<typeof resolveNames>, { has, image }: Renamed): void {
  const named = namesOfLayers(names);
  // Below a whole stand its steps: `net` of `net.0`.
  const wholes = new Map<Item, string>();
  for (const [{ owner }, name] of named)
    for (let [part, at] = [owner, name]; part?.segment !== undefined; part = part.item.owner) {
      at = at.slice(0, -part.segment.length - 1);
      wholes.set(part.item, at);
    }
  for (const { item, value } of applied) {
    const whole = item.owner && wholes.get(item.owner.item);
    const name = named.get(item) ?? (whole === undefined ? undefined : `${whole}.${item.owner?.segment}`);
    if (name !== undefined && has(value)) giveLayer(image(value), name);
  }
  for (const { value, name } of parts) if (has(value)) giveLayer(image(value), name);
  const itemNames = new Map([...names.variables].map(([{ item, suffix }, name]) => [item, name.slice(0, -suffix.length - 1)]));
  const ofValues = new Map([...names.values].map(([{ node }, name]) => [node, name]));
  for (const { value, letter, hasError, within } of layerParts) {
    if (!has(value)) continue;
    const layer = within && (itemNames.get(within.item) ?? within.given.map((node) => ofValues.get(node)).find((name) => name !== undefined));
    givePart(image(value), { name: layer === undefined ? letter : `${letter}.${layer}`, hasError });
  }
  for (const { value, name, item } of layerValues) {
    const layer = item && itemNames.get(item);
    if (layer !== undefined && has(value)) nameNode(image(value), { text: `${layer}.${name}` });
  }
}

/** What each layer with parameters gave, in the order of the calls. */
function layerValues({ applied }: Definition, names: ReturnType<typeof resolveNames>, { has, image }: Renamed): LayerValue[] {
  const named = namesOfLayers(names);
  return applied.flatMap(({ item, value }) => {
    const layer = named.get(item);
    return layer !== undefined && has(value) ? [{ layer, value: image(value) }] : [];
  });
}

/** Outputs and losses take their names from the values of the same name. */
function nameValues(values: ReturnType<typeof resolveNames>["values"], graph: Graph, results: Omit<Read, "metrics">, { image }: Renamed): void {
  const losses = mapEntries(results.games, ({ loss }) => loss);
  const taken = new Map(Object.entries({ ...losses, ...results.outputs, ...(results.loss && { loss: results.loss }) }));
  for (const [{ node }, text] of values) {
    if (taken.has(text) || isSource(node)) continue;
    nameNode(image(node), { text, position: graph.positions.get(node) });
  }
  for (const [text, node] of taken) if (!isSource(node)) nameNode(node, { text, position: node.graph.positions.get(node) });
}

const isSource = (node: Node): boolean => isOp(node, "input") || isOp(node, "parameter") || isOp(node, "state");

/** A map of nodes in another graph, or in another form. */
export const mapNodes = (nodes: ReadonlyMap<Node, Node>, image: (node: Node) => Node): ReadonlyMap<Node, Node> =>
  new Map([...nodes].map(([node, value]) => [image(node), image(value)]));

const mapEntries = <A, B>(record: Readonly<Record<string, A>>, image: (value: A, name: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, image(value, name)]));
