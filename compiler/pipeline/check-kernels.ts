// What `CHECK=2` does after each pass over kernels: runs them on the same values before and after it.
import { InternalError } from "../../runtime/error.ts";
import type { Fused } from "../fuse/fuse.ts";
import { evaluate as extent, product, type Sizes } from "../ir/dim.ts";
import { buffersOfCall, instanceOf } from "../kernel/call.ts";
import { interpretKernel } from "../kernel/interpret.ts";
import { type Buffer, wholeOf } from "../kernel/kernel.ts";
import { callsOf, runsOf, stepsOf } from "../kernel/plan.ts";
import { printCalls } from "../kernel/print.ts";
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
  for (const { call, steps } of runsOf(stepsOf(calls))) interpretKernel(instanceOf(call), memory, sizes, { steps });
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

const isSame = (wanted: number, found: number | undefined): boolean => Object.is(wanted, found) || wanted === found;
