// What: calls of different entry points that do the same on the same buffers become one call.
// Before: step.hidden, gradients.hidden, predict.hidden   After: one call, in all three.
// Requires: temporaries of one value are one buffer in all entry points, and one loop is one object. Ensures: the same calls in the same order.
// Cost: linear in the size of the kernels and the number of calls.
import { type Argument, type Call, isScalar, type Repeat } from "../kernel.ts";
import { signatureOf } from "../signature.ts";

/** The calls of each entry point, equal ones as one object: the first. */
export function share(entries: readonly (readonly Call[])[]): Call[][] {
  const ids = new Map<Argument | Repeat, number>();
  const first = new Map<string, Call>();
  const numberOf = (thing: Argument | Repeat): number => {
    if (!ids.has(thing)) ids.set(thing, ids.size);
    return ids.get(thing) as number;
  };
  const idOf = (argument: Argument) => {
    if (isScalar(argument)) return `scalar ${argument.value} ${argument.loop ?? ""}`;
    return `buffer ${numberOf(argument)}`;
  };
  return entries.map((calls) =>
    calls.map((call) => {
      const key = `${signatureOf(call.kernel).text}\n${call.given.map(idOf)}\n${call.within.map(numberOf)}`;
      const known = first.get(key) ?? call;
      first.set(key, known);
      return known;
    }),
  );
}
