// Two values that are needed at the same time never share a byte, and a module takes no more memory than its plan says.
import { describe, expect, test } from "vitest";
import type { Build } from "../../compiler/index.ts";
import { evaluate } from "../../compiler/ir/dim.ts";
import type { Buffer, EntryPlan, Kernel } from "../../compiler/kernel/kernel.ts";
import { buffersOf, sitesOf } from "../../compiler/kernel/visit.ts";
import { accessesTo } from "./accesses.ts";
import { built, names } from "./models.ts";

const pageBytes = 65536;

/** The bytes that a buffer takes, with what lies around its content: `[start, end)`. */
function placeOf(buffer: Buffer, { memory, layout, program: { capacity } }: Build): { readonly start: number; readonly end: number } {
  const offset = memory.offsets.get(buffer) as number;
  const strides = (layout.get(buffer) ?? []).map((stride) => evaluate(stride, capacity));
  const extents = buffer.shape.map((dim) => evaluate(dim, capacity));
  if (extents.includes(0)) return { start: offset, end: offset };
  const reach = (elements: (axis: number) => number) => 4 * strides.reduce((sum, stride, axis) => sum + stride * elements(axis), 0);
  return {
    start: offset - reach((axis) => buffer.halo?.[axis]?.low ?? 0),
    end: offset + 4 + reach((axis) => (extents[axis] as number) - 1 + (buffer.halo?.[axis]?.high ?? 0)),
  };
}

/** Whether it lives as long as the module: all but temporaries, and temporaries whose surroundings must stay 0. */
const isLasting = ({ kind, halo }: Buffer): boolean => kind !== "temporary" || halo !== undefined;

/** The kernels of one entry point between the first that touches a buffer and the last. */
function lifeOf(buffer: Buffer, { kernels }: EntryPlan): { readonly first: number; readonly last: number } | undefined {
  const touching = kernels.flatMap(({ kernel }, time) => (buffersOf(kernel).has(buffer) ? [time] : []));
  return touching.length > 0 ? { first: touching[0] as number, last: touching.at(-1) as number } : undefined;
}

const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }): boolean => a.start < b.end && b.start < a.end;

/** Whether every element of `to` is written at the point where the last value at its place is read, and not before it is read. */
function isReadBeforeWritten(from: Buffer, to: Buffer, kernel: Kernel, { memory, layout, program: { capacity } }: Build): boolean {
  const [read, written] = [accessesTo(from, kernel, layout, capacity), accessesTo(to, kernel, layout, capacity)];
  if (!read || !written || read.stores.length > 0) return false;
  const shift = (memory.offsets.get(to) as number) - (memory.offsets.get(from) as number);
  const writes = new Map(written.stores.map((access) => [access.byte + shift, access]));
  return read.loads.every(({ byte, point, statement }) => {
    const write = writes.get(byte);
    return write === undefined || (write.point === point && statement <= write.statement);
  });
}

/** Pairs of buffers that share bytes although both are needed. */
function conflicts(build: Build, plan: EntryPlan): string[] {
  const alive = [...build.memory.offsets.keys()].flatMap((buffer) => {
    const life = isLasting(buffer) ? { first: 0, last: plan.kernels.length } : lifeOf(buffer, plan);
    return life ? [{ buffer, ...life, ...placeOf(buffer, build) }] : [];
  });
  alive.sort((a, b) => a.start - b.start);
  return alive.flatMap((a, i) => {
    const found: string[] = [];
    for (const b of alive.slice(i + 1)) {
      if (b.start >= a.end) break;
      if (!overlaps(a, b) || a.last < b.first || b.last < a.first) continue;
      const [from, to] = a.first < b.first ? [a, b] : [b, a];
      const kernel = plan.kernels[to.first]?.kernel;
      const isJoin = !isLasting(from.buffer) && !isLasting(to.buffer) && from.last === to.first && from.first < to.first;
      if (isJoin && kernel && isReadBeforeWritten(from.buffer, to.buffer, kernel, build)) continue;
      found.push(`${plan.name}: ${a.buffer.name} [${a.start}, ${a.end}) and ${b.buffer.name} [${b.start}, ${b.end})`);
    }
    return found;
  });
}

/** Temporaries that a kernel reads before any has written them in the same entry point. */
function unwritten({ name, kernels }: EntryPlan): string[] {
  const written = new Set<Buffer>();
  return kernels.flatMap(({ kernel }) => {
    const stored = new Set(sitesOf(kernel.body).flatMap(({ statement }) => (statement.kind === "store" ? [statement.buffer] : [])));
    const missing = [...buffersOf(kernel)].filter((buffer) => buffer.kind === "temporary" && !written.has(buffer) && !stored.has(buffer));
    for (const buffer of stored) written.add(buffer);
    return missing.map((buffer) => `${name}: ${buffer.name} in ${kernel.name}`);
  });
}

describe.each(names)("%s", (name) => {
  test("the planned bytes, in whole pages, are the memory of the module", async () => {
    const { wasm, memory, manifest } = await built(name);
    const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>));
    expect((exports.memory as WebAssembly.Memory).buffer.byteLength).toBe(Math.ceil(memory.bytes / pageBytes) * pageBytes);
    expect(manifest.bytes).toBe(memory.bytes);
  });

  test("every buffer lies within the plan, and one of them ends it", async () => {
    const build = await built(name);
    const places = [...build.memory.offsets.keys()].map((buffer) => placeOf(buffer, build));
    expect(Math.min(...places.map(({ start }) => start))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places.map(({ end }) => end))).toBe(build.memory.bytes);
  });

  test("what is alive together shares no byte", async () => {
    const build = await built(name);
    expect(build.plans.flatMap((plan) => conflicts(build, plan))).toEqual([]);
  });

  test("nothing is read that was not written", async () => {
    const build = await built(name);
    expect(build.plans.flatMap(unwritten)).toEqual([]);
  });
});

test("a plan that puts a value where another lives is noticed", async () => {
  const build = await built("attention");
  const plan = build.plans.find((each) => each.name === "step") as EntryPlan;
  const living = [...build.memory.offsets.keys()].filter(
    (buffer) => lifeOf(buffer, plan) && placeOf(buffer, build).end > placeOf(buffer, build).start,
  );
  const lasting = living.filter(isLasting);
  expect(lasting.length).toBeGreaterThan(10);
  for (const [i, buffer] of living.filter((each) => !isLasting(each)).entries()) {
    const other = lasting[i % lasting.length] as Buffer;
    const offsets = new Map(build.memory.offsets).set(buffer, build.memory.offsets.get(other) as number);
    expect(conflicts({ ...build, memory: { ...build.memory, offsets } }, plan)).not.toEqual([]);
  }
});

test("some buffers do share memory", async () => {
  const builds = await Promise.all(names.map(built));
  const shared = builds.flatMap((build) => {
    const temporaries = [...build.memory.offsets].filter(([buffer]) => !isLasting(buffer));
    return temporaries.length - new Set(temporaries.map(([, offset]) => offset)).size;
  });
  expect(shared.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
});
