// Checks a memory plan, and knows nothing of how it was made:
//   - two buffers that are alive together share no byte, save where one kernel reads each element of the first before it writes the second there;
//   - every buffer lies within the planned bytes;
//   - no temporary is read that no kernel of the entry point wrote.
import { InternalError } from "../../runtime/error.ts";
import { evaluate, type Sizes } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { elementBytes } from "../ir/type.ts";
import { argumentsOf, buffersOfCall, instanceOf } from "../kernel/call.ts";
import { type Buffer, type EntryCalls, type Kernel, type Layout, type MemoryPlan, wholeOf } from "../kernel/kernel.ts";
import { callsOf, spansOf } from "../kernel/plan.ts";
import { writesOf } from "../kernel/visit.ts";
import { type Access, accessesTo } from "./accesses.ts";

/** Entry points whose buffers have places. */
export interface PlannedMemory {
  readonly entries: readonly EntryCalls[];
  readonly layout: Layout;
  readonly memory: MemoryPlan;
  readonly capacity: Sizes;
}

/** Throws an InternalError that names the buffers for which a rule of this file's header does not hold. */
export function verifyMemory(planned: PlannedMemory): void {
  const { entries, memory } = planned;
  const outside = [...memory.offsets.keys()].filter((buffer) => {
    const { start, end } = placeOf(buffer, planned);
    return start < 0 || end > memory.bytes;
  });
  const problems = [
    ...outside.map(({ name }) => `${name} is outside`),
    ...entries.flatMap((entry) => [...conflicts(planned, entry), ...unwritten(entry)]),
  ];
  if (problems.length > 0) throw new InternalError(`The memory plan is wrong:\n${problems.join("\n")}`);
}

/** The bytes that a buffer takes, with what lies around its content: `[start, end)`. */
export function placeOf(buffer: Buffer, { memory, layout, capacity }: PlannedMemory): { readonly start: number; readonly end: number } {
  const offset = memory.offsets.get(buffer) as number;
  const strides = (layout.get(buffer) ?? []).map((stride) => evaluate(stride, capacity));
  const extents = buffer.shape.map((dim) => evaluate(dim, capacity));
  if (extents.includes(0)) return { start: offset, end: offset };
  const bytes = elementBytes[buffer.dtype];
  const reach = (elements: (axis: number) => number) => bytes * strides.reduce((sum, stride, axis) => sum + stride * elements(axis), 0);
  return {
    start: offset - reach((axis) => buffer.halo?.[axis]?.low ?? 0),
    end: offset + bytes + reach((axis) => elementAt(extents, axis) - 1 + (buffer.halo?.[axis]?.high ?? 0)),
  };
}

/** Whether it lives as long as the module: all but temporaries, and temporaries whose surroundings must stay 0. */
const isLasting = ({ kind, halo }: Buffer): boolean => kind !== "temporary" || halo !== undefined;

/** A buffer with its bytes, and the first and the last kernel that needs it. */
interface Alive {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly last: number;
}

/** The buffers that an entry point needs, in order of their first bytes. */
export function aliveIn(entry: EntryCalls, planned: PlannedMemory): Alive[] {
  const spans = spansOf(entry);
  const alive = [...planned.memory.offsets.keys()].flatMap((buffer) => {
    if (buffer.view) return [];
    const life = isLasting(buffer) ? { first: 0, last: callsOf(entry).length } : spans.get(buffer);
    return life ? [{ buffer, ...life, ...placeOf(buffer, planned) }] : [];
  });
  return alive.sort((a, b) => a.start - b.start);
}

/**
 * Whether the first of two accesses is over when the second comes: at one point of the loops that they share, it stands before. Points of
 * a loop have no order that could be relied on.
 */
function isBefore(first: Access, second: Access): boolean {
  const apart = first.loops.findIndex((loop, depth) => loop !== second.loops[depth]);
  const shared = first.point.slice(0, apart < 0 ? undefined : apart);
  return first.statement <= second.statement && shared.every((position, depth) => position === second.point[depth]);
}

/** The strides of a buffer and the byte that it begins at. */
const placement = (buffer: Buffer, { memory, layout, capacity }: PlannedMemory): string =>
  [memory.offsets.get(buffer), ...(layout.get(buffer) ?? []).map((stride) => evaluate(stride, capacity))].join();

/** Whether two buffers lie alike, and every element of `to` is written after the last use of the one at its place. */
function isReadBeforeWritten(from: Buffer, to: Buffer, kernel: Kernel, planned: PlannedMemory): boolean {
  if (placement(from, planned) !== placement(to, planned)) return false;
  const { layout, capacity } = planned;
  // Two rows are enough to tell one row from another, since a row lies where the same row of the other lies.
  const sizes = Object.fromEntries(Object.entries(capacity).map(([name, most]) => [name, Math.min(most, 2)]));
  const [read, written] = [accessesTo(from, kernel, layout, capacity, sizes), accessesTo(to, kernel, layout, capacity, sizes)];
  const writes = new Map<number, Access[]>();
  for (const store of written.stores) {
    if (store.byte === undefined) return false;
    writes.set(store.byte, [...(writes.get(store.byte) ?? []), store]);
  }
  return [...read.loads, ...read.stores].every((access) => {
    const there = access.byte === undefined ? written.stores : (writes.get(access.byte) ?? []);
    return there.every((write) => isBefore(access, write));
  });
}

/** Whether the second lies where the first was, and the kernel that makes the second reads each element of the first before it writes there. */
function isTakenOver(from: Alive, to: Alive, entry: EntryCalls, planned: PlannedMemory): boolean {
  const call = callsOf(entry)[to.first];
  const isJoin = !isLasting(from.buffer) && !isLasting(to.buffer) && from.last === to.first;
  return isJoin && call !== undefined && isReadBeforeWritten(from.buffer, to.buffer, instanceOf(call), planned);
}

/** Pairs of buffers that share bytes although both are needed. */
export function conflicts(planned: PlannedMemory, entry: EntryCalls): string[] {
  const alive = aliveIn(entry, planned);
  return alive.flatMap((a, i) => {
    const found: string[] = [];
    for (const b of alive.slice(i + 1)) {
      if (b.start >= a.end) break;
      if (b.end <= a.start || a.last < b.first || b.last < a.first) continue;
      if (isTakenOver(a, b, entry, planned) || isTakenOver(b, a, entry, planned)) continue;
      found.push(`${entry.name}: ${a.buffer.name} [${a.start}, ${a.end}) and ${b.buffer.name} [${b.start}, ${b.end})`);
    }
    return found;
  });
}

/** Temporaries that a kernel reads although none has written them in the same entry point. */
function unwritten(entry: EntryCalls): string[] {
  const written = new Set<Buffer>();
  return callsOf(entry).flatMap((call) => {
    const stored = new Set([...writesOf(call.kernel)].map(argumentsOf(call)).map(wholeOf));
    const missing = buffersOfCall(call)
      .map(wholeOf)
      .filter((buffer) => buffer.kind === "temporary" && !written.has(buffer) && !stored.has(buffer));
    for (const buffer of stored) written.add(buffer);
    return missing.map((buffer) => `${entry.name}: ${buffer.name} in ${call.name}`);
  });
}
