// Which axes of buffers loops walk together.
import { expect, test } from "vitest";
import type { Buffer, Kernel } from "../../../compiler/kernel/kernel.ts";
import { tiedAxes } from "../../../compiler/schedule/tied-axes.ts";
import { accumulator, axis, buffer, combine, get, kernel, load, local, op, parallel, reduce, store } from "../kernel/kernels.ts";

const groupsOf = (kernels: readonly Kernel[], ...free: readonly Buffer[]): string[] =>
  tiedAxes(kernels, new Set(free)).map((axes) => [...axes].map(([{ name }, number]) => `${name}.${number}`).join(" "));

/** y[i, j] = f(x[j, i]). */
function turned(x: Buffer, y: Buffer): Kernel {
  const [i, j] = [axis("i", 8), axis("j", 8)];
  return kernel("turned", parallel(i, parallel(j, store(y, [i, j], op("neg", load(x, j, i))))));
}

const [x, y, z] = [buffer("x", [8, 8]), buffer("y", [8, 8]), buffer("z", [8, 8])] as const;

test("loops tie axes of what they read and store, through all kernels", () => {
  expect(groupsOf([turned(x, y), turned(y, z)], x, y, z)).toEqual(["x.0 y.1 z.0", "x.1 y.0 z.1"]);
});

test("a sum ties axes of its operands", () => {
  const [i, k, s] = [axis("i", 8), axis("k", 8), local("s")];
  const terms = reduce(k, combine(s, op("mul", load(x, i, k), load(y, k, i))));
  expect(groupsOf([kernel("dots", parallel(i, accumulator(s), terms, store(buffer("d", [8], "result"), [i], get(s))))], x, y)).toEqual([
    "x.0 y.1",
    "x.1 y.0",
  ]);
});

test("buffers that are not free tie nothing", () => {
  expect(groupsOf([turned(x, y), turned(y, z)], x, z)).toEqual([]);
});

test("a buffer of which two axes are tied is left out", () => {
  expect(groupsOf([turned(x, y), turned(y, x), turned(x, x)], x, y)).toEqual([]);
  expect(groupsOf([turned(x, x), turned(x, y), turned(y, z)], x, y, z)).toEqual([]);
});
