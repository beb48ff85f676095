// How long each kernel of a step takes, measured in a module of its own that exports each call: the one that ships stays as it is.
import { type Build, emit, type Lowered, lower, sizesOf } from "../../../compiler/index.ts";
import { evaluate } from "../../../compiler/ir/dim.ts";
import type { Call, EntryPlan } from "../../../compiler/kernel/kernel.ts";
import { workOf } from "../../../compiler/kernel/work.ts";
import type { Opened } from "../../open.ts";

/** Milliseconds that a step runs before the clock counts, in which the engine compiles what is hot, and the runs that it is read in. */
const warmUp = 150;
export const runs = 15;

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

/** Milliseconds that `run` takes: by the processor's time, since beside other processes the clock shows theirs too, but by the clock what is too short for it. */
function timeOf(run: () => void): number {
  const used = process.cpuUsage();
  const before = performance.now();
  run();
  const elapsed = performance.now() - before;
  const { user, system } = process.cpuUsage(used);
  return elapsed < 1 ? elapsed : Math.min(elapsed, (user + system) / 1000);
}

/** Milliseconds of each part, where the parts run in turn, each once through. */
const once = (parts: readonly EntryPlan[], exports: Exports, sizes: readonly number[]): number[] =>
  parts.map(({ name }) => timeOf(() => exports[name]?.(...sizes)));

/** Their medians over `runs`, after the warm-up. */
function timesOf(...args: Parameters<typeof once>): number[] {
  const start = performance.now();
  while (performance.now() - start < warmUp) once(...args);
  const times = Array.from({ length: runs }, () => once(...args));
  return args[0].map((_, i) => median(times.map((of) => of[i] as number)));
}

/** The entry point that is measured: the step of training where there is one. */
const measured = ({ plans }: Lowered): EntryPlan | undefined =>
  ["step", "gradients", "predict"].flatMap((name) => plans.filter((plan) => plan.name === name))[0];

/** A kernel of an entry point in all of its steps: milliseconds, what it computes and moves, and the call itself. */
export interface TimedKernel {
  readonly call: Call;
  readonly time: number;
  readonly operations: number;
  readonly bytes: number;
}

/** An entry point's kernels, each by itself, and all of them at once. */
export interface TimedEntry {
  readonly name: string;
  readonly kernels: readonly TimedKernel[];
  /** Milliseconds of the entry point as it runs. */
  readonly time: number;
  readonly built: Build;
}

function timed(call: Call, time: number, { program }: Build): TimedKernel {
  const { operations, functions, bytesRead, bytesWritten } = workOf(call.kernel, sizesOf(program));
  const steps = call.within.reduce((product, repeat) => product * repeat.steps, 1);
  return { call, time, operations: steps * (operations + functions), bytes: steps * (bytesRead + bytesWritten) };
}

/** Times the kernels of a step, at the greatest batch; nothing where a model has none. */
export async function timeKernels({ program, purpose }: Opened): Promise<TimedEntry | undefined> {
  const lowered = lower(program);
  const entry = measured(lowered);
  if (!entry) return undefined;
  const parts = apart(entry);
  const built = await emit({ ...lowered, plans: [...lowered.plans, ...parts] }, { purpose, strip: true });
  const { instance } = await WebAssembly.instantiate(built.wasm as Uint8Array<ArrayBuffer>);
  const exports = instance.exports as unknown as Exports;
  const { capacity } = lowered.program;
  fillInputs(built, exports);
  exports.init?.();
  const sizes = entry.dims.map((dim) => capacity[dim] as number);
  const times = timesOf([...parts, entry], exports, sizes);
  const kernels = entry.calls.map((call, i) => timed(call, times[i] as number, built));
  return { name: entry.name, kernels, time: times.at(-1) as number, built };
}
