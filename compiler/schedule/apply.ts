// A schedule applied: each step rewrites one loop of the kernel.
import { InternalError } from "../../runtime/error.ts";
import type { Buffer, Kernel, MemoryPlan, Schedule, Statement, Step } from "../kernel/kernel.ts";
import { type Loop, loadsOf, sitesOf } from "../kernel/visit.ts";
import { chunked, split } from "./steps/reduce.ts";
import { widthOf } from "./steps/side-by-side.ts";
import { tiled } from "./steps/tile.ts";

/** Whether points of the loop may run twice: nothing that it stores is added up, or read by it. */
function mayRepeat({ body }: Loop, { offsets }: Pick<MemoryPlan, "offsets">): boolean {
  const place = (buffer: Buffer) => offsets.get(buffer) ?? buffer;
  const sites = sitesOf(body);
  const stores = sites.flatMap(({ statement }) => (statement.kind === "store" ? [statement] : []));
  const stored = new Set(stores.map(({ buffer }) => place(buffer)));
  const loads = sites.flatMap(({ statement }) => loadsOf(statement));
  return stores.every(({ accumulate }) => !accumulate) && loads.every(({ buffer }) => !stored.has(place(buffer)));
}

/** The index of the largest so far is right in order alone. */
const keepsIndex = ({ body }: Loop): boolean => sitesOf(body).some(({ statement }) => statement.kind === "combine" && statement.combine === "argmax");

function rewritten(loop: Loop, step: Step, memory: Pick<MemoryPlan, "offsets">): readonly Statement[] {
  if (step.kind === "chunk") return chunked(loop, step.points);
  if (loop.role === "reduce" && keepsIndex(loop)) return [loop];
  const width = step.kind === "tile" ? widthOf(step.points, false) : widthOf(step.vectors, true);
  return loop.role === "reduce" ? split(loop, width) : tiled(loop, width, mayRepeat(loop, memory));
}

/** What `step` makes of `body`. */
function withStep(body: readonly Statement[], step: Step, memory: Pick<MemoryPlan, "offsets">): readonly Statement[] {
  return body.flatMap((statement): readonly Statement[] => {
    if (statement.kind !== "loop") return [statement];
    if (statement.axis === step.axis) return rewritten(statement, step, memory);
    return [{ ...statement, body: withStep(statement.body, step, memory) }];
  });
}

/**
 * The kernel as it runs. Where buffers that lie in one place are read and written, `memory` says so.
 * @throws InternalError for a step whose loop the kernel has not
 */
export function applySchedule({ name, body, computes }: Kernel, steps: Schedule, memory: Pick<MemoryPlan, "offsets">): Kernel {
  const rewritten = steps.reduce((before, step) => {
    const isThere = sitesOf(before).some(({ statement }) => statement.kind === "loop" && statement.axis === step.axis);
    if (!isThere) throw new InternalError(`The kernel "${name}" has no loop "${step.axis.name}" to ${step.kind}`);
    return withStep(before, step, memory);
  }, body);
  return { name, body: rewritten, computes };
}
