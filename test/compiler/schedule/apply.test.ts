import { describe, expect, test } from "vitest";
import type { Schedule } from "../../../compiler/kernel/kernel.ts";
import { printKernel } from "../../../compiler/kernel/print.ts";
import { type Loop, loopsOf } from "../../../compiler/kernel/visit.ts";
import { applySchedule } from "../../../compiler/schedule/apply.ts";
import { partOf } from "../../../compiler/schedule/steps/part.ts";
import { accumulator, axis, buffer, combine, get, kernel, load, local, negate, op, parallel, reduce, store } from "../kernel/kernels.ts";
import { apart, lines } from "./lines.ts";

function total(extent: number | string) {
  const k = axis("k", extent);
  const s = local("s");
  return { k, program: kernel("total", accumulator(s), reduce(k, combine(s, load(buffer("x", [extent]), k))), store(buffer("y", []), [], get(s))) };
}

describe("tiles of a parallel loop", () => {
  test("of vectors, and single ones and points for what they leave over", () => {
    const { i, program } = negate("n");
    expect(lines(program, [{ kind: "vectorise", axis: i, vectors: 2 }])).toMatchInlineSnapshot(`
      [
        "  parallel i < n by 8",
        "    unroll iu < 2",
        "      lanes il < 4",
        "        y[i + 4·iu + il] = neg(x[i + 4·iu + il])",
        "  parallel i.2 from i < n by 4",
        "    lanes il.2 < 4",
        "      y[i.2 + il.2] = neg(x[i.2 + il.2])",
        "  parallel i.3 from i.2 < n",
        "    y[i.3] = neg(x[i.3])",
      ]
    `);
  });

  test("of a known extent end with a vector that overlaps the one before it", () => {
    const { i, program } = negate(22);
    expect(lines(program, [{ kind: "vectorise", axis: i, vectors: 2 }])).toMatchInlineSnapshot(`
      [
        "  parallel i < 22 by 8",
        "    unroll iu < 2",
        "      lanes il < 4",
        "        y[i + 4·iu + il] = neg(x[i + 4·iu + il])",
        "  parallel i.2 from 16 < 22 by 6",
        "    unroll iu.2 < 2",
        "      lanes il.2 < 4",
        "        y[i.2 + 2·iu.2 + il.2] = neg(x[i.2 + 2·iu.2 + il.2])",
      ]
    `);
  });

  test("whose buffers share a place begin with what is new of the vector that overlaps another one", () => {
    const { i, x, y, program } = negate(6);
    const memory = { ...apart, offsets: new Map([x, y].map((each) => [each, 64])) };
    expect(lines(program, [{ kind: "vectorise", axis: i, vectors: 1 }], memory)).toMatchInlineSnapshot(`
      [
        "  parallel i from 2 < 6 by 4",
        "    lanes il < 4",
        "      y[i + il] = neg(x[i + il])  if 4 <= i + il < 6",
        "  parallel i.2 < 6 by 4",
        "    lanes il.2 < 4",
        "      y[i.2 + il.2] = neg(x[i.2 + il.2])",
      ]
    `);
  });

  test("that add up in place leave a single point to itself, and whole numbers all that fill no vector", () => {
    const added = (dtype: "f32" | "i32", extent: number) => {
      const i = axis("i", extent);
      const program = kernel(
        "added",
        parallel(i, store(buffer("y", [extent], "result", dtype), [i], { kind: "constant", dtype, value: 1 }, { accumulate: true })),
      );
      return lines(program, [{ kind: "vectorise", axis: i, vectors: 1 }]);
    };
    expect(
      [added("f32", 5), added("f32", 6), added("i32", 6)].map((printed) => printed.filter((line) => /parallel|if/.test(line))),
    ).toMatchInlineSnapshot(`
      [
        [
          "  parallel i < 5 by 4",
          "  parallel i.2 from 4 < 5",
        ],
        [
          "  parallel i from 2 < 6 by 4",
          "      y[i + il] += 1  if 4 <= i + il < 6",
          "  parallel i.2 < 6 by 4",
        ],
        [
          "  parallel i < 6 by 4",
          "  parallel i.2 from 4 < 6 by 2",
        ],
      ]
    `);
  });

  test("of points, with one smaller tile behind", () => {
    const { i, program } = negate(11);
    expect(lines(program, [{ kind: "tile", axis: i, points: 4 }])).toMatchInlineSnapshot(`
      [
        "  parallel i < 11 by 4",
        "    unroll iu < 4",
        "      y[i + iu] = neg(x[i + iu])",
        "  parallel i.2 from 8 < 11 by 3",
        "    unroll iu.2 < 3",
        "      y[i.2 + iu.2] = neg(x[i.2 + iu.2])",
      ]
    `);
  });
});

test("columns in parts have nests of their own", () => {
  const [i, j, k] = [axis("i", "n"), axis("j", 5), axis("k", 3)];
  const [x, w, y] = [buffer("x", ["n", 3]), buffer("w", [3, 5]), buffer("y", ["n", 5])];
  const s = local("s");
  const term = combine(s, op("mul", load(x, i, k), load(w, k, j)));
  const program = kernel("product", parallel(i, parallel(j, accumulator(s), reduce(k, term), store(y, [i, j], get(s)))));
  const [outer, inner] = loopsOf(program.body) as [Loop, Loop];
  const step = partOf(outer, inner, 5, 4);
  expect(lines(program, [step])).toMatchInlineSnapshot(`
    [
      "  parallel i < n",
      "    parallel jv < 4",
      "      sum s",
      "      reduce k < 3",
      "        s += x[i, k] * w[k, jv]",
      "      y[i, jv] = s",
      "  parallel ir < n",
      "    parallel jr < 1",
      "      sum s.2",
      "      reduce kr < 3",
      "        s.2 += x[ir, kr] * w[kr, jr + 4]",
      "      y[ir, jr + 4] = s.2",
    ]
  `);
  const own = [...(step.kind === "part" ? step.rest.inside.values() : [])];
  expect(lines(program, [step, ...own.map((each) => ({ kind: "chunk", axis: each, points: 2 }) as const)])).toHaveLength(15);
});

describe("sums in parts", () => {
  test("of lanes, whose partial results are combined behind the loop", () => {
    const { k, program } = total(10);
    expect(lines(program, [{ kind: "vectorise", axis: k, vectors: 1 }])).toMatchInlineSnapshot(`
      [
        "  sum s",
        "  lanes kl < 4",
        "    sum s.2",
        "    reduce k < 10 by 4",
        "      s.2 += x[k + kl]",
        "    s += s.2",
        "  reduce k.2 from 8 < 10",
        "    s += x[k.2]",
        "  y[] = s",
      ]
    `);
  });

  test("of so many points each, in lanes", () => {
    const { k, program } = total("n");
    const steps: Schedule = [
      { kind: "chunk", axis: k, points: 512 },
      { kind: "vectorise", axis: k, vectors: 1 },
    ];
    expect(lines(program, steps)).toMatchInlineSnapshot(`
      [
        "  sum s",
        "  reduce kc < n by up to 512",
        "    sum s.2",
        "    lanes kl < 4",
        "      sum s.3",
        "      reduce k from kc < min(n, kc + 512) by 4",
        "        s.3 += x[k + kl]",
        "      s.2 += s.3",
        "    reduce k.2 from k < min(n, kc + 512)",
        "      s.2 += x[k.2]",
        "    s += s.2",
        "  y[] = s",
      ]
    `);
  });

  test("of no more points than a part are one part", () => {
    const { k, program } = total(512);
    expect(lines(program, [{ kind: "chunk", axis: k, points: 512 }])).toEqual(printKernel(program).split("\n").slice(1));
  });
});

describe("panels", () => {
  const product = () => {
    const [i, j, k] = [axis("i", "n"), axis("j", 12), axis("k", 6)];
    const [x, w] = [buffer("x", ["n", 6]), buffer("w", [12, 6])];
    const s = local("s");
    const sums = reduce(k, combine(s, op("mul", load(x, i, k), load(w, j, k))));
    return { i, j, w, program: kernel("product", parallel(i, parallel(j, accumulator(s), sums, store(buffer("y", ["n", 12]), [i, j], get(s))))) };
  };

  test("are copied once for all rows", () => {
    const { j, w, program } = product();
    const steps: Schedule = [
      { kind: "reorder", axis: j },
      { kind: "pack", axis: j, buffer: w },
    ];
    expect(lines(program, steps)).toMatchInlineSnapshot(`
      [
        "  parallel j < 12",
        "    parallel k < 6",
        "      w.panel[k] = w[j, k]",
        "    parallel i < n",
        "      sum s",
        "      reduce k.2 < 6",
        "        s += x[i, k.2] * w.panel[k.2]",
        "      y[i, j] = s",
      ]
    `);
  });

  test("are copied for each part of the rows", () => {
    const { i, j, w, program } = product();
    const steps: Schedule = [
      { kind: "chunk", axis: i, points: 8 },
      { kind: "reorder", axis: j },
      { kind: "pack", axis: j, buffer: w },
      { kind: "tile", axis: i, points: 4 },
    ];
    expect(lines(program, steps)).toMatchInlineSnapshot(`
      [
        "  parallel ic < n by up to 8",
        "    parallel j < 12",
        "      parallel k < 6",
        "        w.panel[k] = w[j, k]",
        "      parallel i from ic < min(n, ic + 8) by 4",
        "        unroll iu < 4",
        "          sum s",
        "          reduce k.2 < 6",
        "            s += x[i + iu, k.2] * w.panel[k.2]",
        "          y[i + iu, j] = s",
        "      parallel i.2 from i < min(n, ic + 8)",
        "        sum s.2",
        "        reduce k.3 < 6",
        "          s.2 += x[i.2, k.3] * w.panel[k.3]",
        "        y[i.2, j] = s.2",
      ]
    `);
  });

  test("have an element for each of the points that run side by side", () => {
    const { i, j, w, program } = product();
    const steps: Schedule = [
      { kind: "reorder", axis: j },
      { kind: "pack", axis: j, buffer: w },
      { kind: "tile", axis: i, points: 2 },
      { kind: "vectorise", axis: j, vectors: 2 },
    ];
    expect(lines(program, steps)).toMatchInlineSnapshot(`
      [
        "  parallel j < 12 by 8",
        "    unroll ju < 2",
        "      lanes jl < 4",
        "        parallel k < 6",
        "          w.panel[k, 4·ju + jl] = w[j + 4·ju + jl, k]",
        "        parallel i < n by 2",
        "          unroll iu < 2",
        "            sum s",
        "            reduce k.2 < 6",
        "              s += x[i + iu, k.2] * w.panel[k.2, 4·ju + jl]",
        "            y[i + iu, j + 4·ju + jl] = s",
        "        parallel i.2 from i < n",
        "          sum s.2",
        "          reduce k.3 < 6",
        "            s.2 += x[i.2, k.3] * w.panel[k.3, 4·ju + jl]",
        "          y[i.2, j + 4·ju + jl] = s.2",
        "  parallel j.2 from 8 < 12 by 4",
        "    lanes jl.2 < 4",
        "      parallel k.4 < 6",
        "        w.panel.2[k.4, jl.2] = w[j.2 + jl.2, k.4]",
        "      parallel i.3 < n by 2",
        "        unroll iu.2 < 2",
        "          sum s.3",
        "          reduce k.5 < 6",
        "            s.3 += x[i.3 + iu.2, k.5] * w.panel.2[k.5, jl.2]",
        "          y[i.3 + iu.2, j.2 + jl.2] = s.3",
        "      parallel i.4 from i.3 < n",
        "        sum s.4",
        "        reduce k.6 < 6",
        "          s.4 += x[i.4, k.6] * w.panel.2[k.6, jl.2]",
        "        y[i.4, j.2 + jl.2] = s.4",
      ]
    `);
  });

  test("of a block of rows serve all columns", () => {
    const [i, j, k, s] = [axis("i", 12), axis("j", 8), axis("k", "n"), local("s")];
    const x = buffer("x", ["n", 12]);
    const sums = reduce(k, combine(s, op("mul", load(x, k, i), load(buffer("d", ["n", 8]), k, j))));
    const program = kernel("dw", parallel(i, parallel(j, accumulator(s), sums, store(buffer("dw", [12, 8]), [i, j], get(s)))));
    const [blocks, inside] = [axis("ib", 2), axis("i", 6)];
    const steps: Schedule = [
      { kind: "block", axis: i, blocks, inside },
      { kind: "pack", axis: blocks, buffer: x },
      { kind: "reorder", axis: j },
      { kind: "vectorise", axis: j, vectors: 1 },
    ];
    expect(lines(program, steps)).toMatchInlineSnapshot(`
      [
        "  parallel ib < 2",
        "    parallel i < 6",
        "      parallel k < n",
        "        x.panel[i, k] = x[k, 6·ib + i]",
        "    parallel j < 8 by 4",
        "      lanes jl < 4",
        "        parallel i.2 < 6",
        "          sum s",
        "          reduce k.2 < n",
        "            s += x.panel[i.2, k.2] * d[k.2, j + jl]",
        "          dw[6·ib + i.2, j + jl] = s",
      ]
    `);
    const short: Schedule = [{ kind: "block", axis: i, blocks, inside: axis("i", 5) }];
    expect(() => applySchedule(program, short, apart)).toThrow("blocks of 5");
  });

  test("need a nest of loops to go around", () => {
    const { program } = product();
    const other = kernel("two", parallel(axis("o", 2), ...program.body, ...negate(3).program.body));
    expect(() => applySchedule(other, [{ kind: "reorder", axis: axis("i", 3) }], apart)).toThrow("no loop");
  });
});

test("copies of a loop have axes and locals of their own", () => {
  const [i, k] = [axis("i", "n"), axis("k", 8)];
  const s = local("s");
  const sums = reduce(k, combine(s, load(buffer("x", ["n", 8]), i, k)));
  const program = kernel("rows", parallel(i, accumulator(s), sums, store(buffer("y", ["n"]), [i], get(s))));
  const loops = loopsOf(applySchedule(program, [{ kind: "tile", axis: i, points: 4 }], apart).body);
  expect(new Set(loops.map((loop) => loop.axis)).size).toBe(loops.length);
});

test("a step whose loop the kernel has not is a fault of the compiler", () => {
  expect(() => applySchedule(negate(8).program, [{ kind: "tile", axis: axis("j", 8), points: 2 }], apart)).toThrow('no loop "j" to tile');
});
