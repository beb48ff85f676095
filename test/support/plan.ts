import { callOf } from "../../compiler/kernel/call.ts";
import type { EntryPlan, Kernel, MemoryPlan, Schedule, Scheduled } from "../../compiler/kernel/kernel.ts";
import { applySchedule } from "../../compiler/schedule/apply.ts";

/** An entry point that runs kernels as they are, with the schedule of each. Buffers that `memory` does not name lie apart. */
export function planOf(
  name: string,
  dims: readonly string[],
  kernels: readonly (readonly [Kernel, Schedule])[],
  memory: Pick<MemoryPlan, "offsets"> = { offsets: new Map() },
): { readonly entries: readonly [EntryPlan]; readonly schedules: ReadonlyMap<Kernel, Scheduled> } {
  const schedules = new Map(kernels.map(([kernel, steps]) => [kernel, { steps, kernel: applySchedule(kernel, steps, memory) }]));
  return { entries: [{ name, dims, calls: kernels.map(([kernel]) => callOf(kernel)), checks: [] }], schedules };
}
