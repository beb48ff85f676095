// What: calls of different entry points that do the same on the same buffers become one call.
// Before: step.hidden, gradients.hidden, predict.hidden   After: one call, in all three.
// Requires: temporaries of one value are one buffer in all entry points. Ensures: the same calls in the same order.
// Cost: linear in the size of the kernels and the number of calls.
import { type Argument, type Call, isScalar } from "../kernel.ts";
import { signatureOf } from "../signature.ts";

/** The calls of each entry point, equal ones as one object: the first. */
export function share(entries: readonly (readonly Call[])[]): Call[][] {
  const ids = new Map<Argument, number>();
  const first = new Map<string, Call>();
  const idOf = (argument: Argument) => {
    if (isScalar(argument)) return `scalar ${argument.value}`;
    if (!ids.has(argument)) ids.set(argument, ids.size);
    return `buffer ${ids.get(argument)}`;
  };
  return entries.map((calls) =>
    calls.map((call) => {
      const key = `${signatureOf(call.kernel).text}\n${call.given.map(idOf)}`;
      const known = first.get(key) ?? call;
      first.set(key, known);
      return known;
    }),
  );
}
