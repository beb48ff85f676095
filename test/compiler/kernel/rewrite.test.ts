import { describe, expect, test } from "vitest";
import { divideIndex } from "../../../compiler/kernel/affine.ts";
import type { Affine, Axis, Kernel } from "../../../compiler/kernel/kernel.ts";
import type { Loops } from "../../../compiler/kernel/loops.ts";
import { printKernel } from "../../../compiler/kernel/print.ts";
import { rewriteKernel } from "../../../compiler/kernel/rewrite.ts";
import { loopsOf } from "../../../compiler/kernel/visit.ts";
import { compileScheduled } from "../../support/scheduled.ts";
import * as kernels from "./kernels.ts";
import { accumulator, along, axis, buffer, combine, get, kernel, load, local, parallel, plus, reduce, scale, store } from "./kernels.ts";

/** `i = by·o + k`, with as many o as it takes; of a dynamic extent more, which do nothing. */
function tiled(one: Axis, by: number): Loops {
  const outer = axis(`${one.name}o`, typeof one.extent === "number" ? Math.ceil(one.extent / by) : one.extent);
  const inner = axis(`${one.name}k`, by);
  return { axes: [outer, inner], index: plus(scale(along(outer), by), along(inner)) };
}

const tile = (whole: Kernel, axes: readonly Axis[], by: number): Kernel => {
  const loops = new Map(axes.map((one) => [one, tiled(one, by)]));
  return rewriteKernel(whole, { axis: (one) => loops.get(one) });
};

function argmax() {
  const [i, k] = [axis("i", "batch"), axis("k", 7)];
  const [x, y] = [buffer("x", ["batch", 7]), buffer("y", ["batch"], "result", "i32")];
  const at = local("at", "i32");
  const compared = reduce(k, combine(at, load(x, i, k), "argmax", { kind: "index", dtype: "i32", index: along(k) }));
  return { kernel: kernel("argmax", parallel(i, accumulator(at, "argmax"), compared, store(y, [i], get(at)))) };
}

const cases: readonly (readonly [string, { readonly kernel: Kernel }])[] = [
  ["a linear layer", kernels.linear(9, 5)],
  ["the gradient of its input", kernels.linearInputGradient(6, 9)],
  ["softmax", kernels.softmax("batch", 6)],
  ["a convolution", kernels.convolution(6, 3, 5)],
  ["a scatter", kernels.scatter()],
  ["an argmax", argmax()],
];

/** What a kernel leaves, interpreted and compiled without a schedule. */
async function outcome(one: Kernel) {
  const run = await compileScheduled(one, { batch: 6 }, []);
  return run({ batch: 6 }).map(({ buffer: { name }, compiled, expected }) => ({ name, compiled, expected }));
}

describe("rewriteKernel", () => {
  test.each(cases)("each loop and all loops of %s run as two, with a rest, and leave the same values", async (_, { kernel: whole }) => {
    const before = await outcome(whole);
    const axes = loopsOf(whole.body).map((loop) => loop.axis);
    for (const some of [...axes.map((one) => [one]), axes]) for (const by of [4, 5]) expect(await outcome(tile(whole, some, by))).toEqual(before);
  });

  test("bounds are at what is stored and summed, where the loops alone let an index go too far", () => {
    const { kernel: whole, j, k } = kernels.linear(12, 6);
    expect(printKernel(tile(whole, [j, k], 4))).toMatchInlineSnapshot(`
      "kernel hidden(x, hidden.weight, hidden.bias) -> hidden
        parallel i < batch
          parallel jo < 2
            parallel jk < 4
              sum s
              reduce ko < 3
                reduce kk < 4
                  s += (0 <= 4·jo + jk < 6 ? x[i, 4·ko + kk] * hidden.weight[4·ko + kk, 4·jo + jk] : 0)
              hidden[i, 4·jo + jk] = tanh(s + hidden.bias[4·jo + jk])  if 0 <= 4·jo + jk < 6"
    `);
  });

  test("no division is left that the new loops do without, with the rest of another axis in the same index", () => {
    const [i, j] = [axis("i", 20), axis("j", 10)];
    const [x, y] = [buffer("x", [4, 50]), buffer("y", [20, 10])];
    const row: Affine = plus(scale(along(i), 10), along(j));
    const { quotient, remainder } = divideIndex(row, 50);
    const whole = kernel("reshape", parallel(i, parallel(j, store(y, [i, j], load(x, quotient, remainder)))));
    const halves = rewriteKernel(whole, { axis: (one) => (one === i ? tiled(i, 5) : tiled(j, 4)) });
    expect(printKernel(halves)).toMatchInlineSnapshot(`
      "kernel reshape(x) -> y
        parallel io < 4
          parallel ik < 5
            parallel jo < 3
              parallel jk < 4
                y[5·io + ik, 4·jo + jk] = x[io, 10·ik + 4·jo + jk]  if 0 <= 4·jo + jk < 10"
    `);
  });
});
