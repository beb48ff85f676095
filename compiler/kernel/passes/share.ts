// What: kernels of different entry points that do the same on the same buffers become one kernel.
// Before: step.hidden, gradients.hidden, predict.hidden   After: one kernel, called by all three.
// Requires: temporaries of one value are one buffer in all entry points. Ensures: the same kernels in the same order.
// Cost: linear in the size of the kernels.
import type { Buffer, Kernel } from "../kernel.ts";

const isBuffer = (value: object): value is Buffer => "kind" in value && "shape" in value && "name" in value;

// JSON has no NaN, infinities or -0.
const number = (value: number): number | string =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "-0" : String(value);

/** Text that is equal for kernels that differ in the identity of axes, locals and expressions only. */
function keyOf(kernel: Kernel, bufferIds: Map<Buffer, number>): string {
  const met = new Map<object, number>();
  return JSON.stringify(kernel.body, (_, value: unknown) => {
    if (typeof value === "number") return number(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const known = met.get(value);
    if (known !== undefined) return `#${known}`;
    met.set(value, met.size);
    if (!isBuffer(value)) return value;
    if (!bufferIds.has(value)) bufferIds.set(value, bufferIds.size);
    return `buffer ${bufferIds.get(value)}`;
  });
}

/** The kernels of each entry point, equal ones as one object: the first. */
export function share(entries: readonly (readonly Kernel[])[]): Kernel[][] {
  const bufferIds = new Map<Buffer, number>();
  const first = new Map<string, Kernel>();
  return entries.map((kernels) =>
    kernels.map((kernel) => {
      const key = keyOf(kernel, bufferIds);
      const known = first.get(key) ?? kernel;
      first.set(key, known);
      return known;
    }),
  );
}
