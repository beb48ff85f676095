// Strides of elements that lie without gaps.
import { type Dim, multiply } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Shape } from "../ir/type.ts";

/** Strides in elements when the last axis of `order` is contiguous, the one before follows it, and so on. */
export function stridesFor(shape: Shape, order: readonly number[]): Dim[] {
  const strides: Dim[] = shape.map(() => 1);
  let stride: Dim = 1;
  for (const axis of [...order].reverse()) {
    strides[axis] = stride;
    stride = multiply(stride, elementAt(shape, axis));
  }
  return strides;
}

/** Strides of dense row-major content. */
export const denseStrides = (shape: Shape): Dim[] => stridesFor(shape, [...shape.keys()]);
