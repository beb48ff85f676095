import type { Kernel, Schedule } from "../../../compiler/kernel/kernel.ts";
import { printKernel } from "../../../compiler/kernel/print.ts";
import { applySchedule, type Surroundings } from "../../../compiler/schedule/apply.ts";

/** Buffers that share no memory. */
export const apart: Surroundings = { offsets: new Map(), capacity: { n: 100 } };

/** What `steps` make of a kernel, as it is printed. */
export const lines = (program: Kernel, steps: Schedule, memory = apart): string[] =>
  printKernel(applySchedule(program, steps, memory))
    .split("\n")
    .slice(1);
