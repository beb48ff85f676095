import type { Axis, Schedule, Step } from "../../compiler/kernel/kernel.ts";
import type { Marks } from "../../compiler/schedule/schedule.ts";

function markOf(step: Step): Marks {
  if (step.kind === "chunk") return { chunk: step.points };
  if (step.kind === "tile") return { tile: step.points };
  if (step.kind !== "vectorise") return {};
  return { vector: true, ...(step.vectors > 1 ? { tile: step.vectors } : {}) };
}

/** What the steps of a schedule make of each loop. */
export function marksOf(steps: Schedule): Map<Axis, Marks> {
  const marks = new Map<Axis, Marks>();
  for (const step of steps) marks.set(step.axis, { ...marks.get(step.axis), ...markOf(step) });
  return marks;
}
