// A model that predicts the same for every row, made of the graph of a compiled module.
import { evaluateEntry, lookingEntries, predictEntry } from "../../compiler/entry-points.ts";
import { build, prepare } from "../../compiler/index.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import { type Entry, lookingEntry, type Program, type Result, type Shell } from "../../compiler/ir/entry.ts";
import { withGraph } from "../../compiler/ir/graph.ts";
import type { Graph, Node } from "../../compiler/ir/node.ts";
import { substitute, withBodies, withoutBodies } from "../../compiler/ir/walk.ts";
import * as ops from "../../compiler/ops/build.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { specialise } from "../../compiler/passes/specialise.ts";
import * as counters from "../../runtime/counters.ts";
import { load, type Manifest, type Net } from "../../runtime/index.ts";
import { entryNamed } from "../../runtime/program.ts";
import { type Prediction, predictionsOf, rowSize } from "./predictions.ts";

/** A model whose predictions are the variables `constant.0`, `constant.1` and so on. It takes the targets alone; other variables are as trained. */
export interface ConstantModel {
  /**
   * `evaluate` gives the loss and those metrics that the predictions and the targets determine. The outputs of `predict` are
   * `target.I.J`, the J-th value that the loss compares with the prediction I; `constant.NAME`, the output NAME of constant predictions;
   * and `perfect.J.NAME`, that output where each prediction is equal to its J-th target.
   */
  readonly net: Net;
  readonly predictions: readonly Prediction[];
  /** Parameters and states of the trained net that it reads. */
  readonly trained: readonly string[];
}

/** Rows of one call, where they have an element each, and elements of one call else. */
const mostRows = 256;
const mostElements = 2 ** 16;

/**
 * The constant model of a module's program; undefined where the loss depends on the features in another way than through
 * predictions that it compares with targets.
 */
export async function constantModel(whole: Program, manifest: Manifest): Promise<ConstantModel | undefined> {
  const made = withGraph(whole.graph, () => constantProgram(whole, manifest));
  if (!made) return undefined;
  const { program, outputs, metrics, predictions } = made;
  const { wasm } = await build(program, { purpose: { outputs, metrics, targets: [], standardize: [], profile: "exact" }, strip: true });
  return { net: await load(wasm), predictions, trained: trainedIn(program.graph) };
}

function constantProgram(whole: Program, { targets, metrics: known }: Manifest) {
  const step = entryNamed(whole.entries, "step");
  if (!step || whole.capacity.batch === undefined) return undefined;
  // What a step gives beside loss and metrics says nothing of a prediction.
  const scores = step.results.slice(0, 1 + known.length);
  const evaluated = elementAt(specialise({ ...whole, entries: [{ ...step, results: scores, training: false, updates: [] }] }).entries, 0);
  const predictions = predictionsOf(elementAt(evaluated.results, 0).node, new Set(targets));
  const replacements = new Map(predictions.map(({ node }, i) => [node, constantOf(node, i)]));
  const [loss, ...metrics] = replaced(evaluated.results, replacements).filter(({ node }) => isKnown(node, targets));
  if (predictions.length === 0 || loss?.name !== "loss") return undefined;
  const outputs = [...targetResults(predictions), ...outputResults(whole, predictions)].filter(({ node }) => isKnown(node, targets));
  const widest = Math.max(...predictions.map(({ node }) => rowSize(node.shape)));
  const batch = Math.max(1, Math.min(mostRows, Math.floor(mostElements / widest)));
  const program = programOf({ ...whole, capacity: { batch } }, [loss, ...metrics], outputs);
  return { program, outputs: outputs.map(({ name }) => name), metrics: metrics.map(({ name }) => name), predictions };
}

const constantName = (at: number): string => `constant.${at}`;

/** The variable of a prediction, the same for each row. */
function constantOf({ graph, shape }: Node, at: number): Node {
  const row = shape.slice(1) as number[];
  const variable: Node = ops.parameter(graph, constantName(at), row);
  graph.declarations.set(variable, { name: constantName(at), role: "parameter", trainable: true, init: undefined });
  return ops.broadcast(
    variable,
    shape,
    row.map((_, axis) => axis + 1),
  );
}

const replaced = (results: readonly Result[], replacements: ReadonlyMap<Node, Node>): Result[] => {
  const nodes = substitute(
    results.map(({ node }) => node),
    replacements,
  );
  return results.map(({ name }, i) => ({ name, node: elementAt(nodes, i) }));
};

/** Whether a value is the same whatever the features are. */
const isKnown = (value: Node, targets: readonly string[]): boolean =>
  withBodies([value]).every((node) => (!isOp(node, "input") || targets.includes(node.params.name)) && !isOp(node, "random"));

const targetResults = (predictions: readonly Prediction[]): Result[] =>
  predictions.flatMap(({ targets }, i) => targets.map((node, j) => ({ name: `target.${i}.${j}`, node })));

/** The outputs of constant predictions, and those of predictions that are equal to their targets. */
function outputResults(whole: Program, predictions: readonly Prediction[]): Result[] {
  const predict = entryNamed(whole.entries, "predict") as Entry;
  const nodes = predictions.map(({ node }) => node);
  const seen = inSimplestForm(whole, nodes);
  const under = (prefix: string, values: readonly (Node | undefined)[]) => {
    const replacements = new Map(values.flatMap((value, i) => (value ? [[elementAt(seen, i), value] as const] : [])));
    return replaced(predict.results, replacements).map(({ name, node }) => ({ name: `${prefix}.${name}`, node }));
  };
  const most = Math.max(...predictions.map(({ targets }) => targets.length));
  const perfect = Array.from({ length: most }, (_, j) => predictions.map(({ targets }) => (targets[j]?.dtype === "f32" ? targets[j] : undefined)));
  return [...under("constant", nodes.map(constantOf)), ...perfect.flatMap((equal, j) => under(`perfect.${j}`, equal))];
}

/** Values as they stand in the entry point `predict`. */
function inSimplestForm(whole: Program, nodes: readonly Node[]): Node[] {
  const entry = lookingEntry(
    "predict",
    nodes.map((node, i) => ({ name: `seen.${i}`, node })),
  );
  return prepare({ ...whole, entries: [entry] }).entries[0]?.results.map(({ node }) => node) ?? [];
}

/** The entry points over what they depend on: all else is forgotten. */
function programOf({ name, graph, capacity }: Program, scores: readonly Result[], outputs: readonly Result[]): Program {
  const live = new Set(withoutBodies([...scores, ...outputs].map(({ node }) => node)));
  const inputs = [...live].filter((node) => isOp(node, "input"));
  for (const [node, { role }] of graph.declarations) if (!live.has(node) && role !== "counter") graph.declarations.delete(node);
  const frame: Shell = { name, graph, inputs, capacity };
  const looking = [predictEntry(outputs), evaluateEntry(scores)].flatMap((entry) => lookingEntries(frame, entry));
  return { ...frame, entries: [zeros(graph), ...looking] };
}

/** Every variable starts at 0. */
function zeros(graph: Graph): Entry {
  const variables = [...graph.declarations].flatMap(([node, { name }]) => (name === counters.seed ? [] : [node]));
  const updates = variables.map((target) => ({ target, value: ops.fill(target, 0) }));
  return { ...lookingEntry("init", []), updates };
}

const trainedIn = (graph: Graph): string[] =>
  [...graph.declarations.values()].flatMap(({ name, role }) =>
    role === "layer" || (role === "parameter" && !name.startsWith("constant.")) ? [name] : [],
  );
