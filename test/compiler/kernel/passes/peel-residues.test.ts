import { describe, expect, test } from "vitest";
import { interpretKernel } from "../../../../compiler/kernel/interpret.ts";
import type { Kernel } from "../../../../compiler/kernel/kernel.ts";
import { peelResidues } from "../../../../compiler/kernel/passes/peel-residues.ts";
import { printKernel } from "../../../../compiler/kernel/print.ts";
import { accumulator, along, axis, buffer, combine, get, guard, kernel, load, local, op, parallel, plus, reduce, scale, store } from "../kernels.ts";

const y = buffer("y", [10]);

/** The gradient of a convolution of `taps` with a stride of 2 by its input: `y[2p + r] = Σ_u g[p - u]·w[2u + r]`. */
function strided(taps: number, fill = 0) {
  const [p, r, u] = [axis("p", 5), axis("r", 2), axis("u", Math.ceil(taps / 2))];
  const [g, w] = [buffer("g", [4]), buffer("w", [taps])];
  const s = local("s");
  const tap = plus(scale(along(u), 2), along(r));
  const place = plus(along(p), scale(along(u), -1));
  const value = guard(
    [{ index: tap, lower: 0, upper: taps }],
    guard([{ index: place, lower: 0, upper: 4 }], op("mul", load(g, place), load(w, tap))),
    fill,
  );
  const sum = reduce(u, combine(s, value));
  const body = parallel(p, parallel(r, accumulator(s), sum, store(y, [plus(scale(along(p), 2), along(r))], get(s))));
  return { g, w, program: kernel("strided", body) };
}

const text = (program: Kernel) => printKernel(program).split("\n").slice(1);

describe("peelResidues", () => {
  test("makes a nest for each residue, with the taps that meet it", () => {
    expect(text(peelResidues(strided(3).program))).toMatchInlineSnapshot(`
      [
        "  parallel p < 5",
        "    sum s",
        "    reduce u < 2",
        "      s += (0 <= p - u < 4 ? g[p - u] * w[2·u] : 0)",
        "    y[2·p] = s",
        "  parallel p.2 < 5",
        "    sum s.2",
        "    reduce u.2 < 1",
        "      s.2 += (0 <= p.2 - u.2 < 4 ? g[p.2 - u.2] * w[2·u.2 + 1] : 0)",
        "    y[2·p.2 + 1] = s.2",
      ]
    `);
  });

  test("leaves a loop whose terms are not 0 outside of its bounds whole", () => {
    expect(text(peelResidues(strided(3, 1).program)).filter((line) => line.includes("reduce"))).toEqual(["    reduce u < 2", "    reduce u.2 < 2"]);
  });

  test.each([2, 3, 4, 5])("keeps the values of %i taps", (taps) => {
    const { g, w, program } = strided(taps);
    const run = (one: Kernel) => {
      const memory = new Map([
        [g, Float64Array.of(1, 2, 3, 4)],
        [w, Float64Array.from({ length: taps }, (_, i) => i + 5)],
        [y, new Float64Array(10).fill(Number.NaN)],
      ]);
      interpretKernel(one, memory, {});
      return memory.get(y);
    };
    expect(run(peelResidues(program))).toEqual(run(program));
  });

  test("leaves other kernels as they are", () => {
    const [i, x] = [axis("i", 2), buffer("x", [2])];
    const copy = kernel("copy", parallel(i, store(buffer("z", [2]), [i], guard([{ index: along(i), lower: 0, upper: 1 }], load(x, i)))));
    expect(peelResidues(copy)).toBe(copy);
  });
});
