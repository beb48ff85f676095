// A loop goes around the one that holds nothing else, save for values that it computes before, which go with the one that goes inside.
//
//   parallel i { let h = …i…; parallel j { … } }   =>   parallel j { parallel i { let h = …i…; … } }
//   reduce c { reduce u { s += … } }               =>   reduce u { reduce c { s += … } }      in another order, which is that of the loops
//
// Requires: what the values are computed of is the same at all points of both loops.
import { InternalError } from "../../../runtime/error.ts";
import type { Axis, Statement } from "../../kernel/kernel.ts";
import type { Loop } from "../../kernel/visit.ts";

/** @throws InternalError where `outer` holds more than values and the loop over `axis` */
export function reordered(outer: Loop, axis: Axis): Statement {
  const inner = outer.body.at(-1);
  const values = outer.body.slice(0, -1);
  if (inner?.kind !== "loop" || inner.axis !== axis || values.some(({ kind }) => kind !== "let"))
    throw new InternalError(`The loop "${axis.name}" is not all that the one around it holds`);
  return { ...inner, body: [{ ...outer, body: [...values, ...inner.body] }] };
}
