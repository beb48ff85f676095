// What the text of a graph in a module has in place of a long list of elements: where they lie in the memory that the module starts with.
//
//   memory[4096, 8, 1]   from byte 4096 on, with strides of 8 and 1 elements
import { longestText } from "./lists.ts";
import type { Node } from "./node.ts";
import type { Dtype } from "./type.ts";

/** Where elements lie in memory. */
export interface Place {
  readonly offset: number;
  /** In elements, one an axis. */
  readonly strides: readonly number[];
}

export type PlaceOf = (node: Node) => Place | undefined;

/** What stands for the elements `data` of `node`; undefined where they stand for themselves. */
export function printReference(node: Node, data: readonly number[], placeOf: PlaceOf): string | undefined {
  const place = data.length > longestText ? placeOf(node) : undefined;
  return place && `memory[${[place.offset, ...place.strides].join(", ")}]`;
}

/** What elements are read from. */
export interface Stored {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** The memory that the module starts with. */
  readonly memory?: ArrayBuffer | undefined;
}

/** The elements that `text` refers to, row-major; undefined where it is no reference, or to what is not there. */
export function readReference(text: string, { dtype, shape, memory = new ArrayBuffer() }: Stored): number[] | undefined {
  const [, list = ""] = /^memory\[(\d+(?:, \d+)*)\]$/.exec(text) ?? [];
  const [offset = 0, ...strides] = list.split(", ").map(Number);
  if (offset % 4 > 0 || strides.length === 0 || strides.length !== shape.length) return undefined;
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (offset + 4 * Math.max(count, spanOf(shape, strides)) > memory.byteLength) return undefined;
  const words = dtype === "f32" ? new Float32Array(memory, offset) : new Int32Array(memory, offset);
  return Array.from({ length: count }, (_, position) => words[placeIn(position, shape, strides)] as number);
}

/** How many elements there are from the first to the last one, those between rows included. */
export const spanOf = (extents: readonly number[], strides: readonly number[]): number =>
  extents.reduce((last, extent, axis) => last + (extent - 1) * (strides[axis] ?? 0), 1);

/** Where the element lies that is at `position` in row-major order. */
export function placeIn(position: number, extents: readonly number[], strides: readonly number[]): number {
  let [rest, place] = [position, 0];
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    const extent = extents[axis] as number;
    place += (rest % extent) * (strides[axis] as number);
    rest = Math.floor(rest / extent);
  }
  return place;
}
