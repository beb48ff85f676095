// Room for the panels of schedules: behind all other memory, one kernel's in the place of another's, since they last as long as a run of a kernel.
import { product } from "../ir/dim.ts";
import { elementBytes } from "../ir/type.ts";
import type { Buffer, Kernel, Layout, MemoryPlan } from "../kernel/kernel.ts";
import { writesOf } from "../kernel/visit.ts";
import { denseStrides } from "../schedule/strides.ts";
import { target } from "../target.ts";
import { align } from "./plan-memory.ts";

const alignLine = (bytes: number): number => align(bytes, target.cache.line);

/** The scratch of a kernel. */
const scratchOf = (kernel: Kernel): Buffer[] => [...writesOf(kernel)].filter(({ kind }) => kind === "scratch");

/** The layout and the memory with the scratch of `kernels`, which are scheduled. */
export function withScratch(layout: Layout, memory: MemoryPlan, kernels: readonly Kernel[]): { layout: Layout; memory: MemoryPlan } {
  const strides = new Map(layout);
  const offsets = new Map(memory.offsets);
  let { bytes } = memory;
  for (const kernel of kernels) {
    let at = alignLine(memory.bytes);
    for (const buffer of scratchOf(kernel)) {
      strides.set(buffer, denseStrides(buffer.shape));
      offsets.set(buffer, at);
      at = alignLine(at + elementBytes[buffer.dtype] * Number(product(buffer.shape)));
      bytes = Math.max(bytes, at);
    }
  }
  return { layout: strides, memory: { offsets, bytes } };
}
