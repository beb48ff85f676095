// A loop over an axis: its body is defined once, over slots that stand for what one step is given. See compiler/ops/loop.ts.
import { scanBody } from "../../compiler/diagnostics/definitions.ts";
import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { dynamicDimension, shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import type { Graph, Node } from "../../compiler/ir/node.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import { substitute, withBodies } from "../../compiler/ir/walk.ts";
import * as build from "../../compiler/ops/build.ts";
import { carrySlot, elementSlot, lastOf, makeLoop, stackOf, stepSlot } from "../../compiler/ops/loops.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { nameParts } from "../scope.ts";
import { anything, axis, checkOptions, count, flag, type Kinds } from "../settings.ts";
import { definingGraph, type Operand, read, type Tensor, tensor } from "../tensor.ts";
import { axisOf } from "./axes.ts";

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
  const defined = bodyOf({ graph, label: `${graph.nodes.length}` }, body as ScanBody<Operands, Tensors, Tensors>, start, sequences);
  const loop = makeLoop(graph, {
    ...{ loop: defined.label, steps: length, reverse: options.reverse ?? false, carries: Object.keys(start), starts: Object.values(start) },
    ...{ sequences: Object.values(sequences).map(stepsFirst), next: Object.values(defined.next) },
  });
  nameParts(defined.next);
  const carry = Object.fromEntries(Object.keys(start).map((name, i) => [name, lastOf(loop, i)]));
  const outputs = mapped(defined.outputs, (value) => stepsAt(stackOf(loop, value), options.dim));
  return { carry, outputs } as { carry: AsTensors<Carry>; outputs: AsTensors<Outputs> };
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

/** A sequence with the axis of its steps in front. */
const stepsFirst = ({ value, axis: along }: Sequence): Node => moved(value, along, 0);

/** What all steps give, with the axis of the steps where the user wants it. */
function stepsAt(stacked: Node, dim: number | undefined): Node {
  return moved(stacked, 0, axisOf(attempt, stacked.shape, dim ?? (stacked.shape[1] === "batch" ? 1 : 0)));
}

/** `value` with one axis at another place. */
function moved(value: Node, from: number, to: number): Node {
  const order = [...value.shape.keys()].filter((axis) => axis !== from);
  order.splice(to, 0, from);
  return from === to ? value : build.permute(value, order);
}

/** The loop that a body is of. */
interface Place {
  readonly graph: Graph;
  readonly label: string;
}

/** A body as nodes over its slots. */
interface Body {
  readonly label: string;
  readonly next: Readonly<Record<string, Node>>;
  readonly outputs: Readonly<Record<string, Node>>;
}

function bodyOf(
  { graph, label }: Place,
  body: ScanBody<Operands, Tensors, Tensors>,
  start: Readonly<Record<string, Node>>,
  sequences: Readonly<Record<string, Sequence>>,
): Body {
  const first = graph.nodes.length;
  const slots = <V>(of: Readonly<Record<string, V>>, make: (value: V, i: number, name: string) => Node) =>
    Object.fromEntries(Object.entries(of).map(([name, value], i) => [name, make(value, i, name)]));
  const updated = new Map(graph.updates);
  const given: unknown = body({
    carry: slots(start, (value, i, name) => carrySlot(graph, label, i, name, value)),
    inputs: slots(sequences, (sequence, i) => elementSlot(graph, label, i, { dtype: sequence.value.dtype, shape: withoutAxis(sequence) })),
  });
  const { carry, outputs } = checkGiven(given, Object.keys(start));
  const next = mapped(start, ({ dtype }, name) => tensor(attempt, carry[name] as Operand, dtype));
  for (const [name, value] of Object.entries(next)) checkNext(name, value, start[name] as Node);
  const results = mapped(outputs, (value) => read(attempt, value as Tensor));
  checkUpdates(graph, updated, label);
  const anew = drawnAnew({ graph, label }, first, [...Object.values(next), ...Object.values(results)]);
  return { label, next: mapped(next, anew), outputs: mapped(results, anew) };
}

/** The values of a body with the random numbers that it draws, drawn anew in each step. */
function drawnAnew({ graph, label }: Place, first: number, roots: readonly Node[]): (node: Node) => Node {
  const at = stepSlot(graph, label);
  const drawn = withBodies(roots).flatMap((node) => (node.id >= first && isOp(node, "random") ? [node] : []));
  const anew = drawn.map((node): [Node, Node] => {
    const [seed, step, ...steps] = node.inputs as [Node, Node, ...Node[]];
    return [node as Node, build.random(seed, step, node.params.stream, node.params.shape, [at, ...steps])];
  });
  const images = substitute(roots, new Map(anew));
  const image = new Map(roots.map((root, i) => [root, images[i] as Node]));
  return (node) => image.get(node) as Node;
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
function checkUpdates(graph: Graph, before: ReadonlyMap<Node, Node>, label: string): void {
  for (const [target, value] of graph.updates) {
    if (before.get(target) === value || !value.loops.includes(label)) continue;
    throw scanBody("its body updates a state", "hand it from step to step as a carry, and update the state with what the loop gives");
  }
}
