// What the runtime is told of a module: names, types and places, from the program, its layout and its memory plan.
import { type EntryPoint, formatVersion, type InputSlot, type Manifest, type TensorSlot, type VariableSlot } from "../runtime/program.ts";
import type { SharedBuffers } from "./fuse/buffers.ts";
import type { Fused } from "./fuse/fuse.ts";
import { evaluate } from "./ir/dim.ts";
import { type Program, rootsOf, withFinish } from "./ir/entry.ts";
import type { InputNode, Node } from "./ir/node.ts";
import { withoutBodies } from "./ir/walk.ts";
import type { Buffer, EntryPlan, Layout, MemoryPlan } from "./kernel/kernel.ts";
import type { IndexRange } from "./passes/index-ranges.ts";

/** What a module is called and is for, beside what its graph says. */
export type Purpose = Pick<Manifest, "outputs" | "metrics" | "targets" | "standardize" | "heads" | "profile"> & {
  /** Where inputs lie, bounds included, by their names. */
  readonly binary?: Readonly<Record<string, { readonly lower: number; readonly upper: number }>>;
  readonly optimizer?: string;
};

/** Everything that the manifest is made from. */
export interface Parts {
  readonly program: Program;
  readonly purpose: Purpose;
  readonly shared: SharedBuffers;
  readonly fused: readonly Fused[];
  readonly plans: readonly EntryPlan[];
  readonly layout: Layout;
  readonly memory: MemoryPlan;
  readonly ranges: ReadonlyMap<Node, IndexRange>;
}

function tensorSlot({ memory }: Parts, name: string, buffer: Buffer): TensorSlot {
  return { name, dtype: buffer.dtype, shape: buffer.shape, offset: memory.offsets.get(buffer) as number };
}

function inputSlot(parts: Parts, node: InputNode): InputSlot {
  const plain = tensorSlot(parts, node.params.name, parts.shared.inputs.get(node) as Buffer);
  const { binary = {} } = parts.purpose;
  const bounds = Object.hasOwn(binary, plain.name) ? binary[plain.name] : undefined;
  // Of whole numbers the upper bound is the first that is too large.
  const range = parts.ranges.get(node) ?? (bounds && plain.dtype === "i32" ? { ...bounds, upper: bounds.upper + 1 } : bounds);
  return range ? { ...plain, range } : plain;
}

function variableSlot(parts: Parts, node: Node): VariableSlot {
  const { name, role, trainable, upright } = parts.program.graph.declarations.get(node) as NonNullable<
    ReturnType<Program["graph"]["declarations"]["get"]>
  >;
  const buffer = parts.shared.variables.get(node) as Buffer;
  const strides = (parts.layout.get(buffer) ?? []).map((stride) => evaluate(stride, parts.program.capacity));
  const plain = tensorSlot(parts, name, buffer);
  return { ...plain, shape: plain.shape.map((dim) => evaluate(dim, parts.program.capacity)), strides, role, trainable, ...(upright && { upright }) };
}

function entryPoint(parts: Parts, i: number): EntryPoint {
  const entry = parts.program.entries[i] as Program["entries"][number];
  const plan = parts.plans[i] as EntryPlan;
  const { results } = parts.fused[i] as Fused;
  const live = new Set(withoutBodies(withFinish(parts.program, entry).flatMap(rootsOf)));
  const nameOf = (node: Node) => (parts.program.graph.declarations.get(node) as { name: string }).name;
  return {
    name: entry.name,
    dims: plan.dims,
    inputs: parts.program.inputs.filter((node) => live.has(node)).map((node) => node.params.name),
    results: results.map(({ name, buffer }) => tensorSlot(parts, name, buffer)),
    updates: entry.updates.map(({ target }) => nameOf(target)),
    training: entry.training,
    splittable: entry.splittable,
    minimum: entry.minimum,
    checks: plan.checks.map(({ buffer }) => buffer.name),
  };
}

/** The manifest of a module, ready for its custom section. */
export function makeManifest(parts: Parts): Manifest {
  const { program, memory } = parts;
  const { binary: _, ...purpose } = parts.purpose;
  return {
    version: formatVersion,
    name: program.name,
    ...purpose,
    capacity: program.capacity,
    inputs: program.inputs.map((node) => inputSlot(parts, node)),
    variables: [...program.graph.declarations.keys()].map((node) => variableSlot(parts, node)),
    entries: program.entries.map((_, i) => entryPoint(parts, i)),
    bytes: memory.bytes,
  };
}
