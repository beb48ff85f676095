// From scheduled kernels and the memory plan to the bytes of one WebAssembly module without imports.

import { InternalError } from "../../runtime/error.ts";
import { isDynamic } from "../ir/dim.ts";
import { placeIn, spanOf } from "../ir/elements.ts";
import { callsByKernel } from "../kernel/call.ts";
import type { Buffer, EntryPlan, Kernel, Layout, MemoryPlan, Scheduled } from "../kernel/kernel.ts";
import { callsOf } from "../kernel/plan.ts";
import { type Assembler, type Binaryen, loadBinaryen } from "./binaryen.ts";
import { emitEntry } from "./emit-entry.ts";
import { emitKernel, type KernelFunction, type ModuleCode } from "./emit-kernel.ts";
import { mathLibrary } from "./math-library.ts";
import { seal } from "./seal.ts";

const pageBytes = 65536;

/** Everything that a module is made of. */
export interface ModuleSpec {
  readonly entries: readonly EntryPlan[];
  /** How each kernel runs that is called; as it is, unless stated. */
  readonly schedules: ReadonlyMap<Kernel, Scheduled>;
  readonly layout: Layout;
  readonly memory: MemoryPlan;
  /** Buffers whose data the module starts with. */
  readonly constants: readonly Buffer[];
  /** Custom sections. */
  readonly sections: readonly { readonly name: string; readonly data: Uint8Array }[];
  /** `fast` uses relaxed SIMD. */
  readonly profile: "exact" | "fast";
  /** Leaves out the names of functions. */
  readonly strip?: boolean;
}

export interface EmittedModule {
  readonly bytes: Uint8Array;
  /** The module as text. */
  wat(): string;
}

/**
 * The module of `spec`. Equal specs give equal bytes.
 * Exports `memory` of a fixed size and one function an entry: an i32 for each of its dims in, a status out
 * (0: done; k: the k-th check failed, and nothing was written).
 */
export async function emitModule(spec: ModuleSpec): Promise<EmittedModule> {
  const library = await loadBinaryen();
  const m = new library.Module();
  try {
    m.setFeatures(featuresOf(library, spec.profile));
    defineMemory(m, spec);
    defineFunctions(library, m, spec);
    // Locals that never hold a value at the same time become one: a fifth less to download. Entry points have many kernels in common, down to the addresses.
    m.runPasses(["coalesce-locals", "duplicate-function-elimination"]);
    for (const { name, data } of spec.sections) m.addCustomSection(name, data);
    if (!m.validate()) throw new InternalError("The emitted module is not valid");
    const bytes = emitBytes(library, m, spec);
    return { bytes: seal(bytes), wat: () => textOf(library, bytes) };
  } finally {
    m.dispose();
  }
}

function featuresOf({ Features }: Binaryen, profile: ModuleSpec["profile"]): number {
  const base = Features.SIMD128 | Features.NontrappingFPToInt | Features.MutableGlobals;
  return profile === "fast" ? base | Features.RelaxedSIMD : base;
}

// Names of functions go into the name section, for profilers. The setting is the library's, so it is put back.
function emitBytes(library: Binaryen, m: Assembler, { strip = false }: ModuleSpec): Uint8Array {
  const before = library.getDebugInfo();
  library.setDebugInfo(!strip);
  try {
    return m.emitBinary();
  } finally {
    library.setDebugInfo(before);
  }
}

function textOf(library: Binaryen, bytes: Uint8Array): string {
  const m = library.readBinary(bytes);
  try {
    return m.emitText();
  } finally {
    m.dispose();
  }
}

function defineMemory(m: Assembler, { memory, layout, constants }: ModuleSpec): void {
  const pages = Math.ceil(memory.bytes / pageBytes);
  const segments = constants.map((buffer) => {
    const offset = memory.offsets.get(buffer);
    if (offset === undefined) throw new InternalError(`The constant "${buffer.name}" has no place in memory`);
    return { offset: m.i32.const(offset), data: contentOf(buffer, layout) };
  });
  m.setMemory(pages, pages, "memory", segments, false, false, "memory");
}

/** The bytes of a constant in its layout; gaps are 0. */
function contentOf(buffer: Buffer, layout: Layout): Uint8Array {
  const { shape, data = [], dtype } = buffer;
  const strides = layout.get(buffer)?.map(Number) ?? [];
  if (shape.some(isDynamic)) throw new InternalError(`The constant "${buffer.name}" has a dynamic shape`);
  const extents = shape.map(Number);
  const span = spanOf(extents, strides);
  const elements = dtype === "f32" ? new Float32Array(span) : new Int32Array(span);
  data.forEach((value, position) => {
    elements[placeIn(position, extents, strides)] = value;
  });
  return new Uint8Array(elements.buffer);
}

function defineFunctions(library: Binaryen, m: Assembler, { entries, schedules, layout, memory, profile }: ModuleSpec): void {
  const module: ModuleCode = { library, m, layout, memory, math: mathLibrary(library, m, profile === "fast"), fast: profile === "fast" };
  const functions = new Map<Kernel, KernelFunction>();
  const calls = callsByKernel(callsOf(...entries));
  for (const entry of entries) {
    for (const { kernel } of callsOf(entry)) {
      const of = calls.get(kernel) ?? [];
      if (!functions.has(kernel)) functions.set(kernel, emitKernel(module, kernel, schedules.get(kernel)?.kernel ?? kernel, of));
    }
    emitEntry(module, entry, functions);
  }
}
