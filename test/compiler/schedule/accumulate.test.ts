// Sums that are kept in memory: what the step makes of a kernel.
import { describe, expect, test } from "vitest";
import { interpretKernel } from "../../../compiler/kernel/interpret.ts";
import type { Kernel, Schedule } from "../../../compiler/kernel/kernel.ts";
import { writesOf } from "../../../compiler/kernel/visit.ts";
import { applySchedule } from "../../../compiler/schedule/apply.ts";
import {
  accumulator,
  axis,
  buffer,
  combine,
  get,
  kernel,
  load,
  local,
  negate,
  op,
  parallel,
  reduce,
  store,
  weightGradient,
} from "../kernel/kernels.ts";
import { apart, lines } from "./lines.ts";

describe("sums in memory, part by part,", () => {
  const product = (terms: number) => {
    const [i, j, k, s] = [axis("i", 2), axis("j", 3), axis("k", terms), local("s")];
    const [x, w, y] = [buffer("x", [terms, 2]), buffer("w", [terms, 3]), buffer("y", [2, 3])];
    const sums = reduce(k, combine(s, op("mul", load(x, k, i), load(w, k, j))));
    const program = kernel("product", parallel(i, parallel(j, accumulator(s), sums, store(y, [i, j], op("neg", get(s))))));
    const own = () => [axis("i", 2), axis("j", 3)];
    const sumsOf = { buffer: buffer("sums", [2, 3], "scratch"), axes: [i, j], cleared: own(), finished: own() };
    const steps: Schedule = [{ kind: "accumulate", axis: k, points: 4, sums: sumsOf }];
    return { x, w, y, program, more: [...steps, { kind: "pack", axis: i, buffer: x }, { kind: "tile", axis: i, points: 2 }] as Schedule };
  };

  test("go on where all points are through the part before", () => {
    const { program, more } = product(10);
    expect(lines(program, more)).toMatchInlineSnapshot(`
      [
        "  parallel i < 2",
        "    parallel j < 3",
        "      sums[i, j] = 0",
        "  reduce kc < 10 by up to 4",
        "    parallel i.2 < 2 by 2",
        "      unroll iu < 2",
        "        parallel k from kc < min(10, kc + 4)",
        "          x.panel[k, iu] = x[k, i.2 + iu]",
        "        parallel j.2 < 3",
        "          sum s",
        "          reduce k.2 from kc < min(10, kc + 4)",
        "            s += x.panel[k.2, iu] * w[k.2, j.2]",
        "          sums[i.2 + iu, j.2] += s",
        "  parallel i.3 < 2",
        "    parallel j.3 < 3",
        "      let s.2 = sums[i.3, j.3]",
        "      y[i.3, j.3] = neg(s.2)",
      ]
    `);
  });

  test("are those of a sum in parts", () => {
    const { x, w, y, program, more } = product(10);
    const run = (one: Kernel) => {
      const values = (count: number) => Float64Array.from({ length: count }, (_, i) => (i % 7) + 1);
      const result = new Float64Array(6);
      const scratch = [...writesOf(one)]
        .filter(({ kind }) => kind === "scratch")
        .map((own): [typeof own, Float64Array] => [own, new Float64Array(40)]);
      interpretKernel(one, new Map([[x, values(20)], [w, values(30)], [y, result], ...scratch]), {});
      return result;
    };
    expect(run(applySchedule(program, more, apart))).toEqual(run(program));
  });

  test("need a nest of loops around a sum alone", () => {
    const { i, program } = negate(4);
    const sums = { buffer: buffer("sums", [4]), axes: [], cleared: [], finished: [] };
    expect(() => applySchedule(program, [{ kind: "accumulate", axis: i, points: 1, sums }], apart)).toThrow('no loop "i" to accumulate');
  });
});

describe("sums in memory", () => {
  /** Over images, with channels last. */
  function kept(channels = 8): { readonly program: Kernel; readonly steps: Schedule } {
    const { kernel: program, o, c, n } = weightGradient(80, channels, 6);
    const [cleared, finished] = [
      [axis("o", 6), axis("c", channels)],
      [axis("o", 6), axis("c", channels)],
    ];
    const sums = { buffer: buffer("sums", [6, channels], "scratch"), axes: [o, c], cleared, finished };
    return {
      program,
      steps: [
        { kind: "accumulate", axis: n, sums },
        { kind: "vectorise", axis: c, vectors: 1 },
      ],
    };
  }

  test("take each image once for all weights, and are finished behind", () => {
    const { program, steps } = kept();
    expect(lines(program, steps)).toMatchInlineSnapshot(`
      [
        "  parallel o < 6",
        "    parallel c < 8",
        "      sums[o, c] = 0",
        "  reduce n < batch",
        "    parallel o.2 < 6",
        "      parallel c.2 < 8 by 4",
        "        lanes cl < 4",
        "          sum s",
        "          reduce r < 80",
        "            s += dy[n, r, o.2] * x[n, r, c.2 + cl]",
        "          sums[o.2, c.2 + cl] += s",
        "  parallel o.3 < 6",
        "    parallel c.3 < 8",
        "      let s.2 = sums[o.3, c.3]",
        "      dw[o.3, c.3] = s.2 * 0.5",
      ]
    `);
  });

  test("are added to once, whatever vectors leave over", () => {
    const { program, steps } = kept(6);
    expect(lines(program, steps).filter((line) => line.includes("+=") || line.includes("parallel c"))).toMatchInlineSnapshot(`
      [
        "    parallel c < 6",
        "      parallel c.2 < 6 by 4",
        "            s += dy[n, r, o.2] * x[n, r, c.2 + cl]",
        "          sums[o.2, c.2 + cl] += s",
        "      parallel c.3 from 4 < 6 by 2",
        "            s.2 += dy[n, r.2, o.2] * x[n, r.2, c.3 + cu]",
        "          sums[o.2, c.3 + cu] += s.2",
        "    parallel c.4 < 6",
      ]
    `);
  });
});
