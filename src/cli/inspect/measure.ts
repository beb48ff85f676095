// How long each kernel of a step takes, measured in a module of its own that exports each call: the one that ships stays as it is.
import { formatPosition } from "../../../compiler/diagnostics/places.ts";
import { alignColumns } from "../../../compiler/formula/columns.ts";
import { type Build, emit, type Lowered, lower } from "../../../compiler/index.ts";
import { evaluate } from "../../../compiler/ir/dim.ts";
import type { Call, EntryPlan } from "../../../compiler/kernel/kernel.ts";
import { workOf } from "../../../compiler/kernel/work.ts";
import type { Opened } from "../../open.ts";

/** Runs before the clock counts, and those that it is read in. */
const warmUp = 3;
const steps = 15;

/** The calls of an entry point, an entry point each. A call in a loop goes through all of its steps alone. */
const apart = ({ name, dims, calls }: EntryPlan): EntryPlan[] => calls.map((call, i) => ({ name: `${name}#${i}`, dims, calls: [call], checks: [] }));

type Exports = Readonly<Record<string, (...sizes: readonly number[]) => number>> & { readonly memory: WebAssembly.Memory };

/** Numbers between 0 and 1 for inputs of f32; whole numbers are 0, which is an index of everything. */
function fillInputs({ memory, program: { capacity } }: Build, exports: Exports): void {
  for (const [{ kind, dtype, shape }, offset] of memory.offsets) {
    if (kind !== "input" || dtype !== "f32") continue;
    const count = shape.reduce<number>((product, dim) => product * evaluate(dim, capacity), 1);
    new Float32Array(exports.memory.buffer, offset, count).forEach((_, i, data) => {
      data[i] = ((i * 7919) % 1009) / 1009;
    });
  }
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] as number;

/** Medians of the milliseconds that each part takes, where the parts run in turn, each once through. */
function timesOf(parts: readonly EntryPlan[], exports: Exports, sizes: readonly number[]): number[] {
  const times = parts.map((): number[] => []);
  for (let step = 0; step < warmUp + steps; step++)
    for (const [i, { name }] of parts.entries()) {
      const before = performance.now();
      exports[name]?.(...sizes);
      if (step >= warmUp) times[i]?.push(performance.now() - before);
    }
  return times.map(median);
}

/** The entry point that is measured: the step of training where there is one. */
const measured = ({ plans }: Lowered): EntryPlan | undefined =>
  ["step", "gradients", "predict"].flatMap((name) => plans.filter((plan) => plan.name === name))[0];

function rowOf(call: Call, { built, time, whole }: { readonly built: Build; readonly time: number; readonly whole: number }): string[] {
  const { operations, functions, bytesRead, bytesWritten } = workOf(call.kernel, built.program.capacity);
  const runs = call.within.reduce((product, repeat) => product * repeat.steps, 1);
  const giga = (count: number) => ((runs * count) / time / 1e6).toFixed(2);
  const [place] = built.places.get(call.name) ?? [];
  const share = `${((100 * time) / whole).toFixed(1)} %`;
  return [call.name, time.toFixed(3), share, giga(operations + functions), giga(bytesRead + bytesWritten), place ? formatPosition(place) : ""];
}

/** A table of the kernels of a step: milliseconds, share, and what that is in operations and bytes a second. */
export async function measureKernels({ program, purpose }: Opened): Promise<string> {
  const lowered = lower(program);
  const entry = measured(lowered);
  if (!entry) return "no step to measure";
  const parts = apart(entry);
  const built = await emit({ ...lowered, plans: [...lowered.plans, ...parts] }, { purpose, strip: true });
  const { instance } = await WebAssembly.instantiate(built.wasm as Uint8Array<ArrayBuffer>);
  const exports = instance.exports as unknown as Exports;
  const { capacity } = lowered.program;
  fillInputs(built, exports);
  exports.init?.();
  const times = timesOf(
    [...parts, entry],
    exports,
    entry.dims.map((dim) => capacity[dim] as number),
  );
  const asOne = times.pop() as number;
  const whole = times.reduce((sum, time) => sum + time, 0);
  const rows = entry.calls.map((call, i) => rowOf(call, { built, time: times[i] as number, whole }));
  const heads = [`kernel of ${entry.name}`, "ms", "share", "GFLOP/s", "GB/s", "source"];
  const totals = `${whole.toFixed(3)} ms in all; ${asOne.toFixed(3)} ms as one ${entry.name}; medians of ${steps} runs`;
  return `${alignColumns([heads, ...rows], [1, 2, 3, 4])}\n\n${totals}`;
}
