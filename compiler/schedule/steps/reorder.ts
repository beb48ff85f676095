// A loop goes around the one that holds nothing else.
//
//   parallel i { parallel j { … } }   =>   parallel j { parallel i { … } }
//   reduce c { reduce u { s += … } }  =>   reduce u { reduce c { s += … } }      in another order, which is that of the loops
import { InternalError } from "../../../runtime/error.ts";
import type { Axis, Statement } from "../../kernel/kernel.ts";
import type { Loop } from "../../kernel/visit.ts";

/** @throws InternalError where the body of `outer` is not the loop over `axis` alone */
export function reordered(outer: Loop, axis: Axis): Statement {
  const [only] = outer.body;
  if (outer.body.length !== 1 || only?.kind !== "loop" || only.axis !== axis)
    throw new InternalError(`The loop "${axis.name}" is not all that the one around it holds`);
  return { ...only, body: [{ ...outer, body: only.body }] };
}
