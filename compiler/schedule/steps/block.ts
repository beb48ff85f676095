// A loop in blocks: what each block reads stays near while the loops inside go over it again.
//
//   parallel i < 1024 { … }   =>   parallel ib < 16 { parallel ir < 64 { …64·ib + ir… } }
//
//   parallel i < n { … }      =>   parallel ic < n by up to 512 { parallel i from ic < min(n, ic + 512) { … } }
//
// Requires: a parallel loop over all of its points; for the first form, of a known extent that the blocks divide.
// Ensures: the same values.
// Cost: linear in the loop.
import { InternalError } from "../../../runtime/error.ts";
import { along, plus } from "../../kernel/affine.ts";
import { atPoint } from "../../kernel/copy.ts";
import type { Statement, Step } from "../../kernel/kernel.ts";
import type { Loop } from "../../kernel/visit.ts";
import { inPartsOf } from "./side-by-side.ts";

/** @throws InternalError where the blocks are not all of the loop */
export function blocked(loop: Loop, { blocks, inside }: Extract<Step, { kind: "block" }>): Statement {
  if (loop.course || Number(blocks.extent) * Number(inside.extent) !== loop.axis.extent)
    throw new InternalError(`The loop "${loop.axis.name}" does not fall into blocks of ${inside.extent}`);
  const index = plus(along(blocks, Number(inside.extent)), along(inside));
  const body = atPoint(loop.body, { axis: loop.axis, index, place: (element) => element });
  return { ...loop, axis: blocks, body: [{ ...loop, axis: inside, body }] };
}

/** The loop in parts of so many points, the last of which may be shorter. */
export function divided(loop: Loop, points: number): Statement {
  const { parts, part } = inPartsOf(loop.axis, points);
  return { ...loop, ...parts, body: [{ ...loop, course: part }] };
}
