import { describe, expect, test } from "vitest";
import { callOf } from "../../../compiler/kernel/call.ts";
import type { Buffer, Expr, Kernel, Schedule } from "../../../compiler/kernel/kernel.ts";
import { classify } from "../../../compiler/kernel/passes/classify.ts";
import { printCalls, printKernel } from "../../../compiler/kernel/print.ts";
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

describe("printKernel", () => {
  test("shows loops, accumulators and the marks of the schedule", () => {
    const { kernel: hidden, i, k } = linear();
    const steps: Schedule = [
      { kind: "chunk", axis: k, points: 512 },
      { kind: "vectorise", axis: i, vectors: 4 },
    ];
    expect(printKernel(hidden, steps)).toMatchInlineSnapshot(`
      "kernel hidden(x, hidden.weight, hidden.bias) -> hidden
        parallel i < batch
          parallel j < 5
            sum s
            reduce k < 12
              s += x[i, k] * hidden.weight[k, j]
            hidden[i, j] = tanh(s + hidden.bias[j])
        schedule  chunk k by 512; vectorise i, 4 vectors"
    `);
  });

  test("names values that are used twice", () => {
    const i = axis("i", 4);
    const [x, y, z] = [buffer("x", [4]), buffer("y", [4]), buffer("z", [4])];
    const e = op("exp", load(x, i));
    const square = op("mul", e, e);
    const body = parallel(i, store(y, [i], square), store(z, [i], op("sub", op("add", square, e), op("add", e, e))));
    expect(printKernel(kernel("twice", body))).toMatchInlineSnapshot(`
      "kernel twice(x) -> y, z
        parallel i < 4
          %1 = exp(x[i])
          %2 = %1 * %1
          y[i] = %2
          z[i] = %2 + %1 - (%1 + %1)"
    `);
  });

  test("defines a shared value again in each scope that uses it", () => {
    const [i, k, l] = [axis("i", 4), axis("k", 8), axis("k", 8)];
    const [x, y] = [buffer("x", [4]), buffer("y", [4, 8])];
    const s = local("s");
    const e = op("exp", load(x, i));
    const body = parallel(i, accumulator(s), reduce(k, combine(s, e)), parallel(l, store(y, [i, l], op("div", e, get(s)))));
    expect(printKernel(kernel("scopes", body))).toMatchInlineSnapshot(`
      "kernel scopes(x) -> y
        parallel i < 4
          sum s
          reduce k < 8
            %1 = exp(x[i])
            s += %1
          parallel k.2 < 8
            %1 = exp(x[i])
            y[i, k.2] = %1 / s"
    `);
  });

  test("shows guards and offsets", () => {
    expect(printKernel(convolution().kernel)).toMatchInlineSnapshot(`
      "kernel conv(x, weight) -> y
        parallel r < batch
          parallel w < 14
            parallel o < 16
              sum s
              reduce k < 3
                reduce c < 8
                  s += (0 <= w + k - 1 < 14 ? x[r, w + k - 1, c] : 0) * weight[k, c, o]
              y[r, w, o] = s"
    `);
  });

  test("shows loaded indices and conditions of stores", () => {
    expect(printKernel(scatter().kernel)).toMatchInlineSnapshot(`
      "kernel scatter(index, g) -> table
        reduce i < batch
          parallel j < 8
            table[index[i], j] += g[i, j]  if 0 <= index[i] < 6"
    `);
  });

  test("shows phases in one loop", () => {
    expect(printKernel(softmax().kernel)).toMatchInlineSnapshot(`
      "kernel softmax(z) -> p
        parallel i < batch
          max m
          reduce j < 16
            m max= z[i, j]
          sum s
          reduce k < 16
            s += exp(z[i, k] - m)
          parallel l < 16
            p[i, l] = exp(z[i, l] - m) / s"
    `);
  });

  test("is linear in the size of an expression that doubles at each step", () => {
    const i = axis("i", 4);
    const [x, y] = [buffer("x", [4]), buffer("y", [4])];
    let value = load(x, i);
    for (let step = 0; step < 2000; step++) value = op("add", value, value);
    expect(printKernel(kernel("deep", parallel(i, store(y, [i], value)))).split("\n").length).toBe(2002);
  });
});

test("a kernel that is called again is printed once, with what else it is called on", () => {
  const [x, y, z] = [buffer("x", [4], "input"), buffer("y", [4]), buffer("z", [4])];
  const stream = (value: number): Expr => ({ kind: "scalar", dtype: "i32", scalar: { name: "stream", value } });
  const fill = (name: string, from: Buffer, to: Buffer, value: number): Kernel => {
    const i = axis("i", 4);
    return { ...kernel(name, parallel(i, store(to, [i], op("add", load(from, i), op("toF32", stream(value)))))), computes: [name] };
  };
  const memory = { offsets: new Map([x, y, z].map((one, at) => [one, 16 * at])), bytes: 48 };
  const calls = classify(
    [[callOf(fill("first", x, y, 1)), callOf(fill("second", y, z, 2))]],
    new Map([x, y, z].map((one) => [one, [1]])),
    memory,
  ).flat();
  expect(printCalls(calls)).toEqual([
    "kernel first(x) -> y   computes first\n  parallel i < 4\n    y[i] = x[i] + toF32(1)\n  again (y) -> z   computes second   stream 2",
  ]);
});
