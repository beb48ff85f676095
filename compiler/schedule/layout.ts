// Layout: where the elements of every buffer lie relative to its start, one answer for all entry points.
import { type Dim, evaluate, isDynamic, type Sizes } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Shape } from "../ir/type.ts";
import { buffersOfCall, instanceOf } from "../kernel/call.ts";
import type { Buffer, Call, Layout, View } from "../kernel/kernel.ts";
import { target } from "../target.ts";
import { type Analysis, analyse, lanes } from "./legality.ts";
import { scheduledCost } from "./schedule.ts";
import { denseStrides, stridesFor } from "./strides.ts";

/** The shape of a buffer with its halo, which is of axes of known extent only. */
const spanOf = ({ shape, halo = [] }: Buffer): Shape =>
  shape.map((dim, axis) => {
    const around = (halo[axis]?.low ?? 0) + (halo[axis]?.high ?? 0);
    return around === 0 ? dim : Number(dim) + around;
  });

/** A buffer, before it those that it is a part of. */
const partsAndWholes = (buffer: Buffer): Buffer[] => [...(buffer.view ? partsAndWholes(buffer.view.of) : []), buffer];

/** What the kernels cost that touch one buffer, under the best schedule of each. */
interface Trial {
  readonly strides: Map<Buffer, readonly Dim[]>;
  readonly kernels: readonly Analysis[];
}

const costOf = ({ strides, kernels }: Trial): number => kernels.reduce((sum, analysis) => sum + scheduledCost({ analysis, layout: strides }), 0);

/** Whether the host leaves the order of elements to the compiler, and there is a choice: images and the weights of convolutions. */
const isFree = ({ kind, shape, view }: Buffer): boolean => kind !== "input" && kind !== "result" && shape.length >= 3 && view === undefined;

/** The strides of a part of a buffer, which are those of the buffer. */
function stridesOfView({ shape, view }: Buffer, of: (buffer: Buffer) => readonly Dim[]): readonly Dim[] {
  const { of: whole, axis } = view as View;
  return shape.length === whole.shape.length ? of(whole) : of(whole).filter((_, other) => other !== axis);
}

/**
 * Strides of a temporary: dense, save that rows of a length at which they come to lie in few sets of the cache are a line further apart,
 * so that a walk down a column does not push out what it has just read.
 */
function stridesOfTemporary(shape: Shape, order: readonly number[]): Dim[] {
  const { line, sets } = target.cache;
  const last = order.at(-1) ?? 0;
  const width = shape[last] ?? 1;
  const collide = shape.length > 1 && !isDynamic(width) && width > 0 && (4 * width) % ((line * sets) / 4) === 0;
  return stridesFor(collide ? shape.map((dim, axis) => (axis === last ? width + line / 4 : dim)) : shape, order);
}

/** The axes of a buffer of which there are parts, and those of which a loop takes one row in each of its steps. */
interface Parted {
  readonly axes: ReadonlySet<number>;
  readonly steps: ReadonlySet<number>;
}

function partedOf(views: readonly View[]): Parted {
  const steps = views.filter(({ loop }) => loop !== undefined);
  return { axes: new Set(views.map(({ axis }) => axis)), steps: new Set(steps.map(({ axis }) => axis)) };
}

/** Row-major, save that what a step takes of a temporary lies together; strides of parts are numbers, whose place is known before the run. */
function stridesOfWhole(buffer: Buffer, { axes, steps }: Parted, capacity: Sizes): readonly Dim[] {
  const span = spanOf(buffer);
  const isInner = (axis: number) => !steps.has(axis) || buffer.kind !== "temporary";
  const order = [...span.keys()].sort((a, b) => Number(isInner(a)) - Number(isInner(b)));
  const strides = buffer.kind === "temporary" ? stridesOfTemporary(span, order) : denseStrides(span);
  return strides.map((stride, axis) => (axes.has(axis) ? evaluate(stride, capacity) : stride));
}

/** The orders of axes that put another one last. A dynamic axis stays where it is, so that strides are numbers. */
function ordersOf({ shape }: Buffer, order: readonly number[]): number[][] {
  const movable = order.slice(0, -1).filter((axis) => !isDynamic(elementAt(shape, axis)) && Number(shape[axis]) >= lanes);
  return movable.map((axis) => [...order.filter((other) => other !== axis), axis]);
}

/** A gain below this is not worth a layout that is harder to read. */
const leastGain = 0.02;

/** Tries each order of the axes of `buffer` and keeps the cheapest. Gives the order kept. */
function improve(trial: Trial, buffer: Buffer, order: readonly number[]): readonly number[] {
  let best = { order, cost: costOf(trial) * (1 - leastGain) };
  for (const candidate of ordersOf(buffer, order)) {
    trial.strides.set(buffer, stridesFor(spanOf(buffer), candidate));
    const cost = costOf(trial);
    if (cost < best.cost) best = { order: candidate, cost };
  }
  trial.strides.set(buffer, stridesFor(spanOf(buffer), best.order));
  return best.order;
}

/** The calls that touch each of the `free` buffers. */
function usersOf(free: ReadonlySet<Buffer>, calls: readonly Call[], capacity: Sizes): Map<Buffer, Analysis[]> {
  const users = new Map<Buffer, Analysis[]>([...free].map((buffer) => [buffer, []]));
  for (const call of calls) {
    const touched = buffersOfCall(call).filter((buffer) => free.has(buffer));
    const analysis = touched.length > 0 ? analyse(instanceOf(call), capacity) : undefined;
    for (const buffer of touched) if (analysis) users.get(buffer)?.push(analysis);
  }
  return users;
}

/**
 * The layout of every buffer of `calls`, those of all entry points, and of the `declared` ones, which the host may touch.
 * Inputs and results are dense row-major. Of other buffers with three axes or more, the axis is contiguous that makes the kernels
 * cheapest: channels, in convolutions. One buffer is decided after the other, until all stay, so that neighbours can follow each other.
 */
export function layout(calls: readonly Call[], declared: readonly Buffer[], capacity: Sizes): Layout {
  const buffers = new Set([...declared, ...calls.flatMap(buffersOfCall).flatMap(partsAndWholes)]);
  const views = new Map<Buffer, View[]>();
  for (const { view } of buffers) if (view) views.set(view.of, [...(views.get(view.of) ?? []), view]);
  const strides = new Map<Buffer, readonly Dim[]>();
  const of = (buffer: Buffer): readonly Dim[] => {
    const known = strides.get(buffer);
    const found = known ?? (buffer.view ? stridesOfView(buffer, of) : stridesOfWhole(buffer, partedOf(views.get(buffer) ?? []), capacity));
    strides.set(buffer, found);
    return found;
  };
  for (const buffer of buffers) of(buffer);
  const free = [...buffers].filter((buffer) => isFree(buffer) && !views.has(buffer));
  const users = usersOf(new Set(free), calls, capacity);
  improveAll(strides, free, users);
  return strides;
}

/** The buffers that each kernel touches. */
function touchedBy(users: ReadonlyMap<Buffer, readonly Analysis[]>): Map<Analysis, Buffer[]> {
  const touched = new Map<Analysis, Buffer[]>();
  for (const [buffer, kernels] of users) for (const kernel of kernels) touched.set(kernel, [...(touched.get(kernel) ?? []), buffer]);
  return touched;
}

/** Decides each buffer after the other, and again those beside one that has changed, until all stay. Each change makes the kernels cheaper, so there is an end. */
function improveAll(strides: Trial["strides"], free: readonly Buffer[], users: ReadonlyMap<Buffer, readonly Analysis[]>): void {
  const orders = new Map<Buffer, readonly number[]>(free.map((buffer) => [buffer, [...buffer.shape.keys()]]));
  const touched = touchedBy(users);
  const open = new Set(free);
  for (const buffer of open) {
    open.delete(buffer);
    const kernels = users.get(buffer) ?? [];
    const before = orders.get(buffer) as readonly number[];
    const order = improve({ strides, kernels }, buffer, before);
    orders.set(buffer, order);
    if (order !== before) for (const other of kernels.flatMap((kernel) => touched.get(kernel) ?? [])) if (other !== buffer) open.add(other);
  }
}
