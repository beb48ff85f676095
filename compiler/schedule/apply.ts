// A schedule applied: each step rewrites one loop of the kernel.
import { InternalError } from "../../runtime/error.ts";
import type { Sizes } from "../ir/dim.ts";
import { type Axis, type Buffer, isAxis, type Kernel, type MemoryPlan, type Schedule, type Statement, type Step } from "../kernel/kernel.ts";
import { type Load, type Loop, loadsOf, type Store, sitesOf } from "../kernel/visit.ts";
import { keepsIndex } from "./legality.ts";
import { accumulated, sumNestOf } from "./steps/accumulate.ts";
import { blocked, divided } from "./steps/block.ts";
import { packed } from "./steps/pack.ts";
import { parted } from "./steps/part.ts";
import { chunked, split } from "./steps/reduce.ts";
import { reordered } from "./steps/reorder.ts";
import { widthOf } from "./steps/side-by-side.ts";
import { type Overlap, tiled } from "./steps/tile.ts";

/** What steps ask about a kernel's surroundings: where its buffers lie, as far as that is known, and how large dynamic extents are at most. */
export interface Surroundings {
  readonly offsets: MemoryPlan["offsets"];
  readonly capacity: Sizes;
}

/** Whether what is stored may be computed again of what has changed: it is no index, and no sum in scratch. */
function mayBeWrong(stores: readonly Store[], loads: readonly Load[]): boolean {
  const arePlain = loads.every(({ index }) => index.every(({ terms }) => terms.every(({ atom }) => isAxis(atom))));
  return arePlain && stores.every(({ buffer, accumulate }) => buffer.dtype === "f32" && !(accumulate && buffer.kind === "scratch"));
}

/** How far points of the loop may run twice: as they are where nothing that it stores is added up, or read by it, save for scratch. */
function overlapOf({ body }: Loop, { offsets }: Surroundings): Overlap {
  const place = (buffer: Buffer) => offsets.get(buffer) ?? buffer;
  const sites = sitesOf(body);
  const stores = sites.flatMap(({ statement }) => (statement.kind === "store" ? [statement] : []));
  const stored = new Set(stores.flatMap(({ buffer }) => (buffer.kind === "scratch" ? [] : [place(buffer)])));
  const loads = sites.flatMap(({ statement }) => loadsOf(statement));
  const mayRepeat = stores.every(({ accumulate }) => !accumulate) && loads.every(({ buffer }) => !stored.has(place(buffer)));
  if (mayRepeat) return "whole";
  return mayBeWrong(stores, loads) ? "unstored" : "none";
}

function rewritten(loop: Loop, step: Step, around: Surroundings): readonly Statement[] {
  if (step.kind === "reorder") return [reordered(loop, step.axis)];
  if (step.kind === "block") return [blocked(loop, step)];
  if (step.kind === "part") return parted(loop, step);
  if (step.kind === "pack") return [packed(loop, step.buffer, around.capacity)];
  if (step.kind === "accumulate") return accumulated(loop, step);
  if (step.kind === "chunk") return loop.role === "parallel" ? [divided(loop, step.points)] : chunked(loop, step.points);
  if (loop.role === "reduce" && keepsIndex(sitesOf(loop.body))) return [loop];
  const width = step.kind === "tile" ? widthOf(step.points, false) : widthOf(step.vectors, true);
  return loop.role === "reduce" ? split(loop, width) : tiled(loop, width, overlapOf(loop, around));
}

const isLoopOver = (statement: Statement, axis: Axis): boolean => statement.kind === "loop" && statement.axis === axis;

/** The loop that a step rewrites: that over its axis, or one around it. */
function isRewritten(loop: Loop, { kind, axis }: Step): boolean {
  if (kind === "accumulate") return sumNestOf(loop)?.reduction.axis === axis;
  return kind === "reorder" ? loop.body.some((inner) => isLoopOver(inner, axis)) : loop.axis === axis;
}

/** What `step` makes of `body`. */
function withStep(body: readonly Statement[], step: Step, around: Surroundings): readonly Statement[] {
  return body.flatMap((statement): readonly Statement[] => {
    if (statement.kind !== "loop") return [statement];
    if (isRewritten(statement, step)) return rewritten(statement, step, around);
    return [{ ...statement, body: withStep(statement.body, step, around) }];
  });
}

/**
 * The kernel as it runs.
 * @throws InternalError for a step whose loop the kernel has not
 */
export function applySchedule({ name, body, computes }: Kernel, steps: Schedule, around: Surroundings): Kernel {
  const rewrittenBody = steps.reduce((before, step) => {
    const isThere = sitesOf(before).some(({ statement }) => statement.kind === "loop" && isRewritten(statement, step));
    if (!isThere) throw new InternalError(`The kernel "${name}" has no loop "${step.axis.name}" to ${step.kind}`);
    return withStep(before, step, around);
  }, body);
  return { name, body: rewrittenBody, computes };
}
