// A loop over an axis. Its body is defined once, over slots that stand for what one step is given; each step is a copy of it.
//
//   h_t = tanh(x_t·W + h_{t-1}·U)   =>   tanh(x_1·W + tanh(x_0·W + h_0·U)·U)
//
// Copies share what does not depend on the step, and their kernels: a further step costs calls, not code.
import { scanBody } from "../../compiler/diagnostics/definitions.ts";
import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { dynamicDimension, shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { make } from "../../compiler/ir/graph.ts";
import type { Graph, Node } from "../../compiler/ir/node.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import { withBodies } from "../../compiler/ir/walk.ts";
import * as build from "../../compiler/ops/build.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { definitionOf } from "../definition.ts";
import { currentFrame } from "../scope.ts";
import { anything, axis, checkOptions, count, flag, type Kinds } from "../settings.ts";
import { definingGraph, type Operand, read, type Tensor, tensor } from "../tensor.ts";
import { axisOf } from "./axes.ts";
import { stack } from "./movement.ts";

type Tensors = Readonly<Record<string, Tensor>>;
type Operands = Readonly<Record<string, Operand>>;
type AsTensors<T> = { readonly [name in keyof T]: Tensor };

/** What a loop runs over. */
export interface ScanOptions<Carry extends Operands, Inputs extends Tensors> {
  /** What each step hands to the next, as the first step is given it. */
  readonly carry: Carry;
  /** Sequences: each step is given one element of each, without the axis. */
  readonly inputs?: Inputs;
  /** The number of steps; the extent of `inputs` unless stated. */
  readonly length?: number;
  /** The axis of the steps in `inputs` and `outputs`; 1 where the first one is "batch", else 0, unless stated. */
  readonly dim?: number;
  /** From the last element to the first. */
  readonly reverse?: boolean;
}

/** The body of a loop: from what one step is given to what it hands on and what it gives. */
export type ScanBody<Carry extends Operands, Inputs extends Tensors, Outputs extends Tensors> = (step: {
  readonly carry: AsTensors<Carry>;
  readonly inputs: AsTensors<Inputs>;
}) => { readonly carry: { readonly [name in keyof Carry]: Operand }; readonly outputs?: Outputs };

const attempt = 'Cannot apply "ops.scan"';
const kinds: Kinds<ScanOptions<Operands, Tensors>> = { carry: anything, inputs: anything, length: count, dim: axis, reverse: flag };

/**
 * A loop (`jax.lax.scan`): `body` is called once and says how a step makes the next carry and its outputs of the carry and of one element of each
 * input. Gives the carry after the last step, and the outputs of all steps stacked along `dim`. Layers and parameters made in the body are shared by
 * all steps; random numbers are drawn anew in each. The number of steps is fixed.
 * @throws GradcError `scan-body`, `shape-mismatch`, `dynamic-dimension`, `setting-out-of-range`, `not-a-tensor`
 */
export function scan<Carry extends Operands, Inputs extends Tensors = Record<never, Tensor>, Outputs extends Tensors = Record<never, Tensor>>(
  body: ScanBody<Carry, Inputs, Outputs>,
  options: ScanOptions<Carry, Inputs>,
): { readonly carry: AsTensors<Carry>; readonly outputs: AsTensors<Outputs> } {
  checkForm(body, options);
  const graph = definingGraph(attempt);
  const start = mapped(options.carry, (value) => tensor(attempt, value));
  const sequences = mapped(options.inputs ?? {}, (value) => sequenceOf(value, options.dim));
  const length = lengthOf(Object.values(sequences), options.length);
  const loop = bodyOf(graph, body as ScanBody<Operands, Tensors, Tensors>, start, sequences);
  const order = [...Array(length).keys()];
  if (options.reverse) order.reverse();
  const { carry, outputs } = run(loop, start, sequences, order);
  const dim = options.dim;
  const stacked = mapped(outputs, (values) => stack(values, { dim: dim ?? (values[0]?.shape[0] === "batch" ? 1 : 0) }));
  return { carry, outputs: stacked } as { carry: AsTensors<Carry>; outputs: AsTensors<Outputs> };
}

function mapped<V, R>(record: Readonly<Record<string, V>>, change: (value: V, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && [null, Object.prototype].includes(Object.getPrototypeOf(value));

function checkForm(body: unknown, options: ScanOptions<Operands, Tensors>): void {
  if (typeof body !== "function") throw scanBody(`its body is ${shown(body)}`);
  checkOptions(attempt, options, kinds);
  if (!isRecord(options?.carry)) throw settingOutOfRange(attempt, "carry", shown(options?.carry), "tensors by name, such as { h }");
  const { inputs = {} } = options;
  if (!isRecord(inputs)) throw settingOutOfRange(attempt, "inputs", shown(inputs), "tensors by name, such as { x }");
}

interface Sequence {
  readonly value: Node;
  readonly axis: number;
  readonly extent: number;
}

function sequenceOf(given: Tensor, dim: number | undefined): Sequence {
  const value = read(attempt, given);
  const along = axisOf(attempt, value.shape, dim ?? (value.shape[0] === "batch" ? 1 : 0));
  const extent = value.shape[along];
  if (typeof extent !== "number") throw dynamicDimension(attempt, along, value.shape);
  return { value, axis: along, extent };
}

function lengthOf(sequences: readonly Sequence[], given: number | undefined): number {
  const [first] = sequences;
  const length = given ?? first?.extent;
  if (length === undefined) throw settingOutOfRange(attempt, "length", "nothing", "the number of steps, or inputs");
  const shapes = sequences.map(({ value }) => value.shape);
  if (sequences.some(({ extent }) => extent !== length)) throw shapeMismatch(attempt, shapes, `${length} steps along the axis of all inputs`);
  if (length === 0) throw shapeMismatch(attempt, shapes, "at least one step");
  return length;
}

const withoutAxis = ({ value, axis: along }: Sequence) => value.shape.filter((_, d) => d !== along);

/** The element of a sequence at one step. */
function elementOf(sequence: Sequence, step: number): Node {
  const { value, axis: along } = sequence;
  const start = value.shape.map((_, d) => (d === along ? step : 0));
  const one = value.shape.map((extent, d) => (d === along ? 1 : extent));
  return build.reshape(build.slice(value, start, one), withoutAxis(sequence));
}

/** A body as nodes over its slots. */
interface Loop {
  readonly carrySlots: Readonly<Record<string, Node>>;
  readonly inputSlots: Readonly<Record<string, Node>>;
  readonly next: Readonly<Record<string, Node>>;
  readonly outputs: Readonly<Record<string, Node>>;
  /** What each step computes anew, in order. */
  readonly inside: readonly Node[];
}

function bodyOf(
  graph: Graph,
  body: ScanBody<Operands, Tensors, Tensors>,
  start: Readonly<Record<string, Node>>,
  sequences: Readonly<Record<string, Sequence>>,
): Loop {
  const first = graph.nodes.length;
  const slot = (kind: string, name: string, { dtype, shape }: Pick<Node, "dtype" | "shape">): Node =>
    build.input(graph, `#${kind}.${name}.${first}`, dtype, shape);
  const carrySlots = mapped(start, (value, name) => slot("carry", name, value));
  const inputSlots = mapped(sequences, (sequence, name) => slot("element", name, { dtype: sequence.value.dtype, shape: withoutAxis(sequence) }));
  const updated = new Map(graph.updates);
  const given: unknown = body({ carry: carrySlots as Tensors, inputs: inputSlots as Tensors });
  const { carry, outputs } = checkGiven(given, Object.keys(start));
  const next = mapped(start, ({ dtype }, name) => tensor(attempt, carry[name] as Operand, dtype));
  for (const [name, value] of Object.entries(next)) checkNext(name, value, start[name] as Node);
  const results = mapped(outputs, (value) => read(attempt, value as Tensor));
  const slots = new Set([...Object.values(carrySlots), ...Object.values(inputSlots)]);
  const inside = dependents([...Object.values(next), ...Object.values(results)], slots, first);
  checkUpdates(graph, updated, slots, first);
  return { carrySlots, inputSlots, next, outputs: results, inside };
}

function checkGiven(
  given: unknown,
  names: readonly string[],
): { carry: Readonly<Record<string, unknown>>; outputs: Readonly<Record<string, unknown>> } {
  if (!isRecord(given)) throw scanBody(`its body returns ${shown(given)}`);
  const { carry, outputs = {} } = given;
  if (!isRecord(carry)) throw scanBody(`its body returns ${shown(carry)} as carry`);
  if (!isRecord(outputs)) throw scanBody(`its body returns ${shown(outputs)} as outputs`);
  const missing = names.find((name) => carry[name] === undefined);
  if (missing !== undefined) throw scanBody(`its body gives no next "${missing}"`);
  const extra = Object.keys(carry).find((name) => !names.includes(name));
  if (extra !== undefined) throw scanBody(`its body gives a next "${extra}", which nothing starts`);
  return { carry, outputs };
}

function checkNext(name: string, next: Node, start: Node): void {
  if (sameShape(next.shape, start.shape)) return;
  throw shapeMismatch(`${attempt}: the next "${name}"`, [next.shape, start.shape], "the shape of what the first step is given");
}

/** A state has one value in a step of training, not one for each step of a loop. */
function checkUpdates(graph: Graph, before: ReadonlyMap<Node, Node>, slots: ReadonlySet<Node>, first: number): void {
  for (const [target, value] of graph.updates) {
    if (before.get(target) === value || (!slots.has(value) && dependents([value], slots, first).length === 0)) continue;
    throw scanBody("its body updates a state", "hand it from step to step as a carry, and update the state with what the loop gives");
  }
}

/** The nodes of `roots` that differ from step to step: what depends on a slot, and random numbers that the body draws. */
function dependents(roots: readonly Node[], slots: ReadonlySet<Node>, first: number): Node[] {
  const found = new Set(slots);
  return withBodies(roots).filter((node) => {
    const depends = !slots.has(node) && (node.inputs.some((input) => found.has(input)) || (node.op === "random" && node.id >= first));
    if (depends) found.add(node);
    return depends;
  });
}

/** All steps in `order`, which tells the elements that they are given. */
function run(loop: Loop, start: Readonly<Record<string, Node>>, sequences: Readonly<Record<string, Sequence>>, order: readonly number[]) {
  const outputs = mapped(loop.outputs, () => new Array<Node>(order.length));
  let carry = start;
  for (const step of order) {
    const images = new Map<Node, Node>();
    for (const [name, slot] of Object.entries(loop.carrySlots)) images.set(slot, carry[name] as Node);
    for (const [name, slot] of Object.entries(loop.inputSlots)) images.set(slot, elementOf(sequences[name] as Sequence, step));
    const image = (node: Node): Node => images.get(node) ?? node;
    for (const node of loop.inside) images.set(node, copyOf(node, image, step === order[0]));
    for (const [name, value] of Object.entries(loop.outputs)) (outputs[name] as Node[])[step] = image(value);
    carry = mapped(loop.next, image);
    nameCarry(carry, step + 1);
  }
  return { carry, outputs };
}

/** Where the loop is the value of a variable, what it hands on is called by it: `loop.h_1` after the first element. */
function nameCarry(carry: Readonly<Record<string, Node>>, step: number): void {
  const frame = currentFrame();
  if (!frame?.site.direct || frame.site.name === undefined) return;
  for (const [name, node] of Object.entries(carry)) definitionOf(node.graph)?.values.push({ node, frame, part: `${name}_${step}` });
}

function copyOf(node: Node, image: (node: Node) => Node, isFirst: boolean): Node {
  const params = isOp(node, "random") && !isFirst ? { ...node.params, stream: node.graph.ordinal++ } : node.params;
  return make(node.op, node.inputs.map(image), params, node.graph, node.body.map(image));
}
