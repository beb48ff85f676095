// The kernels of a step as a table with the time that each takes.
import { formatPosition } from "../../../compiler/diagnostics/places.ts";
import { alignColumns } from "../../../compiler/formula/columns.ts";
import type { Opened } from "../../open.ts";
import { runs, type TimedEntry, type TimedKernel, timeKernels } from "./time-kernels.ts";

function rowOf({ call, time, operations, bytes }: TimedKernel, whole: number, { built }: TimedEntry): string[] {
  const [place] = built.places.get(call.name) ?? [];
  const rates = [operations, bytes].map((count) => (count / time / 1e6).toFixed(2));
  return [call.name, time.toFixed(3), `${((100 * time) / whole).toFixed(1)} %`, ...rates, place ? formatPosition(place) : ""];
}

/** A table of the kernels of a step: milliseconds, share, and what that is in operations and bytes a second. */
export async function measureKernels(opened: Opened): Promise<string> {
  const entry = await timeKernels(opened);
  if (!entry) return "no step to measure";
  const whole = entry.kernels.reduce((sum, { time }) => sum + time, 0);
  const rows = entry.kernels.map((kernel) => rowOf(kernel, whole, entry));
  const heads = [`kernel of ${entry.name}`, "ms", "share", "GFLOP/s", "GB/s", "source"];
  const totals = `${whole.toFixed(3)} ms in all; ${entry.time.toFixed(3)} ms as one ${entry.name}; medians of ${runs} runs`;
  return `${alignColumns([heads, ...rows], [1, 2, 3, 4])}\n\n${totals}`;
}
