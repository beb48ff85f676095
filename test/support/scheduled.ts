import { evaluate as extentOf, namesOf, product, type Sizes } from "../../compiler/ir/dim.ts";
import { callOf } from "../../compiler/kernel/call.ts";
import { interpretKernel } from "../../compiler/kernel/interpret.ts";
import type { Buffer, Kernel, Layout, Schedule } from "../../compiler/kernel/kernel.ts";
import { loopsOf, readsOf, sitesOf, writesOf } from "../../compiler/kernel/visit.ts";
import { bytesOf, planMemory } from "../../compiler/memory/plan-memory.ts";
import { withScratch } from "../../compiler/memory/scratch.ts";
import { forEachIndex } from "../../compiler/ops/value.ts";
import { layout } from "../../compiler/schedule/layout.ts";
import { schedule } from "../../compiler/schedule/schedule.ts";
import { emitModule } from "../../compiler/wasm/emit-module.ts";
import { numbers } from "./fused.ts";
import { planOf } from "./plan.ts";

/** What one buffer holds after a run: as compiled, and by the reference meaning of the kernel in f32. */
export interface Outcome {
  readonly buffer: Buffer;
  readonly compiled: readonly number[];
  readonly expected: readonly number[];
}

const elements = (buffer: Buffer, sizes: Sizes): number => extentOf(product(buffer.shape), sizes);

/** Random content of the buffers that the kernel reads or adds to. */
function initialContents(kernel: Kernel, sizes: Sizes): Map<Buffer, Float64Array> {
  const added = sitesOf(kernel.body).flatMap(({ statement }) => (statement.kind === "store" && statement.accumulate ? [statement.buffer] : []));
  const next = numbers(3);
  const value = { f32: next, i32: () => Math.round(next()) + 2, bool: () => Number(next() > 0) };
  const content = (buffer: Buffer) => Float64Array.from({ length: elements(buffer, sizes) }, value[buffer.dtype]);
  return new Map([...readsOf(kernel), ...added].map((buffer) => [buffer, content(buffer)]));
}

/** Where the elements of `buffer` are, in row-major order, in elements from its start. */
function placesOf(buffer: Buffer, laid: Layout, sizes: Sizes): number[] {
  const strides = (laid.get(buffer) ?? []).map((stride) => extentOf(stride, sizes));
  const places: number[] = [];
  const extents = buffer.shape.map((dim) => extentOf(dim, sizes));
  forEachIndex(extents, (index) => places.push(index.reduce((sum, i, axis) => sum + i * (strides[axis] as number), 0)));
  return places;
}

/** Runs a compiled kernel on random content of `sizes`; all other memory holds NaN, halos 0. */
export type Runner = (sizes: Sizes) => Outcome[];

/** Schedules `kernel` for `capacity` (or takes `steps`) and compiles it. */
export async function compileScheduled(kernel: Kernel, capacity: Sizes, steps?: Schedule): Promise<Runner> {
  const laid = layout([callOf(kernel)], [], capacity);
  const dims = [...new Set(loopsOf(kernel.body).flatMap(({ axis }) => namesOf(axis.extent)))].sort();
  const memory = planMemory([{ name: "run", calls: [callOf(kernel)] }], laid, capacity);
  const plan = planOf("run", dims, [[kernel, steps ?? schedule(kernel, laid, capacity)]], { ...memory, capacity });
  const places = withScratch(
    laid,
    memory,
    [...plan.schedules.values()].map((one) => one.kernel),
  );
  const { bytes } = await emitModule({ ...plan, ...places, constants: [], sections: [], profile: "exact" });
  const { instance } = await WebAssembly.instantiate(bytes as BufferSource);
  const { memory: exported, run } = instance.exports as { memory: WebAssembly.Memory; run: (...dims: number[]) => number };
  const memoryOf = ({ dtype }: Buffer) => (dtype === "f32" ? new Float32Array(exported.buffer) : new Int32Array(exported.buffer));
  const elementsAt = (buffer: Buffer, sizes: Sizes) =>
    placesOf(buffer, laid, sizes).map((place) => (memory.offsets.get(buffer) as number) / 4 + place);
  const regionOf = (buffer: Buffer): [number, number] => {
    const before = (buffer.halo ?? []).reduce((sum, { low }, axis) => sum + low * extentOf(laid.get(buffer)?.[axis] ?? 0, capacity), 0);
    return [(memory.offsets.get(buffer) as number) - 4 * before, bytesOf(buffer, laid, capacity)];
  };
  const write = (buffer: Buffer, content: Float64Array, sizes: Sizes) => {
    const all = memoryOf(buffer);
    elementsAt(buffer, sizes).forEach((place, i) => {
      all[place] = content[i] as number;
    });
  };
  const read = (buffer: Buffer, sizes: Sizes) => elementsAt(buffer, sizes).map((place) => memoryOf(buffer)[place] as number);

  return (sizes) => {
    const contents = initialContents(kernel, sizes);
    new Float32Array(exported.buffer).fill(Number.NaN);
    for (const buffer of laid.keys()) if (buffer.halo) new Uint8Array(exported.buffer, ...regionOf(buffer)).fill(0);
    for (const [buffer, content] of contents) write(buffer, content, sizes);
    for (const buffer of writesOf(kernel))
      if (!contents.has(buffer)) contents.set(buffer, new Float64Array(elements(buffer, sizes)).fill(Number.NaN));
    interpretKernel(kernel, contents, sizes, { round: "f32" });
    run(...dims.map((dim) => sizes[dim] as number));
    return [...writesOf(kernel)].map((buffer) => ({
      buffer,
      expected: [...(contents.get(buffer) as Float64Array)],
      compiled: read(buffer, sizes),
    }));
  };
}
