import { describe, expect, test } from "vitest";
import { callOf } from "../../../../compiler/kernel/call.ts";
import type { Call, Kernel } from "../../../../compiler/kernel/kernel.ts";
import { addHalos } from "../../../../compiler/kernel/passes/add-halos.ts";
import { printKernel } from "../../../../compiler/kernel/print.ts";
import { readsOf } from "../../../../compiler/kernel/visit.ts";
import { bytesOf, planMemory } from "../../../../compiler/memory/plan-memory.ts";
import { layout } from "../../../../compiler/schedule/layout.ts";
import { compileScheduled } from "../../../support/scheduled.ts";
import {
  along,
  axis,
  buffer,
  convolution,
  guard,
  kernel,
  linear,
  load,
  parallel,
  planarConvolution,
  plus,
  reduce,
  shift,
  store,
} from "../kernels.ts";

function withHalo(program: Kernel): Kernel {
  const [[call] = []] = addHalos([[callOf(program)]]);
  return (call as Call).kernel;
}
const halosOf = (program: Kernel) => [...readsOf(program)].map(({ halo }) => halo);

/** `y[i] += x[i + k - before]`, guarded. */
function windows(before: number, kind: "temporary" | "input" = "temporary", fill = 0): Kernel {
  const [i, k] = [axis("i", 6), axis("k", 3)];
  const at = shift(plus(along(i), along(k)), -before);
  const value = guard([{ index: at, lower: 0, upper: 6 }], load(buffer("x", [6], kind), at), fill);
  return kernel("windows", reduce(k, parallel(i, store(buffer("y", [6], "result"), [i], value, { accumulate: true }))));
}

describe("addHalos", () => {
  test("gives images a border as wide as the windows reach, and drops the guards", () => {
    const program = withHalo(convolution(14, 8, 16).kernel);
    expect(printKernel(program)).toContain("s += x[r, w + k - 1, c] * weight[k, c, o]");
    const none = { low: 0, high: 0 };
    expect(halosOf(program)).toEqual([[none, { low: 1, high: 1 }, none], undefined]);
    expect(halosOf(withHalo(windows(0)))).toEqual([[{ low: 0, high: 2 }]]);
  });

  test("copies an input to where it has a border, in each entry point that reads it", () => {
    const [program, other] = [windows(1, "input"), linear().kernel];
    const [first = [], second] = addHalos([[callOf(program)], [callOf(other)]]);
    expect(first.map(({ kernel }) => printKernel(kernel))).toMatchInlineSnapshot(`
      [
        "kernel border.x(x) -> x.bordered
        parallel i0 < 6
          x.bordered[i0] = x[i0]",
        "kernel windows(x.bordered) -> y
        reduce k < 3
          parallel i < 6
            y[i] += x.bordered[i + k - 1]",
      ]
    `);
    expect(second).toHaveLength(1);
  });

  test("leaves other fills and wide borders alone", () => {
    for (const program of [windows(1, "temporary", -Infinity), windows(9)]) expect(printKernel(withHalo(program))).toBe(printKernel(program));
  });

  test("leaves guards outside of sums alone", () => {
    const i = axis("i", 8);
    const at = shift(along(i), -1);
    const pad = kernel("pad", parallel(i, store(buffer("y", [8]), [i], guard([{ index: at, lower: 0, upper: 6 }], load(buffer("x", [6]), at)))));
    expect(printKernel(withHalo(pad))).toBe(printKernel(pad));
  });

  test("keeps one buffer and one call for several entry points", () => {
    const program = windows(1);
    const [first = [], second = []] = addHalos([[callOf(program)], [callOf(program)]]);
    expect(first[0]).toBeDefined();
    expect(first[0]).toBe(second[0]);
  });

  test("gives the buffer a place of its own, border included", () => {
    const program = withHalo(windows(1));
    const laid = layout([callOf(program)], [], {});
    const [x] = [...readsOf(program)];
    if (!x) throw new Error("nothing is read");
    const { offsets, bytes } = planMemory([{ name: "run", calls: [callOf(program)] }], laid, {});
    expect(bytesOf(x, laid, {})).toBe(8 * 4);
    expect([...offsets.values()].sort((a, b) => a - b)).toEqual([4, 32]);
    expect(bytes).toBe(56);
  });

  for (const [name, program] of [
    ["channels-last", convolution(14, 8, 16).kernel],
    ["planar", planarConvolution().kernel],
    ["windows", windows(2)],
  ] as const)
    test(`the compiled kernel computes the same: ${name}`, async () => {
      const [plain, bordered] = [await compileScheduled(program, { batch: 4 }), await compileScheduled(withHalo(program), { batch: 4 })];
      for (const batch of [1, 3, 4]) {
        // Content is multiples of 1/8: sums of their products are exact.
        const [one, other] = [plain({ batch }), bordered({ batch })];
        expect(other.map(({ compiled }) => compiled)).toEqual(one.map(({ compiled }) => compiled));
        expect(other.map(({ compiled }) => compiled)).toEqual(other.map(({ expected }) => expected));
      }
    });
});
