import { describe, expect, test } from "vitest";
import { interpretKernel } from "../../../../compiler/kernel/interpret.ts";
import type { Kernel } from "../../../../compiler/kernel/kernel.ts";
import { cutLoops } from "../../../../compiler/kernel/passes/cut-loops.ts";
import { printKernel } from "../../../../compiler/kernel/print.ts";
import { along, axis, buffer, guard, kernel, load, op, parallel, shift, store } from "../kernels.ts";

const [a, b, y] = [buffer("a", [3, 12]), buffer("b", [3, 20]), buffer("y", [3, 32])];

/** The gradients of two values, of `first` columns and of the others, that were cut out of one. */
function joined(first = 12, fill = 0): Kernel {
  const [i, j] = [axis("i", 3), axis("j", 32)];
  const left = guard([{ index: along(j), lower: 0, upper: first }], load(a, i, j), fill);
  const right = guard([{ index: shift(along(j), -first), lower: 0, upper: 32 - first }], load(b, i, shift(along(j), -first)));
  return kernel("joined", parallel(i, parallel(j, store(y, [i, j], op("add", left, right)))));
}

describe("cutLoops", () => {
  test("makes a loop for each part in which other guards hold", () => {
    expect(printKernel(cutLoops(joined()))).toMatchInlineSnapshot(`
      "kernel joined(a, b) -> y
        parallel i < 3
          parallel j < 12
            y[i, j] = a[i, j] + 0
          parallel j.2 < 20
            y[i, j.2 + 12] = 0 + b[i, j.2]"
    `);
  });

  test("keeps the values", () => {
    const run = (one: Kernel) => {
      const count = (values: number) => Float64Array.from({ length: values }, (_, i) => i + 1);
      const memory = new Map([
        [a, count(36)],
        [b, count(60)],
        [y, new Float64Array(96).fill(Number.NaN)],
      ]);
      interpretKernel(one, memory, {});
      return memory.get(y);
    };
    expect(run(cutLoops(joined(12, 7)))).toEqual(run(joined(12, 7)));
  });

  test("leaves loops whole of which a part would be a border", () => {
    const narrow = joined(7);
    expect(cutLoops(narrow)).toBe(narrow);
  });
});
