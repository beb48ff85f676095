import { callOf } from "../../compiler/kernel/call.ts";
import type { EntryPlan, Kernel, Schedule, Scheduled } from "../../compiler/kernel/kernel.ts";
import { applySchedule, type Surroundings } from "../../compiler/schedule/apply.ts";

/** An entry point that runs kernels as they are, with the schedule of each. Buffers that `around` does not name lie apart. */
export function planOf(
  name: string,
  dims: readonly string[],
  kernels: readonly (readonly [Kernel, Schedule])[],
  around: Surroundings = { offsets: new Map(), capacity: {} },
): { readonly entries: readonly [EntryPlan]; readonly schedules: ReadonlyMap<Kernel, Scheduled> } {
  const schedules = new Map(kernels.map(([kernel, steps]) => [kernel, { steps, kernel: applySchedule(kernel, steps, around) }]));
  return { entries: [{ name, dims, calls: kernels.map(([kernel]) => callOf(kernel)), checks: [] }], schedules };
}
