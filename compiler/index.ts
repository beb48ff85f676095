// The compiler as a table of contents: a program of entry points in, a WebAssembly module out.

import type { Manifest } from "../runtime/program.ts";
import * as sections from "../runtime/sections.ts";
import { type Debug, readDebug } from "./debug.ts";
import { settingOutOfRange } from "./diagnostics/settings.ts";
import { type SharedBuffers, sharedBuffers } from "./fuse/buffers.ts";
import { type Fused, fuse } from "./fuse/fuse.ts";
import { uniqueNames } from "./fuse/name-kernel.ts";
import { namesOf } from "./ir/dim.ts";
import { type Entry, type Program, rootsOf, withFinish } from "./ir/entry.ts";
import { topological } from "./ir/graph.ts";
import type { Node } from "./ir/node.ts";
import { printProgram } from "./ir/print.ts";
import type { Buffer, EntryPlan, IndexCheck, Kernel, Layout, MemoryPlan, Schedule } from "./kernel/kernel.ts";
import { addHalos } from "./kernel/passes/add-halos.ts";
import { classify } from "./kernel/passes/classify.ts";
import { hoist } from "./kernel/passes/hoist.ts";
import { share } from "./kernel/passes/share.ts";
import { sinkGuards } from "./kernel/passes/sink-guards.ts";
import { trim } from "./kernel/passes/trim.ts";
import { printKernel } from "./kernel/print.ts";
import { makeManifest, type Purpose } from "./manifest.ts";
import { planMemory } from "./memory/plan-memory.ts";
import { verifyMemory } from "./memory/verify-memory.ts";
import { type Observe, observeEmission, observePass, observer } from "./observe.ts";
import { isOp } from "./ops/table.ts";
import { type IndexRange, indexRanges } from "./passes/index-ranges.ts";
import { simplifyProgram } from "./passes/simplify.ts";
import { specialise } from "./passes/specialise.ts";
import { layout } from "./schedule/layout.ts";
import { schedule } from "./schedule/schedule.ts";
import { emitModule, type ModuleSpec } from "./wasm/emit-module.ts";

export type { Purpose } from "./manifest.ts";

/** What is emitted of a lowered program. */
export interface EmitOptions {
  readonly purpose: Purpose;
  /** Leaves out the section `gradc.graph`. */
  readonly strip?: boolean;
}

export interface BuildOptions extends EmitOptions {
  readonly debug?: Partial<Debug>;
}

/** A compiled module and what it was made from. */
export interface Build {
  readonly wasm: Uint8Array;
  readonly manifest: Manifest;
  /** The program as it was lowered. */
  readonly program: Program;
  readonly fused: readonly Fused[];
  readonly plans: readonly EntryPlan[];
  readonly schedules: ReadonlyMap<Kernel, Schedule>;
  readonly layout: Layout;
  readonly memory: MemoryPlan;
  wat(): string;
}

const text = (value: string) => new TextEncoder().encode(value);

/** The dynamic dimensions that an entry point depends on, in the order of its arguments. */
function dimsOf(entry: Entry): string[] {
  const dims = topological(rootsOf(entry)).flatMap((node) => [...node.shape, ...(isOp(node, "size") ? [node.params.dim] : [])]);
  return [...new Set(dims.flatMap((dim) => namesOf(dim)))].sort();
}

function checksOf(program: Program, entry: Entry, shared: SharedBuffers, ranges: ReadonlyMap<Node, IndexRange>): IndexCheck[] {
  const live = new Set(topological(withFinish(program, entry).flatMap(rootsOf)));
  return program.inputs.flatMap((input) => {
    const range = ranges.get(input as Node);
    return range && live.has(input as Node) ? [{ buffer: shared.inputs.get(input as Node) as Buffer, ...range }] : [];
  });
}

const printFused = (parts: readonly Fused[]) =>
  [...new Set(parts.flatMap(({ kernels }) => kernels))].map((kernel) => printKernel(kernel)).join("\n\n");

function rewriteAll(fused: readonly Fused[], pass: (entries: readonly (readonly Kernel[])[]) => Kernel[][]): Fused[] {
  const kernels = pass(fused.map((one) => one.kernels));
  return fused.map((one, i) => ({ ...one, kernels: kernels[i] ?? [] }));
}

/** The program as it is printed and lowered: every entry point knows its mode, in its simplest form. */
export function prepare(original: Program, observe: Observe = observer(readDebug())): Program {
  const specialised = observePass(observe, "specialise", original, specialise);
  return observePass(observe, "simplify", specialised, simplifyProgram);
}

/** A program as kernels with their places: what its modules are emitted from, one for each profile. */
export interface Lowered extends Pick<Build, "program" | "fused" | "plans" | "schedules" | "layout" | "memory"> {
  readonly original: Program;
  readonly observe: Observe;
  readonly shared: SharedBuffers;
  readonly ranges: ReadonlyMap<Node, IndexRange>;
}

/** Lowers a program. @throws GradcError `setting-out-of-range` for more memory than 32 bits address */
export function lower(original: Program, debug?: Partial<Debug>): Lowered {
  const observe = observer(readDebug(debug));
  const program = prepare(original, observe);
  const ranges = indexRanges(original);
  const { capacity, entries } = program;
  const shared = sharedBuffers(program);
  const naming = uniqueNames();
  const separate = observe("fuse", () => entries.map((entry) => fuse(program, entry, shared, naming)), printFused);
  const sunk = observe("sink-guards", () => separate.map((one) => ({ ...one, kernels: one.kernels.map(sinkGuards) })), printFused);
  const hoisted = observe("hoist", () => sunk.map((one) => ({ ...one, kernels: one.kernels.map(hoist) })), printFused);
  const shareable = observe("share", () => rewriteAll(hoisted, share), printFused);
  const trimmed = observe("trim", () => rewriteAll(shareable, trim), printFused);
  const fused = observe("add-halos", () => rewriteAll(trimmed, addHalos), printFused);
  const kernels = [...new Set(fused.flatMap((one) => one.kernels))];
  const laid = observe("layout", () => layout(kernels, persistent(shared, fused), capacity));
  const memory = observe("plan-memory", () => planMemory(fused, laid, capacity));
  checkMemory(program, memory.bytes);
  if (observe.debug.check >= 1) verifyMemory({ entries: fused, layout: laid, memory, capacity });
  const called = observe("classify", () =>
    classify(
      fused.map((one) => one.kernels),
      laid,
      memory,
    ),
  );
  const functions = new Set(called.flat().map(({ kernel }) => kernel));
  const schedules = observe("schedule", () => new Map([...functions].map((kernel) => [kernel, schedule(kernel, laid, capacity)])));
  const plans = entries.map((entry, i): EntryPlan => {
    return { name: entry.name, dims: dimsOf(entry), calls: called[i] ?? [], checks: checksOf(program, entry, shared, ranges) };
  });
  return { original, observe, program, shared, fused, ranges, plans, schedules, layout: laid, memory };
}

const gibibyte = 2 ** 30;

/** What 32-bit addresses reach. */
const mostBytes = 4 * gibibyte;

function checkMemory({ name, capacity }: Program, bytes: number): void {
  if (bytes <= mostBytes) return;
  const batch = capacity.batch === undefined ? "" : ` for a batch of ${capacity.batch}`;
  throw settingOutOfRange(`Cannot compile "${name}"`, "memory", `${(bytes / gibibyte).toFixed(1)} GiB${batch}`, "at most 4 GiB");
}

/** The module of a lowered program with its manifest, for one profile. */
export async function emit(lowered: Lowered, { purpose, strip = false }: EmitOptions): Promise<Build> {
  const { original, observe, program, fused, plans, schedules, layout: laid, memory, shared } = lowered;
  const manifest = makeManifest({ purpose, ...lowered });
  const graph = strip ? [] : [{ name: sections.graph, data: text(printProgram(original)) }];
  const custom = [{ name: sections.manifest, data: text(JSON.stringify(manifest)) }, ...graph];
  const constants = [...shared.constants.values()];
  const spec: ModuleSpec = { entries: plans, schedules, layout: laid, memory, constants, sections: custom, profile: purpose.profile };
  const { bytes, wat } = await observeEmission(observe, () => emitModule(spec));
  return { wasm: bytes, manifest, program, fused, plans, schedules, layout: laid, memory, wat };
}

/** Compiles a program to a WebAssembly module with its manifest. @throws GradcError as `lower` */
export const build = (program: Program, { debug, ...options }: BuildOptions): Promise<Build> => emit(lower(program, debug), options);

/** Buffers that the host may touch, whether a kernel uses them or not. */
function persistent(shared: SharedBuffers, fused: readonly Fused[]): Buffer[] {
  return [...shared.inputs.values(), ...shared.variables.values(), ...fused.flatMap(({ results }) => results.map(({ buffer }) => buffer))];
}
