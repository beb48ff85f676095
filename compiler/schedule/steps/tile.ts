// Points of a parallel loop side by side: in the lanes of vectors, and as copies that keep several of them in registers.
//
//   parallel j < 22   =>   parallel j < 22 by 8 { unroll u < 2 { lanes l < 4 { …j + 4·u + l… } } }
//                          parallel j.2 from j < 22 by 4 { lanes l < 4 { … } }            and the last two points, or, where points may repeat,
//                          parallel j.3 from 18 < 22 by 4 { lanes l < 4 { … } }           a last vector that overlaps the one before it
//
// Requires: a parallel loop; where lanes are asked for, one that may be a vector loop.
// Ensures: the same values. Only where `mayRepeat` are points computed twice.
// Cost: linear in the loop, for each of up to three passes.
import { isDynamic } from "../../ir/dim.ts";
import type { Axis, Course, Statement } from "../../kernel/kernel.ts";
import type { Loop } from "../../kernel/visit.ts";
import { lanes } from "../legality.ts";
import { narrower, type Pass, passOf, startAt, stepOf, type Width, widthOf } from "./side-by-side.ts";

const loopOf = (loop: Loop, { axis, course, body, around }: Pass): Statement => ({ ...loop, axis, course, body: around(body) });

/** The loop in iterations of `width`, and what they leave over. */
export function tiled(loop: Loop, width: Width, mayRepeat: boolean): readonly Statement[] {
  const { extent } = loop.axis;
  return isDynamic(extent) ? openPasses(loop, width) : knownPasses(loop, width, extent, mayRepeat);
}

function openPasses(loop: Loop, width: Width): Statement[] {
  let before: Axis | undefined;
  return [width, ...narrower(width)].map((one) => {
    const course: Course = { step: stepOf(one), ...(before && { from: { after: before } }) };
    const pass = passOf(loop, one, course, before === undefined);
    before = pass.axis;
    return loopOf(loop, pass);
  });
}

/** Iterations of a known number. */
interface Part {
  readonly width: Width;
  readonly from: number;
  readonly step: number;
}

function knownPasses(loop: Loop, width: Width, extent: number, mayRepeat: boolean): Statement[] {
  const step = stepOf(width);
  const whole = extent - (extent % step);
  const parts: Part[] = [...(whole > 0 ? [{ width, from: 0, step }] : []), ...rest(width, whole, extent, mayRepeat)];
  return parts.map((part, i) => loopOf(loop, passOf(loop, part.width, { ...startAt(part.from), step: part.step }, i === 0)));
}

/** What whole iterations leave over of a known number of points, those from `from` on, as one smaller iteration. */
function rest({ isVector }: Width, from: number, extent: number, mayRepeat: boolean): Part[] {
  const vectors = isVector ? Math.floor((extent - from) / lanes) : extent - from;
  const one = widthOf(vectors, isVector);
  const single = from + stepOf(one);
  const whole: Part[] = vectors > 0 ? [{ width: one, from, step: stepOf(one) }] : [];
  if (single === extent) return whole;
  if (!mayRepeat || extent < lanes) return [...whole, { width: widthOf(extent - single, false), from: single, step: extent - single }];
  const last = extent - lanes;
  if (vectors !== 1) return [...whole, { width: widthOf(1, true), from: last, step: lanes }];
  return [{ width: { copies: 2, apart: last - from, isVector }, from, step: extent - from }];
}
