import { describe, expect, test } from "vitest";
import { callOf } from "../../../../compiler/kernel/call.ts";
import { type Buffer, type Call, constantExpr, type Expr, type Kernel } from "../../../../compiler/kernel/kernel.ts";
import { share } from "../../../../compiler/kernel/passes/share.ts";
import { axis, buffer, kernel, load, op, parallel, store } from "../kernels.ts";

const [x, z] = [buffer("x", [4], "input"), buffer("z", [4], "input")];
const y = buffer("y", [4]);

/** `y[i] = from[i] + addend`, with a loop of its own. */
function sum(name: string, from: Buffer, addend: Expr): Kernel {
  const i = axis("i", 4);
  return kernel(name, parallel(i, store(y, [i], op("add", load(from, i), addend))));
}

const countOf = (...kernels: Kernel[]) => new Set(share(kernels.map((one) => [callOf(one)])).flat()).size;

describe("share", () => {
  test("calls of several entry points that do the same are the first of them, in the order of each entry point", () => {
    const [first, again, other] = [sum("step.y", x, constantExpr(1)), sum("predict.y", x, constantExpr(1)), sum("predict.z", z, constantExpr(1))].map(
      callOf,
    ) as [Call, Call, Call];
    expect(share([[first], [other, again]])).toEqual([[first], [other, first]]);
    expect(share([[first], [other, again]])[1]?.[1]).toBe(first);
  });

  test("kernels on different buffers of one name and shape stay two", () => {
    expect(countOf(sum("a", x, constantExpr(1)), sum("b", { ...x }, constantExpr(1)))).toBe(2);
  });

  test("kernels with other numbers stay two: 0 and -0, infinities, NaN", () => {
    const numbers = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1];
    expect(countOf(...numbers.map((value, n) => sum(`${n}`, x, constantExpr(value))))).toBe(numbers.length);
    expect(countOf(sum("a", x, constantExpr(Number.NaN)), sum("b", x, constantExpr(Number.NaN)))).toBe(1);
  });

  test("a value that is used twice is not the same as two equal ones in other places", () => {
    const pair = (a: Expr, b: Expr) => sum("pair", x, op("mul", a, b));
    const one = load(z, axis("i", 4));
    expect(countOf(pair(one, one), pair(one, load(x, axis("i", 4))))).toBe(2);
  });
});
