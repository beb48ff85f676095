// Tensors of the reference interpreter.
import type { Dtype } from "../ir/type.ts";
import type { Value } from "./op.ts";

/** Number of elements of `shape`. */
export const count = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** Calls `visit` with every index of `shape` in row-major order. The index is one array that is overwritten. */
export function forEachIndex(shape: readonly number[], visit: (index: readonly number[], position: number) => void): void {
  const index = shape.map(() => 0);
  const elements = count(shape);
  for (let position = 0; position < elements; position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
}

/** The tensor whose element at `index` is `element(index, position)`, `position` being row-major. */
export function tabulate(dtype: Dtype, shape: readonly number[], element: (index: readonly number[], position: number) => number): Value {
  const data = new Float64Array(count(shape));
  forEachIndex(shape, (index, position) => {
    data[position] = element(index, position);
  });
  return { dtype, shape, data };
}

/** The row-major position of `index` in `shape`. */
export const positionOf = (shape: readonly number[], index: readonly number[]): number =>
  shape.reduce((position, extent, axis) => position * extent + (index[axis] as number), 0);

/** The element of `x` at `index`. */
export const at = (x: Value, index: readonly number[]): number => x.data[positionOf(x.shape, index)] as number;

/** `list` with the element at `axis` replaced. */
export const replaced = <T>(list: readonly T[], axis: number, item: T): T[] => list.map((old, i) => (i === axis ? item : old));
