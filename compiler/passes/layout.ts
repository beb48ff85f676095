// Layout: where the elements of every buffer lie relative to its start, one answer for all entry points.
import { type Dim, multiply } from "../ir/dim.ts";
import type { Shape } from "../ir/type.ts";
import type { Kernel, Layout } from "../kernel/kernel.ts";
import { readsOf, writesOf } from "../kernel/visit.ts";

/** Strides in elements when the last axis of `order` is contiguous, the one before follows it, and so on. */
export function stridesFor(shape: Shape, order: readonly number[]): Dim[] {
  const strides: Dim[] = shape.map(() => 1);
  let stride: Dim = 1;
  for (const axis of [...order].reverse()) {
    strides[axis] = stride;
    stride = multiply(stride, shape[axis] as Dim);
  }
  return strides;
}

/** Strides of dense row-major content. */
export const denseStrides = (shape: Shape): Dim[] => stridesFor(shape, [...shape.keys()]);

/** The layout of every buffer of `kernels`, those of all entry points: dense row-major. */
export function layout(kernels: readonly Kernel[]): Layout {
  const buffers = new Set(kernels.flatMap((kernel) => [...readsOf(kernel), ...writesOf(kernel)]));
  return new Map([...buffers].map((buffer) => [buffer, denseStrides(buffer.shape)]));
}
