import { evaluate, type Source } from "../../compiler/interpret.ts";
import { evaluate as extent, product, type Sizes } from "../../compiler/ir/dim.ts";
import type { Entry, Program } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Buffer, EntryPlan } from "../../compiler/kernel/kernel.ts";
import { sharedBuffers } from "../../compiler/passes/fuse/buffers.ts";
import { fuse } from "../../compiler/passes/fuse/fuse.ts";
import { uniqueNames } from "../../compiler/passes/fuse/name-kernel.ts";
import { hoist } from "../../compiler/passes/hoist.ts";
import { layout } from "../../compiler/passes/layout.ts";
import { planMemory } from "../../compiler/passes/plan-memory.ts";
import { schedule } from "../../compiler/passes/schedule.ts";
import { emitModule } from "../../compiler/wasm/emit-module.ts";
import { numbers } from "./fused.ts";

/** One value as the module and as the interpreter (f64 and f32-rounded) give it. */
export interface Compared {
  readonly name: string;
  readonly got: readonly number[];
  readonly exact: Float64Array;
  readonly rounded: Float64Array;
}

/** Compiles one entry point and hands out a runner that compares it with the interpreter. Memory starts full of garbage. */
export async function compileEntry(program: Program, entry: Entry) {
  const shared = sharedBuffers(program);
  const { kernels: plain, results } = fuse(program, entry, shared, uniqueNames());
  const kernels = plain.map(hoist);
  const declared = [...shared.inputs.values(), ...shared.variables.values(), ...results.map(({ buffer }) => buffer)];
  const laid = layout(kernels, declared, program.capacity);
  const plan: EntryPlan = {
    name: entry.name,
    dims: Object.keys(program.capacity),
    kernels: kernels.map((kernel) => ({ kernel, schedule: schedule(kernel, laid, program.capacity) })),
    checks: [],
  };
  const memory = planMemory([plan], laid, program.capacity);
  const constants = [...shared.constants.values()];
  const { bytes, wat } = await emitModule({ entries: [plan], layout: laid, memory, constants, sections: [], profile: "exact" });
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const linear = (instance.exports.memory as WebAssembly.Memory).buffer;
  const call = instance.exports[entry.name] as (...dims: number[]) => number;

  const view = (buffer: Buffer, sizes: Sizes) => {
    const length = extent(product(buffer.shape), sizes);
    const at = memory.offsets.get(buffer) as number;
    return buffer.dtype === "f32" ? new Float32Array(linear, at, length) : new Int32Array(linear, at, length);
  };
  const run = (sizes: Sizes, next = numbers(7)): Compared[] => {
    const sources = new Map<string, Source>();
    for (const buffer of laid.keys()) {
      if (buffer.kind === "constant") continue;
      view(buffer, program.capacity).fill(buffer.dtype === "f32" ? Number.NaN : -1);
      if (buffer.kind !== "input" && buffer.kind !== "variable") continue;
      const data = view(buffer, sizes);
      for (const i of data.keys()) data[i] = buffer.dtype === "f32" ? next() : Math.abs(Math.round(next()));
      sources.set(buffer.name, { dtype: buffer.dtype, shape: buffer.shape.map((dim) => extent(dim, sizes)), data: Float64Array.from(data) });
    }
    const roots = [...entry.results.map(({ node }) => node), ...entry.updates.map(({ value }) => value)];
    const exact = evaluate(roots, { sizes, sources });
    const rounded = evaluate(roots, { sizes, sources, round: "f32" });
    const status = call(...plan.dims.map((dim) => sizes[dim] as number));
    if (status !== 0) throw new Error(`status ${status}`);
    const compare = (name: string, node: Node, buffer: Buffer): Compared => ({
      name,
      got: [...view(buffer, sizes)],
      exact: exact.get(node)?.data as Float64Array,
      rounded: rounded.get(node)?.data as Float64Array,
    });
    return [
      ...entry.results.map(({ name, node }) => compare(name, node, results.find((result) => result.name === name)?.buffer as Buffer)),
      ...entry.updates.map(({ target, value }) =>
        compare(`${program.graph.declarations.get(target)?.name}'`, value, shared.variables.get(target) as Buffer),
      ),
    ];
  };
  return { run, wat, bytes, kernels: plan.kernels };
}
