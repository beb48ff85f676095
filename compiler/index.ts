// The compiler as a table of contents: a program of entry points in, a WebAssembly module out.

import type { Manifest } from "../runtime/program.ts";
import * as sections from "../runtime/sections.ts";
import { storedText } from "./describe/stored.ts";
import { settingOutOfRange } from "./diagnostics/settings.ts";
import { prepare } from "./entry-points.ts";
import { type SharedBuffers, sharedBuffers } from "./fuse/buffers.ts";
import { Functions } from "./fuse/functions.ts";
import { type Fused, fuse } from "./fuse/fuse.ts";
import type { Dim, Sizes } from "./ir/dim.ts";
import type { PlaceOf } from "./ir/elements.ts";
import type { Program } from "./ir/entry.ts";
import type { Node, Position } from "./ir/node.ts";
import { printProgram } from "./ir/print.ts";
import { changeKernels } from "./kernel/call.ts";
import { type Buffer, type Call, type EntryPlan, type Kernel, type Layout, type MemoryPlan, rowsOfBlock, type Scheduled } from "./kernel/kernel.ts";
import { addHalos } from "./kernel/passes/add-halos.ts";
import { classify } from "./kernel/passes/classify.ts";
import { cutLoops } from "./kernel/passes/cut-loops.ts";
import { cutTriangles } from "./kernel/passes/cut-triangles.ts";
import { hoist } from "./kernel/passes/hoist.ts";
import { peelResidues } from "./kernel/passes/peel-residues.ts";
import { type Placed, type Places, rebase } from "./kernel/passes/rebase.ts";
import { share } from "./kernel/passes/share.ts";
import { sinkGuards } from "./kernel/passes/sink-guards.ts";
import { trim } from "./kernel/passes/trim.ts";
import { dropUnitLoops } from "./kernel/passes/unit-loops.ts";
import { callsOf } from "./kernel/plan.ts";
import { printCalls, printKernel } from "./kernel/print.ts";
import { makeManifest, type Purpose } from "./manifest.ts";
import { planMemory } from "./memory/plan-memory.ts";
import { withScratch } from "./memory/scratch.ts";
import { verifyMemory } from "./memory/verify-memory.ts";
import { type IndexRange, indexRanges } from "./passes/index-ranges.ts";
import { lift } from "./passes/lift.ts";
import { readMasksOff } from "./passes/masks.ts";
import { checkProgram } from "./pipeline/check-graph.ts";
import { checkKernels, checkSchedules } from "./pipeline/check-kernels.ts";
import type { Debug } from "./pipeline/debug.ts";
import type { Pass, PassName } from "./pipeline/pass.ts";
import { Pipeline } from "./pipeline/pipeline.ts";
import { planEntry } from "./plan-entry.ts";
import { type Blocking, blockRows } from "./rows/block-rows.ts";
import { applySchedule } from "./schedule/apply.ts";
import { isDivisible } from "./schedule/divisible.ts";
import { layout } from "./schedule/layout.ts";
import { schedule } from "./schedule/schedule.ts";
import { target } from "./target.ts";
import { type EmittedModule, emitModule, type ModuleSpec } from "./wasm/emit-module.ts";

export { readable } from "./describe/readable.ts";
export type { Purpose } from "./manifest.ts";
export { prepare };

/** What is emitted of a lowered program. */
export interface EmitOptions {
  readonly purpose: Purpose;
  /** Leaves out the section `gradc.graph` and the names of functions. */
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
  readonly schedules: ReadonlyMap<Kernel, Scheduled>;
  /** Where the definition says what each call computes, by name of the call. */
  readonly places: ReadonlyMap<string, readonly Position[]>;
  readonly layout: Layout;
  readonly memory: MemoryPlan;
  wat(): string;
}

type Calls = readonly (readonly Call[])[];
type KernelPass = readonly [name: PassName, run: (entries: Calls) => Calls];

/** From the calls of all entry points to those that are placed and scheduled. */
const kernelPasses: readonly KernelPass[] = [
  ["peel-residues", (entries) => changeKernels(entries, peelResidues)],
  ["unit-loops", (entries) => changeKernels(entries, dropUnitLoops)],
  ["sink-guards", (entries) => changeKernels(entries, sinkGuards)],
  ["hoist", (entries) => changeKernels(entries, hoist)],
  ["share", share],
  ["trim", trim],
  ["add-halos", addHalos],
  ["cut-loops", (entries) => changeKernels(entries, cutLoops)],
];

const printFused = (parts: readonly Fused[]): string => printCalls(callsOf(...parts)).join("\n\n");

/** Below which number the elements of an i32 buffer lie. */
function upperOf({ inputs }: SharedBuffers, ranges: ReadonlyMap<Node, IndexRange>): (buffer: Buffer) => number {
  const nodes = new Map([...inputs].map(([node, buffer]) => [buffer, node]));
  return (buffer) => ranges.get(nodes.get(buffer) as Node)?.upper ?? 2;
}

/** The rows that all inputs have: those of a batch. */
function rowsOf({ inputs, capacity }: Program): Dim {
  const dynamic = Object.keys(capacity)[0];
  const rows = new Set(inputs.map(({ shape }) => shape[0] ?? 1));
  return dynamic ?? (rows.size === 1 ? ([...rows][0] as Dim) : 1);
}

/** What dynamic dimensions are at most, those of a block of rows with them. */
export const sizesOf = ({ capacity }: Program): Sizes => ({ ...capacity, [rowsOfBlock]: target.blockedRows.rows });

/** The kernels of a prepared program. `ranges` are the indices that its inputs may hold. */
function lowerToKernels(
  program: Program,
  { shared, ranges, functions }: Pick<Lowered, "shared" | "ranges"> & { readonly functions: Functions },
  pipeline: Pipeline,
): readonly Fused[] {
  const check = checkKernels(sizesOf(program), upperOf(shared, ranges));
  const fusing: Pass<Program, readonly Fused[]> = {
    name: "fuse",
    run: (before) => before.entries.map((entry) => fuse(before, entry, shared, functions)),
    print: printFused,
  };
  const blocking: Blocking = { rows: rowsOf(program), block: target.blockedRows.rows, bytes: target.blockedRows.bytes, sizes: program.capacity };
  const inBlocks: KernelPass = ["block-rows", (entries) => blockRows(entries, blocking, functions.places)];
  const passes = [...kernelPasses, inBlocks].map((pass) => onCalls(pass, check));
  return pipeline.runAll(passes, pipeline.run(fusing, program));
}

/** A pass over the calls of all entry points. */
function onCalls([name, run]: KernelPass, check: ReturnType<typeof checkKernels>): Pass<readonly Fused[]> {
  const rewritten = (before: readonly Fused[]) => {
    const calls = run(before.map((one) => one.calls));
    return before.map((one, i) => ({ ...one, calls: calls[i] ?? [] }));
  };
  return { name, run: rewritten, print: printFused, check };
}

/** A program as kernels with their places: what its modules are emitted from, one for each profile. */
export interface Lowered extends Pick<Build, "program" | "fused" | "plans" | "schedules" | "places" | "layout" | "memory"> {
  readonly original: Program;
  readonly pipeline: Pipeline;
  readonly shared: SharedBuffers;
  /** Where buffers and their views lie. */
  readonly placed: Places;
  readonly ranges: ReadonlyMap<Node, IndexRange>;
}

/** From a program as it is printed to one whose values are computed where it costs least. */
const graphPasses: readonly Pass<Program>[] = [
  { name: "lift", run: lift, print: printProgram, check: checkProgram },
  { name: "read-masks-off", run: readMasksOff, print: printProgram, check: checkProgram },
];

/** Lowers a program. @throws GradcError `setting-out-of-range` for more memory than 32 bits address */
export function lower(original: Program, pipeline = new Pipeline()): Lowered {
  const program = pipeline.runAll(graphPasses, prepare(original, pipeline));
  const ranges = indexRanges(original);
  const { entries } = program;
  const sizes = sizesOf(program);
  const shared = sharedBuffers(program);
  const functions = new Functions();
  const whole = lowerToKernels(program, { shared, ranges, functions }, pipeline);
  const laid = pipeline.run(layoutPass(shared, sizes), whole);
  const triangles: KernelPass = ["cut-triangles", (calls) => cutTriangles(calls, laid)];
  const fused = pipeline.run(onCalls(triangles, checkKernels(sizes, upperOf(shared, ranges))), whole);
  const memory = pipeline.run(memoryPass(program, laid), fused);
  const placed = pipeline.run(rebasePass({ layout: laid, memory }), fused);
  const called = pipeline.run(classifyPass, placed);
  const schedules = pipeline.run(schedulePass(placed, sizes, checkSchedules(sizes, upperOf(shared, ranges))), called);
  const plans = entries.map((entry, i) => planEntry(program, entry, { calls: called[i] ?? [], shared, ranges }));
  const roomy = withScratch(
    placed.layout,
    placed.memory,
    [...schedules.values()].map(({ kernel }) => kernel),
  );
  checkMemory(program, roomy.memory.bytes);
  const { places } = functions;
  return {
    original,
    pipeline,
    program,
    shared,
    fused,
    ranges,
    plans,
    schedules,
    places,
    layout: laid,
    memory: { ...memory, bytes: roomy.memory.bytes },
    placed: roomy,
  };
}

const layoutPass = (shared: SharedBuffers, capacity: Sizes): Pass<readonly Fused[], Layout> => ({
  name: "layout",
  run: (fused) => layout([...new Set(callsOf(...fused))], persistent(shared, fused), capacity),
  print: (laid) => [...laid].map(([{ name }, strides]) => `${name}  strides [${strides.join(", ")}]`).join("\n"),
});

const memoryPass = (program: Program, laid: Layout): Pass<readonly Fused[], MemoryPlan> => ({
  name: "plan-memory",
  run: (fused) => planMemory(fused, laid, sizesOf(program)),
  print: ({ offsets }) => [...offsets].map(([{ name }, offset]) => `${offset}  ${name}`).join("\n"),
  check(entries, memory, level) {
    if (level >= 1) verifyMemory({ entries, layout: laid, memory, capacity: sizesOf(program) });
  },
});

const rebasePass = (places: Places): Pass<readonly Fused[], Placed> => ({
  name: "rebase",
  run: (fused) => {
    const calls = fused.map((one) => one.calls);
    return rebase(calls, places);
  },
  print: ({ entries }) => printCalls([...new Set(entries.flat())]).join("\n\n"),
});

const classifyPass: Pass<Placed, readonly (readonly Call[])[]> = {
  name: "classify",
  run: ({ entries, layout, memory }) => classify(entries, layout, memory),
  print: (called) => printCalls(called.flat()).join("\n\n"),
};

function scheduled(kernel: Kernel, laid: Layout, memory: MemoryPlan, capacity: Sizes): Scheduled {
  const steps = schedule(kernel, laid, capacity);
  return { steps, kernel: applySchedule(kernel, steps, { offsets: memory.offsets, capacity }) };
}

type Check<Before, After> = NonNullable<Pass<Before, After>["check"]>;
type Schedules = ReadonlyMap<Kernel, Scheduled>;

const schedulePass = ({ layout: laid, memory }: Places, capacity: Sizes, check: Check<Calls, Schedules>): Pass<Calls, Schedules> => ({
  name: "schedule",
  check,
  run: (called) => {
    const kernels = [...new Set(called.flat().map(({ kernel }) => kernel))];
    return new Map(kernels.map((kernel) => [kernel, scheduled(kernel, laid, memory, capacity)]));
  },
  print: (schedules) => [...schedules].map(([kernel, run]) => `${printKernel(run.kernel)}${isDivisible(kernel) ? "\n  divisible" : ""}`).join("\n\n"),
});

const gibibyte = 2 ** 30;

/** What 32-bit addresses reach. */
const mostBytes = 4 * gibibyte;

function checkMemory({ name, capacity }: Program, bytes: number): void {
  if (bytes <= mostBytes) return;
  const sizes = Object.entries(capacity).map(([dim, size]) => ` for a ${dim} of ${size}`);
  throw settingOutOfRange(`Cannot compile "${name}"`, "memory", `${(bytes / gibibyte).toFixed(1)} GiB${sizes.join("")}`, "at most 4 GiB");
}

const text = (value: string) => new TextEncoder().encode(value);

/** The module as text is the longest of all results, and waits for a level of its own. */
const emission: Pass<ModuleSpec, Promise<EmittedModule>> = { name: "emit", run: emitModule, print: ({ wat }) => wat(), printedFrom: 4 };

/** The module of a lowered program with its manifest, for one profile. */
export async function emit(lowered: Lowered, { purpose, strip = false }: EmitOptions): Promise<Build> {
  const { original, pipeline, program, fused, plans, schedules, places, layout: laid, memory, shared, placed } = lowered;
  const manifest = makeManifest({ purpose, ...lowered });
  const graph = strip ? [] : [{ name: sections.graph, data: text(storedText(original, placesIn(shared, placed))) }];
  const custom = [{ name: sections.manifest, data: text(JSON.stringify(manifest)) }, ...graph];
  const constants = [...shared.constants.values()];
  const spec: ModuleSpec = { ...placed, entries: plans, schedules, constants, sections: custom, profile: purpose.profile, strip };
  const { bytes, wat } = await pipeline.wait(emission, spec);
  return { wasm: bytes, manifest, program, fused, plans, schedules, places, layout: laid, memory, wat };
}

/** Where the elements of constants lie that kernels read. */
const placesIn =
  ({ constants }: SharedBuffers, { memory, layout }: Places): PlaceOf =>
  (node) => {
    const buffer = constants.get(node);
    const [offset, strides] = buffer ? [memory.offsets.get(buffer), layout.get(buffer)] : [];
    return offset === undefined ? undefined : { offset, strides: (strides ?? []).map(Number) };
  };

/** Compiles a program to a WebAssembly module with its manifest. @throws GradcError as `lower` */
export const build = (program: Program, { debug, ...options }: BuildOptions): Promise<Build> => emit(lower(program, new Pipeline(debug)), options);

/** Buffers that the host may touch, whether a kernel uses them or not. */
function persistent(shared: SharedBuffers, fused: readonly Fused[]): Buffer[] {
  return [...shared.inputs.values(), ...shared.variables.values(), ...fused.flatMap(({ results }) => results.map(({ buffer }) => buffer))];
}
