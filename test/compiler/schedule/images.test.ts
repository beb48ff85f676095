// Which sums are kept in memory image by image.
import { describe, expect, test } from "vitest";
import { callOf } from "../../../compiler/kernel/call.ts";
import type { Buffer, Layout } from "../../../compiler/kernel/kernel.ts";
import { layout } from "../../../compiler/schedule/layout.ts";
import { schedule } from "../../../compiler/schedule/schedule.ts";
import { weightGradient } from "../kernel/kernels.ts";

const capacity = { batch: 64 };

describe("sums in memory, image by image,", () => {
  function sumsOf(rows: number, batch: number, strides: (dense: Layout, x: Buffer) => Layout = (dense) => dense): string[] {
    const { kernel: program, x } = weightGradient(rows);
    const laid = strides(layout([callOf(program)], [], capacity), x);
    const accumulated = schedule(program, laid, { batch }).flatMap((step) => (step.kind === "accumulate" ? [step] : []));
    return accumulated.map(({ axis, sums }) => `${axis.name} in [${sums.axes.map(({ name }) => name)}]`);
  }

  test("are those of images that leave the cache, vectors last", () => {
    expect(sumsOf(80, 64)).toEqual(["n in [o,c]"]);
    expect(sumsOf(80, 4)).toEqual([]);
  });

  test("are those of whole nests, also where the operands of a product are packed", () => {
    const { kernel: program, dy, x, dw } = weightGradient(1024, 32, 64);
    const planes: Layout = new Map([
      [dy, [65536, 1, 1024]],
      [x, [32768, 1, 1024]],
      [dw, [32, 1]],
    ]);
    const axes = schedule(program, planes, capacity).map((step) => (step.kind === "accumulate" ? step.sums.axes.length : step.kind));
    expect(axes.filter((kind) => kind === 1)).toEqual([]);
    expect(axes).toContain("pack");
  });

  test("are worth it for many terms of each image", () => {
    expect([7, 8].map((rows) => sumsOf(rows, 1000).length)).toEqual([0, 1]);
  });

  test("are those of images that each lie together", () => {
    expect(sumsOf(80, 64, (dense, x) => new Map([...dense, [x, [8, 512, 1]]]))).toEqual([]);
  });
});
