import { callOf } from "../../compiler/kernel/call.ts";
import type { EntryPlan, Kernel, Schedule } from "../../compiler/kernel/kernel.ts";

/** An entry point that runs kernels as they are, with the schedule of each. */
export function planOf(
  name: string,
  dims: readonly string[],
  kernels: readonly (readonly [Kernel, Schedule])[],
): { readonly entries: readonly [EntryPlan]; readonly schedules: ReadonlyMap<Kernel, Schedule> } {
  return { entries: [{ name, dims, calls: kernels.map(([kernel]) => callOf(kernel)), checks: [] }], schedules: new Map(kernels) };
}
