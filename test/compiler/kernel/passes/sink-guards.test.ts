import { describe, expect, test } from "vitest";
import { interpretKernel } from "../../../../compiler/kernel/interpret.ts";
import type { Kernel } from "../../../../compiler/kernel/kernel.ts";
import { sinkGuards } from "../../../../compiler/kernel/passes/sink-guards.ts";
import { printKernel } from "../../../../compiler/kernel/print.ts";
import { accumulator, along, axis, buffer, combine, get, guard, kernel, load, local, op, parallel, plus, reduce, scale, store } from "../kernels.ts";

const [i, u] = [axis("i", 8), axis("u", 3)];
const [g, w, y] = [buffer("g", [6]), buffer("w", [3]), buffer("y", [8])];
const s = local("s");
const at = plus(along(i), scale(along(u), -1));
const bounds = [{ index: at, lower: 0, upper: 6 }];
const sum = (value: Parameters<typeof combine>[1]): Kernel =>
  kernel("fold", parallel(i, accumulator(s), reduce(u, combine(s, value)), store(y, [i], get(s))));
const term = (program: Kernel) =>
  printKernel(sinkGuards(program))
    .split("\n")
    .find((line) => line.includes("s +="))
    ?.trim();

describe("sinkGuards", () => {
  test("guards the factor that can lie outside", () => {
    expect(term(sum(guard(bounds, op("mul", load(g, at), load(w, u)))))).toBe("s += (0 <= i - u < 6 ? g[i - u] : 0) * w[u]");
    expect(term(sum(guard(bounds, op("mul", load(w, u), load(g, at)))))).toBe("s += w[u] * (0 <= i - u < 6 ? g[i - u] : 0)");
  });

  test("merges nested guards", () => {
    const rows = [{ index: along(i), lower: 2, upper: 8 }];
    expect(term(sum(guard(rows, guard(bounds, op("mul", load(g, at), load(w, u))))))).toBe(
      "s += (2 <= i < 8 and 0 <= i - u < 6 ? g[i - u] : 0) * w[u]",
    );
  });

  test("leaves a guard where both factors can lie outside, where it fills with another value, and around other ops", () => {
    const [wide, inside] = [buffer("wide", [8]), [{ index: along(i), lower: 2, upper: 6 }]];
    for (const value of [
      // wide[0] is used nowhere else, and may be infinite.
      guard(inside, op("mul", load(g, plus(along(i), { offset: -2, terms: [] })), load(wide, i))),
      guard(bounds, op("mul", load(g, at), load(g, at))),
      guard(bounds, op("mul", load(g, at), load(w, u)), 1),
      guard(bounds, op("add", load(g, at), load(w, u))),
    ])
      expect(printKernel(sinkGuards(sum(value)))).toBe(printKernel(sum(value)));
  });

  test("keeps the values", () => {
    const program = sum(guard(bounds, op("mul", load(g, at), load(w, u))));
    const run = (one: Kernel) => {
      const memory = new Map([
        [g, Float64Array.of(1, 2, 3, 4, 5, 6)],
        [w, Float64Array.of(1, 10, 100)],
        [y, new Float64Array(8)],
      ]);
      interpretKernel(one, memory, {});
      return [...(memory.get(y) as Float64Array)];
    };
    expect(run(sinkGuards(program))).toEqual(run(program));
    expect(run(program)).toEqual([1, 12, 123, 234, 345, 456, 560, 600]);
  });
});
