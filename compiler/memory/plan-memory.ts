// Memory plan: a fixed place for every buffer. Inputs, results, variables, constants and buffers with a halo keep theirs; other temporaries share one region, where
// two may have the same place if they are never alive together. Entry points never run together, so their temporaries always may.

import { InternalError } from "../../runtime/error.ts";
import { evaluate, type Sizes } from "../ir/dim.ts";
import { elementBytes } from "../ir/type.ts";
import { type Buffer, type Call, type EntryCalls, type Layout, type MemoryPlan, type Repeat, sharesMemory, type View } from "../kernel/kernel.ts";
import { callsOf, spansOf } from "../kernel/plan.ts";
import { overwrites } from "./overwrite.ts";

/** A vector, and what WebAssembly's v128.load is fastest on. */
const alignment = 16;

export const align = (bytes: number, to = alignment): number => Math.ceil(bytes / to) * to;

function stridesOf(buffer: Buffer, layout: Layout, capacity: Sizes): number[] {
  const strides = layout.get(buffer);
  if (!strides) throw new InternalError(`The buffer "${buffer.name}" has no layout`);
  return strides.map((stride) => evaluate(stride, capacity));
}

/** Bytes from the first to the end of the last element of `buffer` at capacity, with its halo. */
export function bytesOf(buffer: Buffer, layout: Layout, capacity: Sizes): number {
  const extents = buffer.shape.map((dim, axis) => evaluate(dim, capacity) + (buffer.halo?.[axis]?.low ?? 0) + (buffer.halo?.[axis]?.high ?? 0));
  if (extents.includes(0)) return 0;
  const strides = stridesOf(buffer, layout, capacity);
  return elementBytes[buffer.dtype] * extents.reduce((last, extent, axis) => last + (extent - 1) * (strides[axis] ?? 0), 1);
}

/** Bytes of the halo in front of the first element. */
function bytesBefore(buffer: Buffer, layout: Layout, capacity: Sizes): number {
  const strides = stridesOf(buffer, layout, capacity);
  return elementBytes[buffer.dtype] * (buffer.halo ?? []).reduce((sum, { low }, axis) => sum + low * (strides[axis] ?? 0), 0);
}

/** First and last call that touch a buffer. Calls are numbered through all entry points. */
interface Interval {
  first: number;
  last: number;
  /** The loops that it is within. */
  readonly within: readonly Repeat[];
}

/** Temporaries that have one place, with the times when one of them is alive: an interval for each entry point. */
interface Block {
  readonly buffers: Buffer[];
  readonly bytes: number;
  readonly alive: Interval[];
}

interface Placed {
  readonly block: Block;
  readonly start: number;
  readonly end: number;
}

/** When each temporary is alive. */
function lifetimes(entries: readonly EntryCalls[]): Map<Buffer, Interval[]> {
  const alive = new Map<Buffer, Interval[]>();
  let time = 0;
  for (const entry of entries) {
    for (const [buffer, { first, last, within }] of spansOf(entry)) {
      if (sharesMemory(buffer)) alive.set(buffer, [...(alive.get(buffer) ?? []), { first: time + first, last: time + last, within }]);
    }
    time += callsOf(entry).length;
  }
  return alive;
}

/** Lets the output of a kernel take the place of an input that dies there, where the kernel reads each element before it writes it. */
function joinInPlace(calls: readonly Call[], blocks: Map<Buffer, Block>, layout: Layout): void {
  calls.forEach((call, time) => {
    for (const [input, output] of overwrites(call, layout)) {
      const [from, to] = [blocks.get(input), blocks.get(output)];
      if (!from || !to || from === to || from.bytes !== to.bytes) continue;
      const [before, after] = [from.alive[0], to.alive[0]];
      if (from.alive.length !== 1 || to.alive.length !== 1 || before?.last !== time || after?.first !== time) continue;
      // What a loop is given is there in its next step too.
      if (before.within.length !== call.within.length || after.within.length !== call.within.length) continue;
      before.last = after.last;
      from.buffers.push(...to.buffers);
      for (const buffer of to.buffers) blocks.set(buffer, from);
    }
  });
}

/** Whether two blocks are alive at a time: their intervals, which are in order, are walked side by side. */
function together({ alive: ours }: Block, { alive: theirs }: Block): boolean {
  for (let i = 0, j = 0; i < ours.length && j < theirs.length; ) {
    const [one, other] = [ours[i] as Interval, theirs[j] as Interval];
    if (one.last < other.first) i++;
    else if (other.last < one.first) j++;
    else return true;
  }
  return false;
}

/**
 * The lowest place for `block` among `placed`, which are in order of their start. Looks at each of them, so that a plan takes the square of the
 * number of blocks: in training, half of the activations live beside any other, and a structure by time would have to be asked for as many.
 */
function lowestPlace(block: Block, placed: readonly Placed[], base: number): number {
  let start = base;
  for (const other of placed) {
    if (!together(block, other.block)) continue;
    if (start + block.bytes <= other.start) break;
    start = Math.max(start, align(other.end));
  }
  return start;
}

function insert(placed: Placed[], item: Placed): void {
  const at = placed.findIndex(({ start }) => start > item.start);
  placed.splice(at < 0 ? placed.length : at, 0, item);
}

/** Places blocks one after the other, the largest first, each as low as possible. */
function placeBlocks(blocks: Iterable<Block>, base: number): Placed[] {
  const placed: Placed[] = [];
  for (const block of [...blocks].sort((a, b) => b.bytes - a.bytes)) {
    const start = lowestPlace(block, placed, base);
    insert(placed, { block, start, end: start + block.bytes });
  }
  return placed;
}

function placePersistent(layout: Layout, capacity: Sizes): { offsets: Map<Buffer, number>; bytes: number } {
  const offsets = new Map<Buffer, number>();
  let bytes = 0;
  for (const buffer of layout.keys()) {
    if (sharesMemory(buffer) || buffer.view) continue;
    offsets.set(buffer, align(bytes) + bytesBefore(buffer, layout, capacity));
    bytes = align(bytes) + bytesOf(buffer, layout, capacity);
  }
  return { offsets, bytes };
}

/** Whether a part of a buffer is the same one in all steps of the loops around. */
const isSteady = ({ view }: Buffer): boolean => view === undefined || (view.loop === undefined && isSteady(view.of));

/** Where a part of a buffer begins. */
function placeInWhole(buffer: Buffer, offsets: ReadonlyMap<Buffer, number>, layout: Layout): number {
  const { view } = buffer;
  if (!view) return offsets.get(buffer) as number;
  return placeInWhole(view.of, offsets, layout) + view.start * rowBytes(view, layout);
}

/** Bytes from one row of the buffer that `view` is a part of to the next. */
export const rowBytes = ({ of, axis }: View, layout: Layout): number => elementBytes[of.dtype] * Number(layout.get(of)?.[axis]);

/**
 * The offset of every buffer of `layout` and the bytes in all, with dynamic dimensions at capacity.
 * Temporaries are placed by size, largest first, each at the lowest place that is free while it is alive (greedy by size: Pisarchyk and Lee 2020).
 */
export function planMemory(entries: readonly EntryCalls[], layout: Layout, capacity: Sizes): MemoryPlan {
  const { offsets, bytes } = placePersistent(layout, capacity);
  const blocks = new Map<Buffer, Block>();
  for (const [buffer, alive] of lifetimes(entries)) blocks.set(buffer, { buffers: [buffer], bytes: bytesOf(buffer, layout, capacity), alive });
  joinInPlace(callsOf(...entries), blocks, layout);
  const placed = placeBlocks(new Set(blocks.values()), align(bytes));
  for (const { block, start } of placed) for (const buffer of block.buffers) offsets.set(buffer, start);
  for (const buffer of layout.keys()) if (buffer.view && isSteady(buffer)) offsets.set(buffer, placeInWhole(buffer, offsets, layout));
  return { offsets, bytes: placed.reduce((most, { end }) => Math.max(most, end), bytes) };
}
