// The reference values of a model: every named value and gradient, in f64, without WebAssembly.

import { missingInput, unknownName } from "../compiler/diagnostics.ts";
import { evaluate, type Source, valueAt } from "../compiler/interpret.ts";
import type { Program } from "../compiler/ir/entry.ts";
import { topological } from "../compiler/ir/graph.ts";
import type { Node } from "../compiler/ir/node.ts";
import { counters } from "../runtime/program.ts";
import { declareSource, type ModelSource } from "./definition-file.ts";
import { program } from "./entries.ts";
import { type Data, flatten } from "./tensor.ts";

export interface InterpretOptions {
  /** Values of parameters and states by full name; the others have their initial values of seed 0. */
  readonly parameters?: ReadonlyMap<string, Data> | Readonly<Record<string, Data>>;
  /** Values as in training: dropout is in force. */
  readonly train?: boolean;
  /** `f32` rounds the result of every operation; f64 unless stated. */
  readonly round?: "f32";
  readonly model?: string;
}

/** Row-major values by name. */
export interface Interpreted {
  /** NaN for a model without a loss. */
  readonly loss: number;
  readonly outputs: ReadonlyMap<string, Float64Array>;
  /** Every value that has a name. */
  readonly values: ReadonlyMap<string, Float64Array>;
  /** The gradient of the loss with respect to each trainable parameter. */
  readonly gradients: ReadonlyMap<string, Float64Array>;
}

type Sources = Map<string, Source>;

/** The inputs as sources, and the number of rows that they have. */
function readInputs({ inputs, name: model }: Program, given: Readonly<Record<string, Data>>): { sources: Sources; rows: number } {
  const sources: Sources = new Map();
  let rows = 1;
  for (const name of Object.keys(given))
    if (!inputs.some((input) => input.params.name === name))
      throw unknownName(
        "input",
        name,
        inputs.map((input) => input.params.name),
      );
  for (const { params, shape, dtype } of inputs) {
    const data = Object.hasOwn(given, params.name) ? given[params.name] : undefined;
    if (data === undefined) continue;
    const elements = flatten(`Cannot read the input "${params.name}" of "${model}"`, data).data;
    const rowSize = shape.slice(shape[0] === "batch" ? 1 : 0).reduce<number>((size, dim) => size * (dim as number), 1);
    if (shape[0] === "batch") rows = elements.length / rowSize;
    sources.set(params.name, { dtype, shape: shape.map((dim) => (dim === "batch" ? rows : (dim as number))), data: elements });
  }
  return { sources, rows };
}

/** Parameters and states: as given, else their initial values. */
function readVariables({ graph, entries }: Program, given: ReadonlyMap<string, Data>): Sources {
  const sources: Sources = new Map([[counters.seed, { dtype: "i32", shape: [], data: [0] }]]);
  const init = entries.find(({ name }) => name === "init")?.updates ?? [];
  const initial = evaluate(
    init.map(({ value }) => value),
    { sources },
  );
  for (const { target, value } of init) {
    const { name } = graph.declarations.get(target) as { name: string };
    sources.set(name, valueAt(initial, value));
  }
  for (const [name, data] of given) {
    const known = sources.get(name);
    if (!known) throw unknownName("parameter or state", name, [...sources.keys()]);
    sources.set(name, { ...known, data: flatten(`Cannot read "${name}"`, data).data });
  }
  return sources;
}

const entriesOf = <T>(map: ReadonlyMap<string, T> | Readonly<Record<string, T>>): ReadonlyMap<string, T> =>
  map instanceof Map ? map : new Map(Object.entries(map as Record<string, T>));

/**
 * Evaluates a model on `inputs` by the reference interpreter.
 * @throws GradcError `unknown-name`, `missing-input`, and as `compile`
 */
export async function interpret(
  source: ModelSource,
  inputs: Readonly<Record<string, Data>>,
  { model, ...options }: InterpretOptions = {},
): Promise<Interpreted> {
  return interpretProgram(program(await declareSource(source, model)), inputs, options);
}

/** Evaluates the program of a model, as `interpret`. @throws GradcError `unknown-name`, `missing-input` */
export function interpretProgram(
  whole: Program,
  inputs: Readonly<Record<string, Data>>,
  { parameters = {}, train = false, round }: Omit<InterpretOptions, "model"> = {},
): Interpreted {
  const { sources, rows } = readInputs(whole, inputs);
  for (const [name, value] of readVariables(whole, entriesOf(parameters))) sources.set(name, value);
  const results = (name: string) => whole.entries.find((entry) => entry.name === name)?.results ?? [];
  const trained = results("gradients");
  const predicted = results("predict");
  const known = trained.length > 0 && whole.inputs.every(({ params }) => sources.has(params.name));
  const roots = [...predicted, ...(known ? trained : [])].map(({ node }) => node);
  for (const node of topological(roots)) if (node.op === "input" && !sources.has(inputName(node))) throw missingInput(inputName(node), "interpret");
  const values = evaluate(roots, { sizes: { batch: rows }, sources, training: train, ...(round && { round }) });
  const data = (node: Node) => valueAt(values, node).data;
  const named = [...values.keys()].flatMap((node) =>
    [...(whole.graph.names.get(node) ?? [])].map(({ text }): [string, Float64Array] => [text, data(node)]),
  );
  const [loss, ...gradients] = known ? trained : [];
  return {
    loss: loss ? (data(loss.node)[0] as number) : Number.NaN,
    outputs: new Map(predicted.map(({ name, node }) => [name, data(node)])),
    values: new Map(named),
    gradients: new Map(gradients.map(({ name, node }) => [name, data(node)])),
  };
}

const inputName = (node: Node): string => (node.params as { name: string }).name;
