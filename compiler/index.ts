// The compiler as a table of contents: a program of entry points in, a WebAssembly module out.
import { type Manifest, sections } from "../runtime/program.ts";
import { type Debug, readDebug } from "./debug.ts";
import { namesOf } from "./ir/dim.ts";
import { type Entry, type Program, rootsOf } from "./ir/entry.ts";
import { topological } from "./ir/graph.ts";
import type { Node } from "./ir/node.ts";
import { printProgram } from "./ir/print.ts";
import type { Buffer, EntryPlan, IndexCheck, Kernel, Layout, MemoryPlan, ScheduledKernel } from "./kernel/kernel.ts";
import { printKernel } from "./kernel/print.ts";
import { makeManifest, type Purpose } from "./manifest.ts";
import { type Observe, observer } from "./observe.ts";
import { type SharedBuffers, sharedBuffers } from "./passes/fuse/buffers.ts";
import { type Fused, fuse } from "./passes/fuse/fuse.ts";
import { uniqueNames } from "./passes/fuse/name-kernel.ts";
import { hoist } from "./passes/hoist.ts";
import { type IndexRange, indexRanges } from "./passes/index-ranges.ts";
import { layout } from "./passes/layout.ts";
import { planMemory } from "./passes/plan-memory.ts";
import { schedule } from "./passes/schedule.ts";
import { simplifyProgram } from "./passes/simplify.ts";
import { specialise } from "./passes/specialise.ts";
import { emitModule } from "./wasm/emit-module.ts";

export type { Purpose } from "./manifest.ts";

export interface BuildOptions {
  readonly purpose: Purpose;
  readonly debug?: Partial<Debug>;
  /** Leaves out the section `gradc.graph`. */
  readonly strip?: boolean;
}

/** A compiled module and what it was made from. */
export interface Build {
  readonly wasm: Uint8Array;
  readonly manifest: Manifest;
  /** The program as it was lowered. */
  readonly program: Program;
  readonly plans: readonly EntryPlan[];
  readonly layout: Layout;
  readonly memory: MemoryPlan;
  wat(): string;
}

const text = (value: string) => new TextEncoder().encode(value);

/** The dynamic dimensions that an entry point depends on, in the order of its arguments. */
function dimsOf(entry: Entry): string[] {
  const dims = topological(rootsOf(entry)).flatMap((node) => [...node.shape, ...("dim" in node.params ? [node.params.dim] : [])]);
  return [...new Set(dims.flatMap((dim) => namesOf(dim)))].sort();
}

function checksOf(program: Program, entry: Entry, shared: SharedBuffers, ranges: ReadonlyMap<Node, IndexRange>): IndexCheck[] {
  const live = new Set(topological(rootsOf(entry)));
  return program.inputs.flatMap((input) => {
    const range = ranges.get(input as Node);
    return range && live.has(input as Node) ? [{ buffer: shared.inputs.get(input as Node) as Buffer, ...range }] : [];
  });
}

const printKernels = (kernels: readonly Kernel[]) => kernels.map((kernel) => printKernel(kernel)).join("\n\n");

/** The program as it is printed and lowered: every entry point knows its mode, in its simplest form. */
export function prepare(original: Program, observe: Observe = observer(readDebug())): Program {
  const specialised = observe("specialise", () => specialise(original), printProgram);
  return observe("simplify", () => simplifyProgram(specialised), printProgram);
}

/** Compiles a program to a WebAssembly module with its manifest. */
export async function build(original: Program, { purpose, debug, strip = false }: BuildOptions): Promise<Build> {
  const observe = observer(readDebug(debug));
  const program = prepare(original, observe);
  const ranges = indexRanges(original);

  const shared = sharedBuffers(program);
  const naming = uniqueNames();
  const fused: Fused[] = observe(
    "fuse",
    () => program.entries.map((entry) => fuse(program, entry, shared, naming)).map((one) => ({ ...one, kernels: one.kernels.map(hoist) })),
    (parts) => parts.map(({ kernels }) => printKernels(kernels)).join("\n\n"),
  );
  const laid = observe("layout", () => layout(fused.flatMap(({ kernels }) => kernels), persistent(shared, fused), program.capacity));
  const scheduled = observe("schedule", () =>
    fused.map(({ kernels }) => kernels.map((kernel): ScheduledKernel => ({ kernel, schedule: schedule(kernel, laid, program.capacity) }))),
  );
  const plans = program.entries.map(
    (entry, i): EntryPlan => ({ name: entry.name, dims: dimsOf(entry), kernels: scheduled[i] ?? [], checks: checksOf(program, entry, shared, ranges) }),
  );
  const memory = observe("plan-memory", () => planMemory(plans, laid, program.capacity));
  const manifest = makeManifest({ program, purpose, shared, fused, plans, layout: laid, memory, ranges });

  const start = performance.now();
  const custom: { name: string; data: Uint8Array }[] = [{ name: sections.manifest, data: text(JSON.stringify(manifest)) }];
  if (!strip) custom.push({ name: sections.graph, data: text(printProgram(original)) });
  const { bytes, wat } = await emitModule({
    entries: plans,
    layout: laid,
    memory,
    constants: [...shared.constants.values()],
    sections: custom,
    profile: purpose.profile,
  });
  observe(`emit ${(performance.now() - start).toFixed(0)} ms`, () => wat, (print) => print());
  return { wasm: bytes, manifest, program, plans, layout: laid, memory, wat };
}

/** Buffers that the host may touch, whether a kernel uses them or not. */
function persistent(shared: SharedBuffers, fused: readonly Fused[]): Buffer[] {
  return [...shared.inputs.values(), ...shared.variables.values(), ...fused.flatMap(({ results }) => results.map(({ buffer }) => buffer))];
}
