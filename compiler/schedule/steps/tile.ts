// Points of a parallel loop side by side: in the lanes of vectors, and as copies that keep several of them in registers.
//
//   parallel j < 22   =>   parallel j < 22 by 8 { unroll u < 2 { lanes l < 4 { …j + 4·u + l… } } }
//                          parallel j.2 from j < 22 by 4 { lanes l < 4 { … } }            and the last two points, or, where points may repeat,
//                          parallel j.3 from 18 < 22 by 4 { lanes l < 4 { … } }           a last vector that overlaps the one before it
//
// An update in place reads what it stores: there the vector that overlaps stores what is new alone, and comes first, so that it waits for no store.
//
// Requires: a parallel loop; where lanes are asked for, one that may be a vector loop.
// Ensures: the same values. Only where `overlap` says so are points computed twice.
// Cost: linear in the loop, for each of up to three passes.
import { isDynamic } from "../../ir/dim.ts";
import { along } from "../../kernel/affine.ts";
import type { Axis, Course, Statement } from "../../kernel/kernel.ts";
import type { Loop } from "../../kernel/visit.ts";
import { lanes } from "../legality.ts";
import { type Pass, passOf, startAt, stepOf, type Width, widthOf, widthsOf } from "./side-by-side.ts";

const loopOf = (loop: Loop, { axis, course, body, around }: Pass): Statement => ({ ...loop, axis, course, body: around(body) });

/** Whether points may be computed again: not at all, if nothing is stored, or as they are. */
export type Overlap = "none" | "unstored" | "whole";

/** The loop in iterations of `width`, and what they leave over. */
export function tiled(loop: Loop, width: Width, overlap: Overlap): readonly Statement[] {
  const { extent } = loop.axis;
  return isDynamic(extent) || loop.course ? openPasses(loop, width) : knownPasses(loop, width, extent, overlap);
}

function openPasses(loop: Loop, width: Width): Statement[] {
  const { from, until } = loop.course ?? {};
  let before: Axis | undefined;
  return widthsOf(loop, width).map((one) => {
    const start = before ? { after: before } : from;
    const course: Course = { step: stepOf(one), ...(start && { from: start }), ...(until && { until }) };
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
  /** The first point whose values are stored, where those before it are computed again. */
  readonly fresh?: number;
}

function knownPasses(loop: Loop, width: Width, extent: number, overlap: Overlap): Statement[] {
  const step = stepOf(width);
  const whole = extent - (extent % step);
  const all: Part[] = [...(whole > 0 ? [{ width, from: 0, step }] : []), ...rest(width, whole, extent, overlap)];
  const parts = [...all.filter(({ fresh }) => fresh !== undefined), ...all.filter(({ fresh }) => fresh === undefined)];
  return parts.map(({ fresh, ...part }, i) => {
    const storing = fresh === undefined ? loop : { ...loop, body: storedFrom(loop, fresh) };
    return loopOf(loop, passOf(storing, part.width, { ...startAt(part.from), step: part.step }, i === 0));
  });
}

/** What whole iterations leave over of a known number of points, those from `from` on, as one smaller iteration. */
function rest({ isVector }: Width, from: number, extent: number, overlap: Overlap): Part[] {
  const vectors = isVector ? Math.floor((extent - from) / lanes) : extent - from;
  const one = widthOf(vectors, isVector);
  const single = from + stepOf(one);
  const whole: Part[] = vectors > 0 ? [{ width: one, from, step: stepOf(one) }] : [];
  if (single === extent) return whole;
  const last = extent - lanes;
  const isAlone = overlap === "none" || extent < lanes || (overlap === "unstored" && single === extent - 1);
  if (isAlone) return [...whole, { width: widthOf(extent - single, false), from: single, step: extent - single }];
  if (overlap === "unstored") return [...whole, { width: widthOf(1, true), from: last, step: lanes, fresh: single }];
  if (vectors !== 1) return [...whole, { width: widthOf(1, true), from: last, step: lanes }];
  return [{ width: { copies: 2, apart: last - from, isVector }, from, step: extent - from }];
}

/** The body of a loop that stores at its points from `fresh` on alone. */
const storedFrom = ({ axis, body }: Loop, fresh: number): readonly Statement[] =>
  body.map((statement): Statement => {
    if (statement.kind === "loop") return { ...statement, body: storedFrom({ ...statement, axis }, fresh) };
    if (statement.kind !== "store" || statement.buffer.kind === "scratch") return statement;
    return { ...statement, inside: [...statement.inside, { index: along(axis), lower: fresh, upper: axis.extent }] };
  });
