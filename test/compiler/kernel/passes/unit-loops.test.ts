import { expect, test } from "vitest";
import { dropUnitLoops } from "../../../../compiler/kernel/passes/unit-loops.ts";
import { printKernel } from "../../../../compiler/kernel/print.ts";
import { accumulator, along, axis, buffer, combine, get, guard, kernel, load, local, op, parallel, plus, reduce, scale, store } from "../kernels.ts";

const [x, w, y] = [buffer("x", [8, 7]), buffer("w", [1, 7]), buffer("y", [1, 8])];

/** Products with one tap: of `row` of one point or of several, behind the bounds of a window. */
function oneTap(taps: number) {
  const [row, i, tap, k] = [axis("row", 1), axis("i", 8), axis("tap", taps), axis("k", 7)];
  const s = local("s");
  const place = plus(along(i), scale(along(tap), -1));
  const value = guard([{ index: place, lower: 0, upper: 8 }], op("mul", load(x, place, k), load(w, tap, k)), 0);
  return kernel("taps", parallel(row, parallel(i, accumulator(s), reduce(tap, reduce(k, combine(s, value))), store(y, [row, i], get(s)))));
}

test("what a loop of one point holds takes its place, without the bounds that always hold then", () => {
  expect(printKernel(dropUnitLoops(oneTap(1)))).toMatchInlineSnapshot(`
    "kernel taps(x, w) -> y
      parallel i < 8
        sum s
        reduce k < 7
          s += x[i, k] * w[0, k]
        y[0, i] = s"
  `);
});

test("other loops keep their bounds, and a kernel without such a loop is the same", () => {
  const [row] = [axis("row", 2)];
  expect(printKernel(dropUnitLoops(oneTap(2)))).toContain("0 <= i - tap < 8 ?");
  const plain = kernel("plain", parallel(row, store(y, [0, row], load(x, row, 0))));
  expect(dropUnitLoops(plain)).toBe(plain);
});
