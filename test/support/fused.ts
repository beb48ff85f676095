import { sharedBuffers } from "../../compiler/fuse/buffers.ts";
import { Functions } from "../../compiler/fuse/functions.ts";
import { fuse } from "../../compiler/fuse/fuse.ts";
import { evaluate } from "../../compiler/interpret.ts";
import { evaluate as extent, product, type Sizes } from "../../compiler/ir/dim.ts";
import type { Entry, Program } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { changeKernels, instanceOf } from "../../compiler/kernel/call.ts";
import { interpretKernel } from "../../compiler/kernel/interpret.ts";
import { type Buffer, type Kernel, wholeOf } from "../../compiler/kernel/kernel.ts";
import { hoist } from "../../compiler/kernel/passes/hoist.ts";
import { runsOf, stepsOf } from "../../compiler/kernel/plan.ts";
import { readsOf, writesOf } from "../../compiler/kernel/visit.ts";

/** A small seeded generator for test data: multiples of 1/8 in [-2, 2]. */
export function numbers(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 16) % 33) / 8 - 2;
  };
}

export interface FusedRun {
  readonly kernels: readonly Kernel[];
  /** Largest difference between what kernels and interpreter computed, over results and updates. */
  readonly error: number;
}

/** Fuses `entry`, runs the kernels by their reference meaning in f64 and compares every result and update with the graph's. */
export function runFused(program: Program, entry: Entry, sizes: Sizes, { hoisting = true } = {}): FusedRun {
  const shared = sharedBuffers(program);
  const { calls, results } = fuse(program, entry, shared, new Functions());
  const run = hoisting ? changeKernels([calls], hoist).flat() : calls;
  const kernels = run.map(instanceOf);
  const next = numbers(7);
  const memory = new Map<Buffer, Float64Array>();
  const sources = new Map<string, { dtype: Node["dtype"]; shape: number[]; data: Float64Array }>();
  const buffers = new Set([
    ...shared.inputs.values(),
    ...shared.variables.values(),
    ...kernels.flatMap((kernel) => [...readsOf(kernel), ...writesOf(kernel)]).map(wholeOf),
  ]);
  for (const buffer of buffers) {
    const data = new Float64Array(extent(product(buffer.shape), sizes)).fill(Number.NaN);
    if (buffer.kind === "constant") data.set(buffer.data ?? []);
    if (buffer.kind === "input" || buffer.kind === "variable") {
      for (const i of data.keys()) data[i] = buffer.dtype === "f32" ? next() : Math.abs(Math.round(next()));
      sources.set(buffer.name, { dtype: buffer.dtype, shape: buffer.shape.map((dim) => extent(dim, sizes)), data: data.slice() });
    }
    memory.set(buffer, data);
  }
  const expected = evaluate([...entry.results.map(({ node }) => node), ...entry.updates.map(({ value }) => value)], { sizes, sources });
  for (const one of runsOf(stepsOf(run), sizes)) interpretKernel(instanceOf(one.call), memory, one.sizes, one);
  let error = 0;
  const compare = (node: Node, buffer: Buffer) => {
    const wanted = expected.get(node)?.data ?? [];
    const got = memory.get(buffer) ?? [];
    for (const [i, value] of wanted.entries()) {
      const off = Object.is(value, got[i]) || value === got[i] ? 0 : Math.abs(value - (got[i] as number));
      error = Math.max(error, Number.isNaN(off) ? Number.POSITIVE_INFINITY : off);
    }
  };
  for (const { name, node } of entry.results) compare(node, results.find((result) => result.name === name)?.buffer as Buffer);
  for (const { target, value } of entry.updates) compare(value, shared.variables.get(target) as Buffer);
  return { kernels, error };
}
