import { describe, expect, test } from "vitest";
import { interpretKernel } from "../../../compiler/kernel/interpret.ts";
import type { Buffer, Kernel } from "../../../compiler/kernel/kernel.ts";
import { constantExpr } from "../../../compiler/kernel/kernel.ts";
import {
  accumulator,
  axis,
  buffer,
  combine,
  convolution,
  get,
  kernel,
  linear,
  load,
  local,
  op,
  parallel,
  reduce,
  scatter,
  softmax,
  store,
} from "./kernels.ts";

const sizes = { batch: 2 };
const ramp = (length: number, step = 0.25) => Float64Array.from({ length }, (_, i) => ((i % 7) - 3) * step);

function run(program: Kernel, memory: readonly (readonly [Buffer, Float64Array])[], result: Buffer): number[] {
  const all = new Map(memory);
  interpretKernel(program, all, sizes);
  return [...(all.get(result) as Float64Array)];
}

describe("interpretKernel", () => {
  test("computes a linear layer", () => {
    const { kernel: hidden, x, w, b, y } = linear(3, 2);
    const [xs, ws, bs] = [ramp(6), ramp(6, 0.5), ramp(2)];
    const expected = [0, 1].flatMap((i) =>
      [0, 1].map((j) => Math.tanh([0, 1, 2].reduce((sum, k) => sum + (xs[i * 3 + k] as number) * (ws[k * 2 + j] as number), 0) + (bs[j] as number))),
    );
    const values = run(
      hidden,
      [
        [x, xs],
        [w, ws],
        [b, bs],
        [y, new Float64Array(4)],
      ],
      y,
    );
    expect(values).toEqual(expected);
  });

  test("computes softmax rows that sum to 1", () => {
    const { kernel: rows, z, p } = softmax("batch", 4);
    const values = run(
      rows,
      [
        [z, ramp(8, 1)],
        [p, new Float64Array(8)],
      ],
      p,
    );
    const exponentials = [-3, -2, -1, 0].map((v) => Math.exp(v));
    const total = exponentials.reduce((a, b) => a + b);
    expect(values.slice(0, 4).map((v, i) => Math.abs(v - (exponentials[i] as number) / total) < 1e-15)).toEqual([true, true, true, true]);
  });

  test("gives the fill outside of guards", () => {
    const { kernel: conv, x, weight, y } = convolution(2, 1, 1);
    const values = run(
      conv,
      [
        [x, Float64Array.of(1, 2, 3, 4)],
        [weight, Float64Array.of(10, 100, 1000)],
        [y, new Float64Array(4)],
      ],
      y,
    );
    expect(values).toEqual([2100, 210, 4300, 430]);
  });

  test("drops stores outside of their bounds and adds up the rest", () => {
    const { kernel: add, index, g, table } = scatter(2, 1);
    expect(
      run(
        add,
        [
          [index, Float64Array.of(1, 1)],
          [g, Float64Array.of(3, 4)],
          [table, new Float64Array(2)],
        ],
        table,
      ),
    ).toEqual([0, 7]);
    expect(
      run(
        add,
        [
          [index, Float64Array.of(-1, 2)],
          [g, Float64Array.of(3, 4)],
          [table, new Float64Array(2)],
        ],
        table,
      ),
    ).toEqual([0, 0]);
  });

  test("finds the first of the largest, and NaN before all", () => {
    const [i, k] = [axis("i", 3), axis("k", 3)];
    const [x, y] = [buffer("x", [3, 3]), buffer("y", [3], "result", "i32")];
    const best = local("best", "i32");
    const at = { kind: "index", dtype: "i32", index: { offset: 0, terms: [{ atom: k, coefficient: 1 }] } } as const;
    const body = parallel(i, accumulator(best, "argmax"), reduce(k, combine(best, load(x, i, k), "argmax", at)), store(y, [i], get(best)));
    const values = Float64Array.of(1, 5, 5, 2, Number.NaN, 9, -Infinity, -Infinity, -Infinity);
    expect(
      run(
        kernel("argmax", body),
        [
          [x, values],
          [y, new Float64Array(3)],
        ],
        y,
      ),
    ).toEqual([1, 1, 0]);
  });

  test("rounds to f32 on demand", () => {
    const i = axis("i", 1);
    const [x, y] = [buffer("x", [1]), buffer("y", [1])];
    const program = kernel("third", parallel(i, store(y, [i], op("div", load(x, i), constantExpr(3)))));
    const memory = new Map([
      [x, Float64Array.of(1)],
      [y, new Float64Array(1)],
    ]);
    interpretKernel(program, memory, {}, { round: "f32" });
    expect(memory.get(y)?.[0]).toBe(Math.fround(1 / 3));
  });

  test("refuses an index outside of its buffer", () => {
    const i = axis("i", 3);
    const [x, y] = [buffer("x", [2]), buffer("y", [3])];
    const program = kernel("beyond", parallel(i, store(y, [i], load(x, i))));
    expect(() =>
      run(
        program,
        [
          [x, new Float64Array(2)],
          [y, new Float64Array(3)],
        ],
        y,
      ),
    ).toThrow('The index [2] lies outside of "x" of shape [2]');
  });
});
