// Runs the body of a model once, in a graph of its own, and gives everything its final name.
import { duplicateName, invalidResult, nonScalarLoss } from "../compiler/diagnostics.ts";
import type { ScalarParsers } from "../compiler/frontend/scalar/tree.ts";
import { type Graph, nameNode, withGraph } from "../compiler/ir/graph.ts";
import { isOp, type Node } from "../compiler/ir/node.ts";
import * as build from "../compiler/ops/build.ts";
import { createGraph } from "../compiler/ops/table.ts";
import { counters } from "../runtime/program.ts";
import { type Definition, startDefinition } from "./definition.ts";
import { isTensor } from "./is-tensor.ts";
import type { InputTypes, Metric, Model, Result } from "./model.ts";
import { resolveNames } from "./names.ts";
import { type Renamed, renameVariables } from "./rename.ts";
import { withoutFrames } from "./scope.ts";
import { read } from "./tensor.ts";
import { namePattern } from "./variables.ts";

/** `nn.standardize` applied to an input, by the names of its states. */
export interface StandardizedInput {
  readonly input: string;
  readonly mean: string;
  readonly deviation: string;
}

/** A definition whose body has run: one graph with final names. */
export interface Declared {
  readonly name: string;
  readonly graph: Graph;
  /** In the order of declaration. */
  readonly inputs: readonly Node<"input">[];
  readonly outputs: Readonly<Record<string, Node>>;
  readonly loss: Node | undefined;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly standardize: readonly StandardizedInput[];
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
  const result = withGraph(graph, () => withoutFrames(() => readResult(model.name, model.body(inputs))));
  return { name: model.name, parsers, ...rename(graph, definition, inputs, result) };
}

function declareInputs(graph: Graph, types: InputTypes): Record<string, Node<"input">> {
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
  readonly metrics: Readonly<Record<string, Metric>>;
}

function readResult(model: string, result: Result): Read {
  const shaped = typeof result === "object" && result !== null && typeof result.outputs === "object" && result.outputs !== null;
  if (!shaped) throw invalidResult(model, "its body returns no outputs");
  const { outputs, loss, metrics = {} } = result;
  if (Object.keys(outputs).length === 0) throw invalidResult(model, "its body returns no outputs");
  if (typeof metrics !== "object" || metrics === null) throw invalidResult(model, "its metrics are no object");
  return {
    outputs: mapEntries(outputs, (value, name) => readNamed(model, `the output "${name}"`, name, value)),
    loss: loss === undefined ? undefined : readScalar(model, "the loss", loss),
    metrics: mapEntries(metrics, (metric, name) => readMetric(model, name, metric)),
  };
}

function readNamed(model: string, what: string, name: string, value: Node): Node {
  if (!namePattern.test(name)) throw invalidResult(model, `${what} needs a name of letters, digits, "_" and "-"`);
  if (!isTensor(value)) throw invalidResult(model, `${what} is not a tensor`);
  return read(`Cannot return ${what}`, value);
}

function readScalar(model: string, what: string, value: Node): Node {
  const node = readNamed(model, what, "scalar", value);
  if (node.shape.length > 0 || node.dtype !== "f32") throw nonScalarLoss(node, what);
  return node;
}

function readMetric(model: string, name: string, metric: Metric): Metric {
  if (name === "loss" || !namePattern.test(name)) throw invalidResult(model, `a metric cannot be named "${name}"`);
  if (typeof metric !== "object" || metric === null) throw invalidResult(model, `the metric "${name}" has no sum and count`);
  const { sum, count, finish } = metric;
  const parts = {
    sum: readScalar(model, `the sum of the metric "${name}"`, sum),
    count: readScalar(model, `the count of the metric "${name}"`, count),
  };
  return finish === undefined ? parts : { ...parts, finish };
}

function rename(graph: Graph, definition: Definition, inputs: Readonly<Record<string, Node<"input">>>, result: Read) {
  const names = resolveNames(definition);
  const variables = new Map([...names.variables].map(([{ node }, name]) => [node, name]));
  for (const [node, name] of variables) if (Object.hasOwn(inputs, name)) throw duplicateName(name, [graph.declarations.get(node)?.position]);
  const metrics = Object.values(result.metrics).flatMap(({ sum, count }) => [sum, count]);
  const values = definition.values.map(({ node }) => node);
  const roots = [...Object.values(inputs), ...Object.values(result.outputs), ...(result.loss ? [result.loss] : []), ...metrics, ...values];
  const renamed = renameVariables(graph, variables, roots);
  startDefinition(renamed.graph, definition.parsers);
  const image = (node: Node) => renamed.image(node);
  const placed = {
    graph: renamed.graph,
    inputs: Object.values(inputs).map((node) => image(node) as Node<"input">),
    outputs: mapEntries(result.outputs, image),
    loss: result.loss && image(result.loss),
    metrics: mapEntries(result.metrics, (metric) => ({ ...metric, sum: image(metric.sum), count: image(metric.count) })),
    standardize: definition.standardized.map(({ input, mean, deviation }) => ({
      input: input.params.name,
      mean: variables.get(mean) as string,
      deviation: variables.get(deviation) as string,
    })),
  };
  nameValues(names.values, graph, placed, renamed);
  return placed;
}

/** Outputs and the loss take their names from the values of the same name. */
function nameValues(values: ReturnType<typeof resolveNames>["values"], graph: Graph, results: Omit<Read, "metrics">, { image }: Renamed): void {
  const taken = new Map(Object.entries(results.loss ? { ...results.outputs, loss: results.loss } : results.outputs));
  for (const [{ node }, text] of values) {
    if (taken.has(text) || isSource(node)) continue;
    nameNode(image(node), { text, position: graph.positions.get(node) });
  }
  for (const [text, node] of taken) if (!isSource(node)) nameNode(node, { text, position: node.graph.positions.get(node) });
}

const isSource = (node: Node): boolean => isOp(node, "input") || isOp(node, "parameter") || isOp(node, "state");

const mapEntries = <A, B>(record: Readonly<Record<string, A>>, image: (value: A, name: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, image(value, name)]));
