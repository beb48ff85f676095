// Builds kernels by hand and runs them, with garbage in all memory that is not theirs to read.

import { expect } from "vitest";
import { type Dim, evaluate, product, type Sizes } from "../../../compiler/ir/dim.ts";
import type { Dtype } from "../../../compiler/ir/type.ts";
import { along } from "../../../compiler/kernel/affine.ts";
import { interpretKernel } from "../../../compiler/kernel/interpret.ts";
import type { Affine, Axis, Buffer, BufferKind, Expr, IndexCheck, Kernel, Local, ScalarOp, Statement } from "../../../compiler/kernel/kernel.ts";
import { readsOf, writesOf } from "../../../compiler/kernel/visit.ts";
import { type Marks, stepsOf } from "../../../compiler/schedule/schedule.ts";
import { emitModule } from "../../../compiler/wasm/emit-module.ts";
import { planOf } from "../../support/plan.ts";

export const axis = (name: string, extent: Dim): Axis => ({ name, extent });
export const buffer = (name: string, shape: readonly Dim[], dtype: Dtype = "f32", kind: BufferKind = "input"): Buffer => ({
  name,
  kind,
  dtype,
  shape,
});
const affine = (index: Axis | Affine): Affine => ("extent" in index ? along(index) : index);
export const load = (from: Buffer, ...index: (Axis | Affine)[]): Expr => ({
  kind: "load",
  dtype: from.dtype,
  buffer: from,
  index: index.map(affine),
});
export const f32 = (value: number): Expr => ({ kind: "constant", dtype: "f32", value });
export const i32 = (value: number): Expr => ({ kind: "constant", dtype: "i32", value });
export const indexOf = (index: Axis | Affine): Expr => ({ kind: "index", dtype: "i32", index: affine(index) });
export const apply = (name: ScalarOp, args: readonly Expr[], dtype: Dtype = args[0]?.dtype ?? "f32"): Expr => ({ kind: "op", dtype, op: name, args });
export const read = (local: Local): Expr => ({ kind: "local", dtype: local.dtype, local });
export const loop = (over: Axis, role: "parallel" | "reduce", ...body: Statement[]): Statement => ({ kind: "loop", axis: over, role, body });
export const store = (
  into: Buffer,
  index: readonly (Axis | Affine)[],
  value: Expr,
  rest: { accumulate?: boolean; inside?: never[] } = {},
): Statement => ({
  kind: "store",
  buffer: into,
  index: index.map(affine),
  value,
  accumulate: false,
  inside: [],
  ...rest,
});
export const kernel = (...body: Statement[]): Kernel => ({ name: "kernel", body, computes: [] });
export const local = (name: string, dtype: Dtype = "f32"): Local => ({ name, dtype });

export type Data = ReadonlyMap<Buffer, readonly number[]>;
export type Loops = readonly (readonly [Axis, Marks])[];

interface Options {
  readonly sizes?: Sizes;
  /** Capacity of the dynamic dimensions. */
  readonly capacity?: Sizes;
  readonly layout?: ReadonlyMap<Buffer, readonly Dim[]>;
  readonly checks?: readonly IndexCheck[];
  readonly profile?: "exact" | "fast";
}

const buffersOf = (one: Kernel): Buffer[] => [...new Set([...readsOf(one), ...writesOf(one)])];
const denseStrides = (shape: readonly Dim[]): Dim[] => shape.map((_, d) => product(shape.slice(d + 1)));

function spanOf(shape: readonly Dim[], strides: readonly Dim[], sizes: Sizes): number {
  return shape.reduce<number>((last, dim, d) => last + (evaluate(dim, sizes) - 1) * evaluate(strides[d] as Dim, sizes), 1);
}

/** Element positions of a buffer in row-major order. */
function positionsOf(shape: readonly Dim[], strides: readonly Dim[], sizes: Sizes): number[] {
  return shape.reduce<number[]>(
    (positions, dim, d) =>
      positions.flatMap((at) => Array.from({ length: evaluate(dim, sizes) }, (_, i) => at + i * evaluate(strides[d] as Dim, sizes))),
    [0],
  );
}

export interface Compiled {
  readonly bytes: BufferSource;
  readonly wat: () => string;
  /** Runs the kernel; gives its status and reads buffers. */
  run(data: Data, sizes?: Sizes): { readonly status: number; readonly read: (buffer: Buffer) => number[] };
}

/** Compiles a kernel; buffers lie one after the other, each on a multiple of 16 bytes. */
export async function compileKernel(
  one: Kernel,
  loops: Loops,
  { capacity = {}, layout = new Map(), checks = [], profile = "exact" }: Options = {},
): Promise<Compiled> {
  const buffers = buffersOf(one);
  const strides = new Map(buffers.map((each) => [each, layout.get(each) ?? denseStrides(each.shape)]));
  const offsets = new Map<Buffer, number>();
  let bytes = 0;
  for (const each of buffers) {
    offsets.set(each, bytes);
    bytes += 16 * Math.ceil((4 * spanOf(each.shape, strides.get(each) ?? [], capacity)) / 16);
  }
  const dims = Object.keys(capacity);
  const { entries, schedules } = planOf("run", dims, [[one, stepsOf(one, new Map(loops))]], { offsets, capacity });
  const emitted = await emitModule({
    entries: [{ ...entries[0], checks }],
    schedules,
    layout: strides,
    memory: { offsets, bytes },
    constants: [],
    sections: [],
    profile,
  });
  const bytesOfModule = new Uint8Array(emitted.bytes);
  const instance = await WebAssembly.instantiate(await WebAssembly.compile(bytesOfModule));
  const memory = instance.exports.memory as WebAssembly.Memory;
  const call = instance.exports.run as (...sizes: number[]) => number;
  const view = ({ dtype }: Buffer) => (dtype === "f32" ? new Float32Array(memory.buffer) : new Int32Array(memory.buffer));
  const place = (each: Buffer, sizes: Sizes) =>
    positionsOf(each.shape, strides.get(each) ?? [], sizes).map((at) => at + (offsets.get(each) ?? 0) / 4);
  return {
    bytes: bytesOfModule,
    wat: emitted.wat,
    run(data, sizes = {}) {
      new Uint32Array(memory.buffer).forEach((_, i, all) => {
        all[i] = i % 2 === 0 ? 0x7fc00000 : 0x7149f2ca;
      });
      for (const [each, values] of data) {
        if (!offsets.has(each)) continue;
        const into = view(each);
        place(each, sizes).forEach((at, i) => {
          into[at] = values[i] as number;
        });
      }
      const status = call(...dims.map((name) => sizes[name] as number));
      return { status, read: (each) => place(each, sizes).map((at) => view(each)[at] as number) };
    },
  };
}

/** Runs a kernel by the reference interpreter, rounded to f32. */
export function expected(one: Kernel, data: Data, results: readonly Buffer[], sizes: Sizes = {}): number[][] {
  const memory = new Map<Buffer, Float64Array>();
  for (const each of buffersOf(one)) {
    const length = each.shape.reduce<number>((count, dim) => count * evaluate(dim, sizes), 1);
    memory.set(each, Float64Array.from(data.get(each) ?? new Array<number>(length).fill(0)));
  }
  interpretKernel(one, memory, sizes, { round: "f32" });
  return results.map((each) => [...(memory.get(each) ?? [])]);
}

/** Compiles a kernel by every schedule, runs it for all sizes, and expects the interpreter's results within `relative`. */
export async function expectKernel(
  one: Kernel,
  schedules: readonly Loops[],
  cases: readonly { readonly data: Data; readonly sizes?: Sizes }[],
  results: readonly Buffer[],
  { relative = 0, ...options }: Options & { readonly relative?: number } = {},
): Promise<void> {
  for (const loops of schedules) {
    const compiled = await compileKernel(one, loops, options);
    for (const { data, sizes = {} } of cases) {
      const want = expected(one, data, results, sizes);
      const { status, read: get } = compiled.run(data, sizes);
      expect(status).toBe(0);
      results.forEach((each, r) => {
        expectClose(get(each), want[r] as number[], relative, `${each.name} ${describe(loops)} ${JSON.stringify(sizes)}`);
      });
    }
  }
}

const describe = (loops: Loops) => loops.map(([{ name }, how]) => `${name} ${JSON.stringify(how)}`).join(", ");

function expectClose(got: readonly number[], want: readonly number[], relative: number, what: string): void {
  expect(got.length, what).toBe(want.length);
  want.forEach((value, i) => {
    const found = got[i] as number;
    const close = Object.is(found, value) || found === value || Math.abs(found - value) <= relative * Math.max(Math.abs(value), 1);
    if (!close) expect.fail(`${what}: element ${i} is ${found}, expected ${value}`);
  });
}

/** Numbers in (-1, 1) that are the same on every run. */
export function numbers(count: number, seed = 1): number[] {
  let state = seed * 2654435761;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.fround(state / 2 ** 31);
  });
}

/** Whole numbers below `limit`. */
export const whole = (count: number, limit: number, seed = 1): number[] => numbers(count, seed).map((x) => Math.floor(Math.abs(x) * limit) % limit);
