// What: kernels of different entry points that do the same on the same buffers become one kernel.
// Before: step.hidden, gradients.hidden, predict.hidden   After: one kernel, called by all three.
// Requires: temporaries of one value are one buffer in all entry points. Ensures: the same kernels in the same order.
// Cost: linear in the size of the kernels.
import { type Buffer, isScalar, type Kernel } from "../kernel.ts";
import { signatureOf } from "../signature.ts";

/** The kernels of each entry point, equal ones as one object: the first. */
export function share(entries: readonly (readonly Kernel[])[]): Kernel[][] {
  const ids = new Map<Buffer, number>();
  const first = new Map<string, Kernel>();
  const idOf = (buffer: Buffer) => {
    if (!ids.has(buffer)) ids.set(buffer, ids.size);
    return `buffer ${ids.get(buffer)}`;
  };
  return entries.map((kernels) =>
    kernels.map((kernel) => {
      const { text, formals } = signatureOf(kernel);
      const key = `${text}\n${formals.map((formal) => (isScalar(formal) ? `scalar ${formal.value}` : idOf(formal)))}`;
      const known = first.get(key) ?? kernel;
      first.set(key, known);
      return known;
    }),
  );
}
