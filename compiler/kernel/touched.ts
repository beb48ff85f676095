// Which elements of buffers a kernel touches.
import { evaluate, product, type Sizes } from "../ir/dim.ts";
import type { Condition } from "./conditions.ts";
import type { Affine, Axis, Buffer } from "./kernel.ts";
import { axesOfIndex, axesOfLiteral, components, goThrough, isSo, isStatic, staticOf, valueAt } from "./points.ts";

/** A load or a store at all points of its loops where one of the conditions holds. */
export interface Touch {
  readonly buffer: Buffer;
  readonly index: readonly Affine[];
  readonly conditions: readonly Condition[];
}

/** An index along one axis of a buffer, in which one step is so many elements. */
interface Along {
  readonly index: Affine;
  readonly extent: number;
  readonly stride: number;
}

type Part = { readonly along: Along } | { readonly literal: Condition[number] };

const axesOfPart = (part: Part): Axis[] => ("along" in part ? axesOfIndex(part.along.index) : axesOfLiteral(part.literal));

function alongs({ buffer, index }: Touch, sizes: Sizes): Along[] {
  const extents = buffer.shape.map((dim) => evaluate(dim, sizes));
  return index.map((one, axis) => ({
    index: one,
    extent: extents[axis] as number,
    stride: extents.slice(axis + 1).reduce((product, extent) => product * extent, 1),
  }));
}

/** What any index can reach: all of the axes. */
const everywhere = (along: readonly Along[]): number[] =>
  along.reduce((offsets, { extent, stride }) => offsets.flatMap((offset) => Array.from({ length: extent }, (_, i) => offset + i * stride)), [0]);

/** The elements that indices which share loop variables reach, without those in a halo. */
function reached(axes: readonly Axis[], parts: readonly Part[], sizes: Sizes): number[] {
  const along = parts.flatMap((part) => ("along" in part ? [part.along] : []));
  const literals = parts.flatMap((part) => ("literal" in part ? [part.literal] : []));
  const offsets = new Set<number>();
  const done = goThrough(axes, sizes, (at) => {
    if (!literals.every((literal) => isSo(literal, at, sizes))) return;
    const places = along.map(({ index }) => valueAt(index, at, sizes));
    if (places.some((place, i) => place < 0 || place >= (along[i] as Along).extent)) return;
    offsets.add(places.reduce((sum, place, i) => sum + place * (along[i] as Along).stride, 0));
  });
  return done ? [...offsets] : everywhere(along);
}

function mark(marks: Uint8Array, touch: Touch, condition: Condition, sizes: Sizes): void {
  const along = alongs(touch, sizes);
  const parts: Part[] = [
    ...along.filter(({ index }) => isStatic(index)).map((one) => ({ along: one })),
    ...staticOf(condition).map((literal) => ({ literal })),
  ];
  const byData = along.filter(({ index }) => !isStatic(index)).map((one) => everywhere([one]));
  const lists = [...components(parts, axesOfPart).map((one) => reached(one.axes, one.parts, sizes)), ...byData];
  const walk = (depth: number, offset: number): void => {
    const list = lists[depth];
    if (!list) marks[offset] = 1;
    else for (const more of list) walk(depth + 1, offset + more);
  };
  walk(0, 0);
}

/** The most elements of one buffer that are told apart; of a larger one, all count. */
const mostElements = 2 ** 24;

function touchedOf(buffer: Buffer, touches: readonly Touch[], sizes: Sizes): number {
  const elements = evaluate(product(buffer.shape), sizes);
  if (elements > mostElements) return elements;
  const marks = new Uint8Array(elements);
  for (const touch of touches) for (const condition of touch.conditions) mark(marks, touch, condition, sizes);
  return marks.reduce((sum, one) => sum + one, 0);
}

/** The distinct elements of all buffers that are touched. An index that is read from data may reach all of its axis. */
export function distinct(touches: readonly Touch[], sizes: Sizes): number {
  const buffers = new Set(touches.map(({ buffer }) => buffer));
  const of = (buffer: Buffer) => touches.filter((touch) => touch.buffer === buffer);
  return [...buffers].reduce((sum, buffer) => sum + touchedOf(buffer, of(buffer), sizes), 0);
}
