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
import { type TiedAxes, tiedAxes } from "./tied-axes.ts";

/** The shape of a buffer with its halo, which is of axes of known extent only. */
const spanOf = ({ shape, halo = [] }: Buffer): Shape =>
  shape.map((dim, axis) => {
    const around = (halo[axis]?.low ?? 0) + (halo[axis]?.high ?? 0);
    return around === 0 ? dim : Number(dim) + around;
  });

/** A buffer, before it those that it is a part of. */
const partsAndWholes = (buffer: Buffer): Buffer[] => [...(buffer.view ? partsAndWholes(buffer.view.of) : []), buffer];

/** The orders of axes so far, and what they are tried on. */
interface Search {
  readonly strides: Map<Buffer, readonly Dim[]>;
  readonly orders: Map<Buffer, readonly number[]>;
  /** The kernels that touch each buffer, and the buffers that each kernel touches. */
  readonly users: ReadonlyMap<Buffer, readonly Analysis[]>;
  readonly touched: ReadonlyMap<Analysis, readonly Buffer[]>;
  /** What kernels cost, by the strides of the buffers that they touch. */
  readonly known: Map<Analysis, Map<string, number>>;
}

/** What one kernel costs under its best schedule. */
function costOfOne({ strides, touched, known }: Search, analysis: Analysis): number {
  const costs = known.get(analysis) ?? new Map<string, number>();
  known.set(analysis, costs);
  const key = (touched.get(analysis) ?? []).map((buffer) => strides.get(buffer)?.join()).join(";");
  const cost = costs.get(key) ?? scheduledCost({ analysis, layout: strides });
  costs.set(key, cost);
  return cost;
}

const costOf = (search: Search, kernels: readonly Analysis[]): number => kernels.reduce((sum, analysis) => sum + costOfOne(search, analysis), 0);

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
function improve(search: Search, buffer: Buffer, kernels: readonly Analysis[]): readonly number[] {
  const { strides, orders } = search;
  const order = orders.get(buffer) as readonly number[];
  let best = { order, cost: costOf(search, kernels) * (1 - leastGain) };
  for (const candidate of ordersOf(buffer, order)) {
    strides.set(buffer, stridesFor(spanOf(buffer), candidate));
    const cost = costOf(search, kernels);
    if (cost < best.cost) best = { order: candidate, cost };
  }
  strides.set(buffer, stridesFor(spanOf(buffer), best.order));
  orders.set(buffer, best.order);
  return best.order;
}

/** The fewest rows that layouts are compared for, so that modules for a few rows add up in the order of those for more. */
const leastRows = 16;

const withRows = (capacity: Sizes): Sizes => Object.fromEntries(Object.entries(capacity).map(([name, rows]) => [name, Math.max(rows, leastRows)]));

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
 * cheapest: channels, in convolutions. One buffer is decided after the other, until all stay, so that neighbours can follow each other, and then all of
 * which loops walk the same axis, where one alone would be no cheaper.
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
  const users = usersOf(new Set(free), calls, withRows(capacity));
  improveAll(strides, free, users);
  return strides;
}

/** The buffers that each kernel touches. */
function touchedBy(users: ReadonlyMap<Buffer, readonly Analysis[]>): Map<Analysis, Buffer[]> {
  const touched = new Map<Analysis, Buffer[]>();
  for (const [buffer, kernels] of users) for (const kernel of kernels) touched.set(kernel, [...(touched.get(kernel) ?? []), buffer]);
  return touched;
}

/** Decides each of the buffers after the other, and again those beside one that has changed, until all stay. Each change makes the kernels cheaper, so there is an end. */
function improveEach(search: Search, buffers: Iterable<Buffer>): void {
  const { orders, users, touched } = search;
  const open = new Set(buffers);
  for (const buffer of open) {
    open.delete(buffer);
    const kernels = users.get(buffer) ?? [];
    const before = orders.get(buffer);
    if (improve(search, buffer, kernels) !== before)
      for (const other of kernels.flatMap((kernel) => touched.get(kernel) ?? [])) if (other !== buffer) open.add(other);
  }
}

/** The orders that put axes last which loops walk together. */
const ordersTogether = ({ orders }: Search, axes: TiedAxes): [Buffer, readonly number[]][] =>
  [...axes].flatMap(([buffer, axis]): [Buffer, readonly number[]][] => {
    const order = ordersOf(buffer, orders.get(buffer) as readonly number[]).find((one) => one.at(-1) === axis);
    return order ? [[buffer, order]] : [];
  });

/** Puts `axes` last in all of their buffers at once, where that is cheaper, and decides each buffer beside them again. */
function improveTogether(search: Search, axes: TiedAxes): void {
  const { strides, orders, users, touched } = search;
  const changes = ordersTogether(search, axes);
  const kernels = [...new Set(changes.flatMap(([buffer]) => users.get(buffer) ?? []))];
  const before = changes.map(([buffer]): [Buffer, readonly Dim[]] => [buffer, strides.get(buffer) as readonly Dim[]]);
  const most = costOf(search, kernels) * (1 - leastGain);
  for (const [buffer, order] of changes) strides.set(buffer, stridesFor(spanOf(buffer), order));
  if (costOf(search, kernels) >= most) for (const [buffer, old] of before) strides.set(buffer, old);
  else {
    for (const [buffer, order] of changes) orders.set(buffer, order);
    improveEach(search, new Set(kernels.flatMap((kernel) => touched.get(kernel) ?? [])));
  }
}

/** Decides each buffer after the other, then those together whose axes loops walk together. */
function improveAll(strides: Search["strides"], free: readonly Buffer[], users: ReadonlyMap<Buffer, readonly Analysis[]>): void {
  const orders = new Map<Buffer, readonly number[]>(free.map((buffer) => [buffer, [...buffer.shape.keys()]]));
  const search: Search = { strides, orders, users, touched: touchedBy(users), known: new Map() };
  improveEach(search, free);
  const kernels = [...search.touched.keys()].map(({ kernel }) => kernel);
  for (const axes of tiedAxes(kernels, new Set(free))) improveTogether(search, axes);
}
