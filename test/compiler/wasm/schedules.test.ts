import { expect, test } from "vitest";
import { sharedBuffers } from "../../../compiler/fuse/buffers.ts";
import { Functions } from "../../../compiler/fuse/functions.ts";
import { fuse } from "../../../compiler/fuse/fuse.ts";
import { evaluate, type Sizes } from "../../../compiler/ir/dim.ts";
import { changeKernels, instanceOf } from "../../../compiler/kernel/call.ts";
import type { Axis, Buffer, Kernel } from "../../../compiler/kernel/kernel.ts";
import { hoist } from "../../../compiler/kernel/passes/hoist.ts";
import { type Loop, loopsOf, readsOf, type Site, sitesOf, writesOf } from "../../../compiler/kernel/visit.ts";
import { applySchedule } from "../../../compiler/schedule/apply.ts";
import { analyse } from "../../../compiler/schedule/legality.ts";
import { type Marks, stepsOf } from "../../../compiler/schedule/schedule.ts";
import { fusedCase, fusedCases } from "../../support/fused-cases.ts";
import { compileKernel, expected } from "./harness.ts";

// Values are below 2 and sums have at most 72 terms: some 300 roundings of the largest value.
const tolerance = 4e-5;

function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((state >>> 8) & 0xffff) / 65536;
  };
}

/** A random legal schedule of a kernel: at most one vector loop on each path, tiles and chunks of all sizes. */
function randomSchedule(kernel: Kernel, capacity: Sizes, random: () => number): Map<Axis, Marks> {
  const analysis = analyse(kernel, capacity);
  const vectors = new Set<Loop>();
  const markOf = (loop: Loop, around: Site["loops"]): Marks => {
    const legal = analysis.obstacle(loop) === undefined;
    const vector = legal && !around.some((outer) => vectors.has(outer)) && random() < 0.5;
    if (vector) vectors.add(loop);
    const tile = (loop.role === "parallel" || legal) && random() < 0.5 ? 1 + Math.floor(random() * 5) : 1;
    const mayGoInParts = loop.role === "parallel" || sitesOf(loop.body).every(({ statement }) => statement.kind !== "store");
    return { ...(vector ? { vector } : {}), tile, ...(mayGoInParts && random() < 0.4 ? { chunk: 1 + Math.floor(random() * 9) } : {}) };
  };
  const sites = sitesOf(kernel.body).flatMap(({ statement, loops }) => (statement.kind === "loop" ? [{ statement, loops }] : []));
  return new Map(sites.map(({ statement, loops }) => [statement.axis, markOf(statement, loops)]));
}

function randomContent({ data, dtype, shape }: Buffer, sizes: Sizes, random: () => number): number[] {
  if (data) return [...data];
  const count = shape.reduce<number>((product, dim) => product * evaluate(dim, sizes), 1);
  const value = { f32: () => Math.fround(4 * random() - 2), i32: () => Math.floor(3 * random()), bool: () => Math.floor(2 * random()) }[dtype];
  return Array.from({ length: count }, value);
}

const isClose = (got: number, want: number, scale: number) => Object.is(got, want) || got === want || Math.abs(got - want) <= tolerance * scale;

async function expectSchedule(kernel: Kernel, capacity: Sizes, random: () => number): Promise<void> {
  const schedule = randomSchedule(kernel, capacity, random);
  const { run } = await compileKernel(kernel, [...schedule], { capacity });
  const rewritten = applySchedule(kernel, stepsOf(kernel, schedule), { offsets: new Map(), capacity });
  const results = [...writesOf(kernel)];
  for (const batch of [1, 5, 8]) {
    const sizes = Object.fromEntries(Object.entries(capacity).map(([name, most]) => [name, Math.min(batch, most)]));
    const data = new Map([...readsOf(kernel), ...results].map((buffer) => [buffer, randomContent(buffer, sizes, random)]));
    const { read } = run(data, sizes);
    const interpreted = expected(rewritten, data, results, sizes);
    expected(kernel, data, results, sizes).forEach((want, r) => {
      const scale = want.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1);
      const wrong = read(results[r] as Buffer).findIndex((got, i) => !isClose(got, want[i] as number, scale));
      const marks = JSON.stringify([...schedule].map(([axis, mark]) => [axis.name, mark]));
      expect(
        interpreted[r]?.findIndex((got, i) => !isClose(got, want[i] as number, scale)),
        `${kernel.name} as rewritten, batch ${batch} ${marks}`,
      ).toBe(-1);
      expect(wrong, `${kernel.name} ${results[r]?.name} batch ${batch} ${marks}`).toBe(-1);
    });
  }
}

test("fused kernels give the interpreter's values by random legal schedules", async () => {
  const random = randomSource(77);
  let loops = 0;
  for (const name of Object.keys(fusedCases)) {
    const { program, entry } = fusedCase(name);
    const { calls } = fuse(program, entry, sharedBuffers(program), new Functions());
    for (const kernel of changeKernels([calls], hoist).flat().map(instanceOf)) {
      loops += loopsOf(kernel.body).length;
      await expectSchedule(kernel, program.capacity, random);
    }
  }
  expect(loops).toBeGreaterThan(50);
});
