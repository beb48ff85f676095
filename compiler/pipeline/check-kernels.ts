// What `CHECK=2` does after each pass over kernels: runs them on the same values before and after it.
import { InternalError } from "../../runtime/error.ts";
import type { Fused } from "../fuse/fuse.ts";
import { evaluate as extent, product, type Sizes } from "../ir/dim.ts";
import { buffersOfCall, instanceOf } from "../kernel/call.ts";
import { interpretKernel } from "../kernel/interpret.ts";
import { type Buffer, isScalar, type Kernel, type Scheduled, wholeOf } from "../kernel/kernel.ts";
import { callsOf, runsOf, stepsOf } from "../kernel/plan.ts";
import { printCalls, printKernel } from "../kernel/print.ts";
import { signatureOf } from "../kernel/signature.ts";
import { buffersOf } from "../kernel/visit.ts";
import type { CheckLevel } from "./debug.ts";
import { drawValues, smallSizes, uniform } from "./draw.ts";

/** What a host can see of a buffer; others may change from pass to pass. */
const isSeen = ({ kind }: Buffer): boolean => kind === "result" || kind === "variable";

type Upper = (buffer: Buffer) => number;

function contentOf(buffer: Buffer, sizes: Sizes, upper: Upper, random: Iterator<number, never>): Float64Array {
  if (buffer.kind === "constant") return Float64Array.from(buffer.data ?? []);
  if (buffer.kind === "input" || buffer.kind === "variable") return Float64Array.from(drawValues(buffer, sizes, upper(buffer), random));
  return new Float64Array(extent(product(buffer.shape), sizes)).fill(Number.NaN);
}

/** What results and variables hold when the calls have run, by name. */
function outcome(entry: Fused | undefined, sizes: Sizes, upper: Upper): Map<string, Float64Array> {
  const calls = entry ? callsOf(entry) : [];
  const buffers = [...new Set(calls.flatMap(buffersOfCall).map(wholeOf))].sort((a, b) => (a.name < b.name ? -1 : 1));
  const random = uniform();
  const memory = new Map(buffers.map((buffer) => [buffer, contentOf(buffer, sizes, upper, random)]));
  for (const run of runsOf(stepsOf(calls), sizes)) interpretKernel(instanceOf(run.call), memory, run.sizes, run);
  return new Map(buffers.filter(isSeen).map((buffer) => [buffer.name, memory.get(buffer) as Float64Array]));
}

/**
 * Throws an InternalError that prints the kernels of an entry point before a pass, where those after it leave other values. `upper` says below which
 * number the elements of an i32 buffer lie.
 */
export const checkKernels =
  (capacity: Sizes, upper: Upper) =>
  (before: readonly Fused[], after: readonly Fused[], level: CheckLevel): void => {
    if (level < 2) return;
    const sizes = smallSizes(capacity);
    for (const [i, entry] of before.entries()) {
      const wanted = outcome(entry, sizes, upper);
      const found = outcome(after[i], sizes, upper);
      const other = [...wanted].find(([buffer, values]) => !values.every((value, at) => isSame(value, found.get(buffer)?.[at])));
      if (!other) continue;
      const [buffer, values] = other;
      const text = printCalls(callsOf(entry)).join("\n\n");
      throw new InternalError(`"${buffer}" of "${entry.name}" is [${found.get(buffer)}] in place of [${values}]\nbefore it:\n${text}`);
    }
  };

/** Rows enough for whole tiles and for what they leave over. */
const rowsOfTiles = 7;

/** Sums that are in another order differ by some roundings of f64. */
const nearlySame = (wanted: number, found: number): boolean =>
  isSame(wanted, found) || Math.abs(wanted - found) <= 1e-9 * Math.max(1, Math.abs(wanted));

/** The loops whose steps a kernel asks for. */
function loopsAround(kernel: Kernel): string[] {
  const views = (buffer: Buffer): string[] => (buffer.view ? [...(buffer.view.loop ? [buffer.view.loop] : []), ...views(buffer.view.of)] : []);
  return signatureOf(kernel).formals.flatMap((formal) => (isScalar(formal) ? (formal.loop ? [formal.loop] : []) : views(formal)));
}

/** Throws an InternalError that prints a kernel whose schedule leaves other values than the kernel itself. */
export const checkSchedules =
  (capacity: Sizes, upper: Upper) =>
  (_: unknown, schedules: ReadonlyMap<Kernel, Scheduled>, level: CheckLevel): void => {
    if (level < 2) return;
    const sizes = Object.fromEntries(Object.keys(capacity).map((name) => [name, rowsOfTiles]));
    for (const [kernel, { kernel: rewritten }] of schedules) {
      const steps = new Map(loopsAround(kernel).map((loop) => [loop, 0]));
      const [wanted, found] = [kernel, rewritten].map((one) => {
        const random = uniform();
        const buffers = new Set([...buffersOf(kernel), ...buffersOf(one)].map(wholeOf));
        const memory = new Map([...buffers].map((buffer) => [buffer, contentOf(buffer, sizes, upper, random)]));
        interpretKernel(one, memory, sizes, { steps });
        return memory;
      }) as [Map<Buffer, Float64Array>, Map<Buffer, Float64Array>];
      const other = [...wanted].find(([buffer, values]) => !values.every((value, at) => nearlySame(value, found.get(buffer)?.[at] as number)));
      if (other) throw new InternalError(`"${other[0].name}" is [${found.get(other[0])}] in place of [${other[1]}] by\n${printKernel(rewritten)}`);
    }
  };

const isSame = (wanted: number, found: number | undefined): boolean => Object.is(wanted, found) || wanted === found;
