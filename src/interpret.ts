// The reference values of a model: every named value and gradient, in f64, without WebAssembly.

import { unknownName } from "../compiler/diagnostics/definitions.ts";
import { shapeMismatch } from "../compiler/diagnostics/tensors.ts";
import { evaluate, type Source, valueAt } from "../compiler/interpret.ts";
import { product } from "../compiler/ir/dim.ts";
import { elementAt } from "../compiler/ir/element.ts";
import type { Program, Result } from "../compiler/ir/entry.ts";
import type { Declaration, InputNode, Node } from "../compiler/ir/node.ts";
import { formatShape } from "../compiler/ir/type.ts";
import { withoutBodies } from "../compiler/ir/walk.ts";
import type { Value } from "../compiler/ops/op.ts";
import * as counters from "../runtime/counters.ts";
import { missingInput } from "../runtime/diagnostics.ts";
import type { F32Data, I32Data } from "../runtime/index.ts";
import { type EntryName, entryNamed } from "../runtime/program.ts";
import { declareSource, type ModelSource } from "./definition-file.ts";
import { program } from "./entries.ts";
import type { InputTypes, Model } from "./model.ts";
import { checkIsOptions, checkOptions, flag, isOptions, type Kinds, oneOf, text } from "./settings.ts";
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

const kinds: Kinds<InterpretOptions> = {
  parameters: { fits: isOptions, expected: "values by name, as an object or a Map" },
  train: flag,
  round: oneOf("f32"),
  model: text,
};

/** Values of the inputs `I`: those that the outputs depend on, and all of them for loss and gradients. */
export type InterpretInputs<I extends InputTypes> = {
  // What every object has already counts as given.
  readonly [name in keyof I]?: name extends keyof typeof Object.prototype ? unknown : number | DataOf[I[name]["dtype"]];
};

interface DataOf {
  readonly f32: F32Data;
  readonly i32: I32Data;
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

/** The inputs as sources, and the number of rows that they have. @throws GradcError `unknown-name`, `shape-mismatch` */
export function readInputs({ inputs, name: model }: Program, given: Readonly<Record<string, Data>>): { sources: Sources; rows: number } {
  const sources: Sources = new Map();
  const names = inputs.map(({ params }) => params.name);
  for (const name of Object.keys(given)) if (!names.includes(name)) throw unknownName("input", name, names);
  let rows: number | undefined;
  for (const input of inputs) {
    const { name } = input.params;
    if (!Object.hasOwn(given, name) || given[name] === undefined) continue;
    const source = readInput(`Cannot read the input "${name}" of "${model}"`, input, given[name], rows);
    if (input.shape[0] === "batch") rows = elementAt(source.shape, 0);
    sources.set(name, source);
  }
  return { sources, rows: rows ?? 1 };
}

/** The data of one input, of `rows` rows where an earlier input fixed them. */
function readInput(attempt: string, { shape, dtype }: InputNode, given: Data, rows: number | undefined): Source {
  const { data, shape: own } = flatten(attempt, given);
  const isBatch = shape[0] === "batch";
  const row = (isBatch ? shape.slice(1) : shape) as readonly number[];
  const n = data.length / (product(row) as number);
  const fits = isBatch ? Number.isInteger(n) && n > 0 && (rows ?? n) === n : data.length === product(row);
  if (!fits) throw shapeMismatch(attempt, [own], formatShape(isBatch ? [rows ?? "batch", ...row] : row));
  return { dtype, shape: isBatch ? [n, ...row] : row, data };
}

/** Parameters and states: as given, else their initial values. @throws GradcError `unknown-name`, `shape-mismatch` */
export function readVariables({ graph, entries }: Program, given: ReadonlyMap<string, Data>): Sources {
  const sources: Sources = new Map([[counters.seed, { dtype: "i32", shape: [], data: [0] }]]);
  const init = entryNamed(entries, "init")?.updates ?? [];
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
    if (!known) throw unknownName("parameter or state", name, [...graph.declarations.values()].flatMap(visibleName));
    const { data: elements, shape } = flatten(`Cannot read "${name}"`, data);
    if (elements.length !== known.data.length) throw shapeMismatch(`Cannot read "${name}"`, [shape], formatShape(known.shape));
    sources.set(name, { ...known, data: elements });
  }
  return sources;
}

/** What the sources of a program hold: inputs as given, parameters and states as given or as they are at the start. */
export function sourcesOf(
  whole: Program,
  inputs: Readonly<Record<string, Data>>,
  parameters: ReadonlyMap<string, Data>,
): { readonly sources: ReadonlyMap<string, Source>; readonly rows: number } {
  const { sources, rows } = readInputs(whole, inputs);
  for (const [name, value] of readVariables(whole, parameters)) sources.set(name, value);
  return { sources, rows };
}

const visibleName = ({ name, role }: Declaration): string[] => (role === "parameter" || role === "layer" ? [name] : []);

const entriesOf = <T>(map: ReadonlyMap<string, T> | Readonly<Record<string, T>>): ReadonlyMap<string, T> =>
  map instanceof Map ? map : new Map(Object.entries(map as Record<string, T>));

/**
 * Evaluates a model on `inputs` by the reference interpreter.
 * @throws GradcError `unknown-name`, `missing-input`, and as `compile`
 */
export async function interpret<I extends InputTypes>(source: Model<I>, inputs: InterpretInputs<I>, options?: InterpretOptions): Promise<Interpreted>;
export async function interpret(source: string | URL, inputs: Readonly<Record<string, Data>>, options?: InterpretOptions): Promise<Interpreted>;
export async function interpret(source: ModelSource, inputs: object, all: InterpretOptions = {}): Promise<Interpreted> {
  checkIsOptions("Cannot interpret a model", "inputs", inputs, "data by the names of inputs, such as { x: [1, 2] }");
  checkOptions("Cannot interpret a model", all, kinds);
  const { model, ...options } = all;
  const declared = await declareSource(source, model);
  const whole = program(declared);
  // "predict" is specialised to evaluation.
  const asTrained = Object.entries(declared.outputs).map(([name, node]) => ({ name, node }));
  return interpretProgram(whole, inputs as Readonly<Record<string, Data>>, options, options.train ? asTrained : undefined);
}

const resultsOf = ({ entries }: Program, name: EntryName): readonly Result[] => entryNamed(entries, name)?.results ?? [];

/** Evaluates the program of a model and the outputs `predicted`, as `interpret`. @throws GradcError `unknown-name`, `missing-input` */
export function interpretProgram(
  whole: Program,
  inputs: Readonly<Record<string, Data>>,
  { parameters = {}, train = false, round }: Omit<InterpretOptions, "model"> = {},
  predicted: readonly Result[] = resultsOf(whole, "predict"),
): Interpreted {
  const { sources, rows } = sourcesOf(whole, inputs, entriesOf(parameters));
  const trained = resultsOf(whole, "gradients");
  const known = trained.length > 0 && whole.inputs.every(({ params }) => sources.has(params.name));
  const roots = [...predicted, ...(known ? trained : [])].map(({ node }) => node);
  for (const node of withoutBodies(roots)) if (node.op === "input" && !sources.has(inputName(node))) throw missingInput(inputName(node), "interpret");
  const values = evaluate(roots, { sizes: { batch: rows }, sources, training: train, round: round ?? "cancelled" });
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

/**
 * Computes values of the program's graph by the reference interpreter, as training sees them; those that depend on an input that is not given
 * are left out. @throws GradcError `unknown-name`, `shape-mismatch`
 */
export function shapedEvaluatorOf(whole: Program, inputs: Readonly<Record<string, Data>>, parameters: ReadonlyMap<string, Data>) {
  const { sources, rows } = readInputs(whole, inputs);
  for (const [name, value] of readVariables(whole, parameters)) sources.set(name, value);
  return (nodes: readonly Node[]): Map<Node, Value> => {
    const known = nodes.filter((root) => withoutBodies([root]).every((node) => node.op !== "input" || sources.has(inputName(node))));
    const values = evaluate(known, { sizes: { batch: rows }, sources, training: true, round: "cancelled" });
    return new Map(known.map((node) => [node, valueAt(values, node)]));
  };
}

/** The same without shapes. */
export function evaluatorOf(...program: Parameters<typeof shapedEvaluatorOf>) {
  const evaluateShaped = shapedEvaluatorOf(...program);
  return (nodes: readonly Node[]): Map<Node, Float64Array> => new Map([...evaluateShaped(nodes)].map(([node, { data }]) => [node, data]));
}

const inputName = (node: Node): string => (node.params as { name: string }).name;
