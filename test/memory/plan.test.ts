// Two values that are needed at the same time never share a byte, and a module takes no more memory than its plan says.
import { describe, expect, test } from "vitest";
import type { Build } from "../../compiler/index.ts";
import type { EntryCalls } from "../../compiler/kernel/kernel.ts";
import { withScratch } from "../../compiler/memory/scratch.ts";
import { aliveIn, conflicts, type PlannedMemory, placeOf, verifyMemory } from "../../compiler/memory/verify-memory.ts";
import { built, names } from "./models.ts";

const pageBytes = 65536;

/** A module as its memory is checked. */
const planned = ({ program, ...build }: Build): PlannedMemory => ({ ...build, entries: build.fused, capacity: program.capacity });

describe.each(names)("%s", (name) => {
  test("the planned bytes, in whole pages, are the memory of the module", async () => {
    const { wasm, memory, manifest } = await built(name);
    const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>));
    expect((exports.memory as WebAssembly.Memory).buffer.byteLength).toBe(Math.ceil(memory.bytes / pageBytes) * pageBytes);
    expect(manifest.bytes).toBe(memory.bytes);
  });

  test("every buffer lies within the plan, and one of them, or the panels of schedules behind it, ends it", async () => {
    const build = await built(name);
    const places = [...build.memory.offsets.keys()].map((buffer) => placeOf(buffer, planned(build)));
    const bytes = Math.max(...places.map(({ end }) => end));
    const scheduled = [...build.schedules.values()].map(({ kernel }) => kernel);
    expect(withScratch(build.layout, { ...build.memory, bytes }, scheduled).memory.bytes).toBe(build.memory.bytes);
  });

  test("what is alive together shares no byte, and nothing is read that was not written", async () => {
    verifyMemory(planned(await built(name)));
  });
});

test("a plan that puts a value where another lives is noticed", async () => {
  const build = await built("attention");
  const plan = build.fused.find((each) => each.name === "step") as EntryCalls;
  const living = aliveIn(plan, planned(build)).filter(({ start, end }) => end > start);
  const lasting = living.filter(({ last }) => last === plan.calls.length);
  expect(lasting.length).toBeGreaterThan(10);
  for (const [i, { buffer }] of living.filter((each) => !lasting.includes(each)).entries()) {
    const other = lasting[i % lasting.length]?.buffer as (typeof living)[number]["buffer"];
    const offsets = new Map(build.memory.offsets).set(buffer, build.memory.offsets.get(other) as number);
    const wrong = planned({ ...build, memory: { ...build.memory, offsets } });
    expect(conflicts(wrong, plan)).not.toEqual([]);
    expect(() => verifyMemory(wrong)).toThrow(buffer.name);
  }
});

test("some buffers do share memory", async () => {
  const builds = await Promise.all(names.map(built));
  const shared = builds.flatMap((build) => {
    const temporaries = [...build.memory.offsets].filter(([{ kind, halo }]) => kind === "temporary" && !halo);
    return temporaries.length - new Set(temporaries.map(([, offset]) => offset)).size;
  });
  expect(shared.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
});
