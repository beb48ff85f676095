import { describe, expect, test } from "vitest";
import { callOf } from "../../../../compiler/kernel/call.ts";
import { type Buffer, type Call, constantExpr, type Expr, type Kernel, type MemoryPlan } from "../../../../compiler/kernel/kernel.ts";
import { classify } from "../../../../compiler/kernel/passes/classify.ts";
import { axis, buffer, kernel, load, op, parallel, store } from "../kernels.ts";

const [x, y, z] = [buffer("x", [4], "input"), buffer("y", [4]), buffer("z", [4])];
const all = [x, y, z];
const layout = new Map(all.map((one): [Buffer, number[]] => [one, [1]]));
const apart: MemoryPlan = { offsets: new Map(all.map((one, i) => [one, 16 * i])), bytes: 48 };

/** `to[i] = from[i] + addend`, with names of its own. */
function sum(from: Buffer, to: Buffer, addend: Expr = constantExpr(1)): Kernel {
  const i = axis(`${from.name}${to.name}`, 4);
  return kernel(`${from.name} to ${to.name}`, parallel(i, store(to, [i], op("add", load(from, i), addend))));
}

const stream = (value: number): Expr => ({ kind: "scalar", dtype: "i32", scalar: { name: "stream", value } });
const callsOf = (kernels: readonly Kernel[], strides = layout, memory = apart): Call[] => classify([kernels.map(callOf)], strides, memory).flat();
const functionsOf = (...given: Parameters<typeof callsOf>): number => new Set(callsOf(...given).map((call) => call.kernel)).size;

describe("classify", () => {
  test("kernels on other buffers are calls of the first", () => {
    const [first, second] = [sum(x, y), sum(y, z)];
    expect(callsOf([first, second])).toEqual([
      { name: "x to y", kernel: first, given: [x, y], within: [], computes: [] },
      { name: "y to z", kernel: first, given: [y, z], within: [], computes: [] },
    ]);
  });

  test("a kernel of several entry points is one call", () => {
    const one = sum(x, y);
    const [[first], [second]] = classify([[callOf(one)], [callOf(one)]], layout, apart) as [[Call], [Call]];
    expect(first).toBe(second);
  });

  test("scalars are arguments", () => {
    const calls = callsOf([sum(x, y, stream(3)), sum(x, y, stream(7))]);
    expect(calls[1]?.kernel).toBe(calls[0]?.kernel);
    expect(calls.map(({ given }) => given[1])).toEqual([
      { name: "stream", value: 3 },
      { name: "stream", value: 7 },
    ]);
  });

  test("other numbers, strides, types and shared places are other functions", () => {
    expect(functionsOf([sum(x, y), sum(y, z)])).toBe(1);
    expect(functionsOf([sum(x, y, constantExpr(0)), sum(y, z, constantExpr(-0))])).toBe(2);
    expect(functionsOf([sum(x, y), sum(y, z)], new Map(layout).set(z, [2]))).toBe(2);
    const whole = buffer("w", [4], "temporary", "i32");
    const offsets = new Map(apart.offsets);
    expect(functionsOf([sum(x, y), sum(x, whole)], new Map(layout).set(whole, [1]), { offsets: new Map(offsets).set(whole, 32), bytes: 48 })).toBe(2);
    expect(functionsOf([sum(x, y), sum(y, z)], layout, { offsets: new Map(offsets).set(z, 16), bytes: 48 })).toBe(2);
  });

  test("a kernel on more buffers than a function should have parameters is one of its kind", () => {
    const many = Array.from({ length: 120 }, (_, i) => buffer(`b${i}`, [4]));
    const i = axis("i", 4);
    const fill = (value: number) => kernel("fill", parallel(i, ...many.map((one) => store(one, [i], constantExpr(value)))));
    const strides = new Map(many.map((one): [Buffer, number[]] => [one, [1]]));
    const memory = { offsets: new Map(many.map((one, n) => [one, 16 * n])), bytes: 16 * 120 };
    expect(functionsOf([fill(1), fill(1)], strides, memory)).toBe(2);
  });
});
