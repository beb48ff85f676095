import { describe, expect, test } from "vitest";
import { type Axis, constantExpr, type Kernel } from "../../../compiler/kernel/kernel.ts";
import { compileScheduled } from "../../support/scheduled.ts";
import {
  accumulator,
  axis,
  buffer,
  combine,
  convolution,
  get,
  kernel,
  linear,
  linearInputGradient,
  load,
  local,
  op,
  parallel,
  planarConvolution,
  reduce,
  scatter,
  softmax,
  store,
  tapped,
  weightGradient,
} from "../kernel/kernels.ts";

/** Σ x over three axes, longer than a chunk. */
function total(...extents: number[]): Kernel {
  const axes = extents.map((extent, i) => axis("abc"[i] as string, extent));
  const s = local("s");
  const sum = axes.reduceRight((body, over) => reduce(over, body), combine(s, load(buffer("x", extents), ...axes)));
  return kernel("total", accumulator(s), sum, store(buffer("y", [], "result"), [], get(s)));
}

/** Rows and columns of one matrix in one walk: a total by row, and additions to the columns. */
function sums(): Kernel {
  const [i, j] = [axis("i", "batch"), axis("j", 21)];
  const x = buffer("x", ["batch", 21], "input");
  const s = local("s");
  const walk = reduce(j, combine(s, load(x, i, j)), store(buffer("columns", [21], "result"), [j], load(x, i, j), { accumulate: true }));
  return kernel("sums", reduce(i, accumulator(s), walk, store(buffer("rows", ["batch"], "result"), [i], op("mul", get(s), constantExpr(0.5)))));
}

const cases: readonly [string, Kernel][] = [
  ["a linear layer", linear(12, 5).kernel],
  ["a wide linear layer", linear(64, 70).kernel],
  ["few rows by a matrix that leaves the cache", streamed()],
  ["a transposed product", linearInputGradient(13, 70).kernel],
  ["softmax of wide rows", softmax("batch", 19).kernel],
  ["softmax of short rows", softmax("batch", 3).kernel],
  ["a convolution", convolution(14, 8, 16).kernel],
  ["a convolution with an odd number of channels", convolution(7, 3, 6).kernel],
  ["a convolution whose layout is permuted", planarConvolution().kernel],
  ["a gradient of weights", weightGradient().kernel],
  ["a gradient of few weights", weightGradient(100, 5, 3).kernel],
  ["a convolution with a panel of weights", tapped()],
  ["scatter-add", scatter(6, 9).kernel],
  ["a long sum", total(3, 1111)],
  ["a long sum over nested loops", total(5, 37, 11)],
  ["sums over both axes", sums()],
  ["a product that sums ride in", ridden(64, 21)],
  ["a product with panels that sums ride in", ridden(64, 256)],
];

/** Three rows by a matrix of 530 kB. */
function streamed(): Kernel {
  const [i, j, k, s] = [axis("i", 3), axis("j", 221), axis("k", 600), local("s")];
  const product = op("mul", load(buffer("x", [3, 600], "input"), i, k), load(buffer("w", [600, 221], "variable"), k, j));
  const sum = reduce(k, combine(s, product));
  return kernel("rows", parallel(i, parallel(j, accumulator(s), sum, store(buffer("y", [3, 221], "result"), [i, j], get(s)))));
}

/** Rows that share one walk over a product, the sums of its columns and of its squares. */
function ridden(inputs: number, outputs: number): Kernel {
  const [i, j, k] = [axis("i", "batch"), axis("j", outputs), axis("k", inputs)];
  const [s, squares] = [local("s"), local("squares")];
  const product = op("mul", load(buffer("x", ["batch", inputs], "input"), i, k), load(buffer("w", [inputs, outputs], "variable"), k, j));
  const columns = store(buffer("columns", [outputs], "result"), [j], get(s), { accumulate: true });
  const all = store(buffer("total", [], "result"), [], get(squares));
  const row = reduce(j, accumulator(s), reduce(k, combine(s, product)), combine(squares, get(s)), columns);
  return kernel("ridden", accumulator(squares), reduce(i, row), all);
}

describe("a schedule changes nothing but the order of sums", () => {
  // Terms are multiples of 1/64 up to 4 in absolute value, fewer than 4096 of them: their sums are exact in any order.
  // Functions such as exp and tanh are within 4 units in the last place, and softmax divides a sum of them.
  for (const [name, program] of cases)
    test(`${name}, relative error < 2e-6`, async () => {
      const run = await compileScheduled(program, { batch: 128 });
      for (const batch of [1, 4, 7, 16, 33])
        for (const { compiled, expected } of run({ batch }))
          for (const [i, value] of expected.entries()) {
            const error = Math.abs(value - (compiled[i] as number));
            if (!(error <= 2e-6 * Math.abs(value))) expect.fail(`n = ${batch}, element ${i}: ${compiled[i]} instead of ${value}`);
          }
    });
});

test("a product whose sums lie in memory between parts gives what it gives as it stands", async () => {
  const [i, j, k, s] = [axis("i", 8), axis("j", 12), axis("k", 50), local("s")];
  const [x, d] = [buffer("x", [50, 8], "input"), buffer("d", [50, 12], "input")];
  const sum = reduce(k, combine(s, op("mul", load(x, k, i), load(d, k, j))));
  const program = kernel("dw", parallel(i, parallel(j, accumulator(s), sum, store(buffer("dw", [8, 12], "result"), [i, j], get(s)))));
  const [cleared, finished] = [
    [axis("i", 8), axis("j", 12)],
    [axis("i", 8), axis("j", 12)],
  ];
  const sums = { buffer: buffer("sums", [8, 12], "scratch"), axes: [i, j], cleared, finished };
  const run = await compileScheduled(program, {}, [
    { kind: "accumulate", axis: k, points: 16, sums },
    { kind: "pack", axis: i, buffer: x },
    { kind: "vectorise", axis: j, vectors: 2 },
    { kind: "tile", axis: i, points: 4 },
    { kind: "vectorise", axis: finished[1] as Axis, vectors: 1 },
  ]);
  for (const { compiled, expected } of run({})) expect(compiled).toEqual(expected);
});
