// The memory plan for people: where every buffer lies, and when it is alive.

import type { Sizes } from "../ir/dim.ts";
import { formatType } from "../ir/type.ts";
import type { Buffer, BufferKind, EntryCalls, Layout, MemoryPlan } from "../kernel/kernel.ts";
import { spansOf } from "../kernel/plan.ts";
import { bytesOf } from "./plan-memory.ts";

/** One buffer in a module's memory. */
export interface Place {
  readonly name: string;
  readonly kind: BufferKind;
  /** `f32[batch, 5]` */
  readonly type: string;
  /** First byte. */
  readonly offset: number;
  /** With dynamic dimensions at capacity. */
  readonly bytes: number;
  /** The kernels that touch a temporary from first to last, by entry point: `step 2-4`. Other buffers live as long as the module. */
  readonly lifetime: string;
}

/** What the memory of a module is made of, in order of offset. */
export interface Plan {
  readonly fused: readonly EntryCalls[];
  readonly layout: Layout;
  readonly memory: MemoryPlan;
}

/** Every buffer of a plan by offset, kernels counted from 1 in each entry point. */
export function placesOf({ fused, layout, memory }: Plan, capacity: Sizes): Place[] {
  const uses = usesOf(fused);
  const places = [...layout.keys()].flatMap((buffer): Place[] => {
    const { name, kind } = buffer;
    const offset = memory.offsets.get(buffer);
    const lifetime = kind === "temporary" ? (uses.get(buffer) ?? []).join(", ") : "always";
    return offset === undefined || buffer.view
      ? []
      : [{ name, kind, type: formatType(buffer), offset, bytes: bytesOf(buffer, layout, capacity), lifetime }];
  });
  return places.sort((a, b) => a.offset - b.offset);
}

/** `step 2-4` by buffer. */
function usesOf(entries: readonly EntryCalls[]): Map<Buffer, string[]> {
  const uses = new Map<Buffer, string[]>();
  for (const entry of entries) {
    for (const [buffer, { first, last }] of spansOf(entry))
      uses.set(buffer, [...(uses.get(buffer) ?? []), `${entry.name} ${first + 1}${last > first ? `-${last + 1}` : ""}`]);
  }
  return uses;
}
