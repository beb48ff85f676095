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

/** `vector tile 2 chunk 512`: what the steps of a schedule make of the loop over an axis, in short. */
export const marksText = (steps: Schedule, over: Axis): string =>
  steps
    .filter(({ axis }) => axis === over)
    .map((step) => {
      if (step.kind === "reorder") return "reorder";
      if (step.kind === "block") return `block ${step.inside.extent}`;
      if (step.kind === "part") return `part ${step.first.column.extent}`;
      if (step.kind === "pack") return `pack ${step.buffer.name}`;
      if (step.kind === "accumulate") return "accumulate";
      if (step.kind !== "vectorise") return `${step.kind} ${step.points}`;
      return step.vectors > 1 ? `vector tile ${step.vectors}` : "vector";
    })
    .join(" ");
