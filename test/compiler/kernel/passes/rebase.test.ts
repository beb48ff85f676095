import { describe, expect, test } from "vitest";
import { callOf } from "../../../../compiler/kernel/call.ts";
import { type Buffer, type Call, constantExpr, type Kernel } from "../../../../compiler/kernel/kernel.ts";
import { classify } from "../../../../compiler/kernel/passes/classify.ts";
import { type Placed, rebase } from "../../../../compiler/kernel/passes/rebase.ts";
import { printKernel } from "../../../../compiler/kernel/print.ts";
import { axis, buffer, kernel, load, op, parallel, store } from "../kernels.ts";

const x = buffer("x", [4, 8], "input");
const [y, z] = [buffer("y", [4]), buffer("z", [4])];
const strides = new Map<Buffer, number[]>([
  [x, [8, 1]],
  [y, [1]],
  [z, [1]],
]);

/** `to[i] = x[i, column] + addend` */
function step(column: number, to: Buffer, addend = 1): Kernel {
  const i = axis("i", 4);
  return kernel(`${to.name} of ${column}`, parallel(i, store(to, [i], op("add", load(x, i, column), constantExpr(addend)))));
}

function rebasedOf(
  kernels: readonly Kernel[],
  offsets: readonly number[] = [0, 128, 144],
  layout = strides,
): Placed & { readonly calls: readonly Call[] } {
  const memory = { offsets: new Map([x, y, z].map((one, i) => [one, offsets[i] as number])), bytes: 160 };
  const placed = rebase([kernels.map(callOf)], { layout, memory });
  return { ...placed, calls: placed.entries.flat() };
}

const functionsOf = ({ entries, layout, memory }: Placed): number =>
  new Set(
    classify(entries, layout, memory)
      .flat()
      .map((call) => call.kernel),
  ).size;

describe("rebase", () => {
  test("calls that begin elsewhere in a buffer are of one kernel, on views", () => {
    const placed = rebasedOf([step(3, y), step(5, z)]);
    expect(functionsOf(placed)).toBe(1);
    const [first, second] = placed.calls.map(({ given }) => given[0] as Buffer);
    expect([first, second].map((view) => view?.name)).toEqual(["x+3", "x+5"]);
    expect([first, second].map((view) => placed.memory.offsets.get(view as Buffer))).toEqual([12, 20]);
    expect(placed.layout.get(first as Buffer)).toEqual([8, 1]);
    expect(printKernel((placed.calls[0] as Call).kernel)).toContain("y[i] = x+3[i, 0] + 1");
  });

  test("one that begins at the start is on the buffer itself", () => {
    const placed = rebasedOf([step(0, y), step(2, z)]);
    expect(functionsOf(placed)).toBe(1);
    expect(placed.calls[0]?.given[0]).toBe(x);
  });

  test("what no other becomes equal to stays as it is", () => {
    const kernels = [step(3, y), step(5, z, 2)];
    expect(rebasedOf(kernels).calls).toEqual(kernels.map(callOf));
  });

  test("a buffer that shares its place, has surroundings or strides of the run time has no views", () => {
    const kernels = [step(3, y), step(5, z)];
    expect(rebasedOf(kernels, [0, 0, 0]).calls).toEqual(kernels.map(callOf));
    expect(
      rebasedOf(
        kernels,
        [0, 128, 144],
        new Map<Buffer, never>([
          [x, [1, "batch"] as never],
          [y, [1] as never],
          [z, [1] as never],
        ]),
      ).calls,
    ).toEqual(kernels.map(callOf));
    const margins = [
      { low: 1, high: 1 },
      { low: 1, high: 1 },
    ];
    const bordered = { ...x, halo: margins };
    const i = axis("i", 4);
    const both = [3, 5].map((column, n) => kernel(`${n}`, parallel(i, store([y, z][n] as Buffer, [i], load(bordered, i, column)))));
    const memory = {
      offsets: new Map([
        [bordered, 0],
        [y, 256],
        [z, 272],
      ] as [Buffer, number][]),
      bytes: 300,
    };
    const placed = rebase([both.map(callOf)], { layout: new Map(strides).set(bordered, [10, 1]), memory });
    expect(placed.entries.flat()).toEqual(both.map(callOf));
  });
});
