// Short loops of a sum go around a long one: what each iteration costs beside its terms is paid less often.
//
//   reduce c < 64 { reduce u < 3 { reduce v < 3 { s += … } } }   =>   reduce u < 3 { reduce v < 3 { reduce c < 64 { s += … } } }
//
// In convolutions these are the taps of the filter, and the channels. The order of the sum is that of the loops, whatever runs them.
import type { Kernel, Step } from "../kernel/kernel.ts";
import { type Loop, loopsOf } from "../kernel/visit.ts";
import { target } from "../target.ts";

/** The loops of a sum from `outer` down, where each is all that the one around it holds and they add up one term. */
function chainOf(outer: Loop): Loop[] {
  const [inner, ...others] = outer.body;
  if (outer.role !== "reduce" || !inner || others.length > 0) return [];
  if (inner.kind === "combine") return inner.combine === "sum" ? [outer] : [];
  const below = inner.kind === "loop" ? chainOf(inner) : [];
  return below.length > 0 ? [outer, ...below] : [];
}

const isShort = ({ axis: { extent } }: Loop): boolean => typeof extent === "number" && extent <= target.taps.most;
const isLong = ({ axis: { extent } }: Loop): boolean => typeof extent === "number" && extent >= target.taps.inside;

/** The steps that take the taps of the sums of a kernel outwards. */
export function tapsOutwards({ body }: Kernel): Extract<Step, { kind: "reorder" }>[] {
  return loopsOf(body).flatMap((loop) => {
    const [, ...taps] = chainOf(loop);
    return isLong(loop) && taps.length > 0 && taps.every(isShort) ? taps.map(({ axis }) => ({ kind: "reorder", axis }) as const) : [];
  });
}
