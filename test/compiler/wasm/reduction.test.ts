import { describe, expect, test } from "vitest";
import type { Axis, Statement } from "../../../compiler/kernel/kernel.ts";
import {
  apply,
  axis,
  buffer,
  compileKernel,
  expectKernel,
  f32,
  indexOf,
  kernel,
  type Loops,
  load,
  local,
  loop,
  numbers,
  read,
  store,
} from "./harness.ts";

// Another order of a sum of n terms of size 1 changes it by at most n roundings of 2^-24.
const reordered = (terms: number) => terms * 2 ** -24;

const every = (k: Axis): Loops[] => [
  [],
  [[k, { vector: true }]],
  [[k, { vector: true, tile: 4 }]],
  [[k, { tile: 3 }]],
  [[k, { chunk: 8 }]],
  [[k, { vector: true, tile: 2, chunk: 16 }]],
];

const sumOf = (k: Axis, value: Parameters<typeof apply>[1][number], finish: (sum: ReturnType<typeof read>) => Statement): Statement[] => {
  const s = local("s");
  return [
    { kind: "accumulator", local: s, combine: "sum" },
    loop(k, "reduce", { kind: "combine", local: s, combine: "sum", value }),
    finish(read(s)),
  ];
};

describe("sums", () => {
  test("of 1 to 70 terms, scalar, in lanes, side by side and in chunks", async () => {
    for (const n of [1, 2, 3, 4, 7, 8, 15, 16, 17, 33, 70]) {
      const k = axis("k", n);
      const [x, y] = [buffer("x", [n]), buffer("y", [1], "f32", "result")];
      const zero = { offset: 0, terms: [] };
      const one = kernel(...sumOf(k, load(x, k), (sum) => store(y, [zero], sum)));
      await expectKernel(one, every(k), [{ data: new Map([[x, numbers(n)]]) }], [y], { relative: reordered(n) });
    }
  });

  test("over a dynamic axis use its true extent, n = 0 included", async () => {
    const k = axis("k", "batch");
    const [x, y] = [buffer("x", ["batch"]), buffer("y", [], "f32", "result")];
    const one = kernel(...sumOf(k, load(x, k), (sum) => store(y, [], sum)));
    const cases = [0, 1, 2, 3, 4, 5, 8, 9, 31, 32, 33, 64].map((n) => ({ data: new Map([[x, numbers(n)]]), sizes: { batch: n } }));
    await expectKernel(one, every(k), cases, [y], { relative: reordered(64), capacity: { batch: 64 } });
  });

  test("of columns, where the vector axis is parallel and the sum runs over rows", async () => {
    const [i, k] = [axis("i", 11), axis("k", "batch")];
    const [x, y] = [buffer("x", ["batch", 11]), buffer("y", [11], "f32", "result")];
    const one = kernel(loop(i, "parallel", ...sumOf(k, load(x, k, i), (sum) => store(y, [i], sum))));
    const schedules: Loops[] = [
      [],
      [[i, { vector: true }]],
      [
        [i, { vector: true, tile: 2 }],
        [k, { chunk: 4 }],
      ],
    ];
    const cases = [1, 2, 5, 9].map((n) => ({ data: new Map([[x, numbers(n * 11)]]), sizes: { batch: n } }));
    await expectKernel(one, schedules, cases, [y], { relative: reordered(9), capacity: { batch: 9 } });
  });

  test("in chunks of 8 equal chunk sums added in order, to the bit", async () => {
    const k = axis("k", 30);
    const [x, y] = [buffer("x", [30]), buffer("y", [], "f32", "result")];
    const { run } = await compileKernel(kernel(...sumOf(k, load(x, k), (sum) => store(y, [], sum))), [[k, { chunk: 8 }]]);
    const data = numbers(30);
    let total = 0;
    for (let start = 0; start < 30; start += 8)
      total = Math.fround(total + data.slice(start, start + 8).reduce((sum, value) => Math.fround(sum + value), 0));
    expect(run(new Map([[x, data]])).read(y)).toEqual([total]);
  });
});

describe("maxima", () => {
  const largest = (n: number, combine: "max" | "argmax") => {
    const [i, k, m] = [axis("i", 3), axis("k", n), local("m", combine === "max" ? "f32" : "i32")];
    const [x, y] = [buffer("x", [3, n]), buffer("y", [3], m.dtype, "result")];
    const at = combine === "argmax" ? { at: indexOf(k) } : {};
    const body: Statement[] = [
      { kind: "accumulator", local: m, combine },
      loop(k, "reduce", { kind: "combine", local: m, combine, value: load(x, i, k), ...at }),
      store(y, [i], read(m)),
    ];
    return { i, k, x, y, one: kernel(loop(i, "parallel", ...body)) };
  };
  const special = [Number.NEGATIVE_INFINITY, Number.NaN, 2, 2, Number.POSITIVE_INFINITY, 1];

  test("NaN wins, an empty lane does not", async () => {
    for (const n of [1, 4, 6, 9]) {
      const { i, k, x, y, one } = largest(n, "max");
      const cases = [numbers(3 * n), numbers(3 * n).map((_, e) => special[e % 6] as number)].map((values) => ({ data: new Map([[x, values]]) }));
      await expectKernel(
        one,
        [
          ...every(k),
          [
            [i, { tile: 2 }],
            [k, { vector: true }],
          ],
        ],
        cases,
        [y],
      );
    }
  });

  test("argmax takes the first largest and the first NaN, in lanes of independent rows, too", async () => {
    for (const n of [1, 4, 6, 9]) {
      const { i, k, x, y, one } = largest(n, "argmax");
      const rows = [numbers(3 * n), numbers(3 * n).map((v) => Math.round(v * 2)), numbers(3 * n).map((_, e) => special[e % 6] as number)];
      const cases = rows.map((values) => ({ data: new Map([[x, values]]) }));
      await expectKernel(one, [...every(k), [[i, { vector: true }]], [[i, { tile: 3 }]]], cases, [y]);
    }
    const [i, k] = [axis("i", 6), axis("k", 5)];
    const [x, y, best] = [buffer("x", [5, 6]), buffer("y", [6], "i32", "result"), local("best", "i32")];
    const combine: Statement = { kind: "combine", local: best, combine: "argmax", value: load(x, k, i), at: indexOf(k) };
    const one = kernel(
      loop(i, "parallel", { kind: "accumulator", local: best, combine: "argmax" }, loop(k, "reduce", combine), store(y, [i], read(best))),
    );
    const data = numbers(30).map((v, e) => (e === 8 ? Number.NaN : Math.round(v * 3)));
    await expectKernel(one, [[[i, { vector: true }]]], [{ data: new Map([[x, data]]) }], [y]);
  });
});

test("softmax of rows: three phases over one row share nothing that has changed", async () => {
  for (const n of [1, 3, 4, 10, 17]) {
    const [i, k1, k2, k3] = [axis("i", "batch"), axis("k1", n), axis("k2", n), axis("k3", n)];
    const [x, y] = [buffer("x", ["batch", n]), buffer("y", ["batch", n], "f32", "result")];
    const [m, s, inverse] = [local("m"), local("s"), local("inverse")];
    const shifted = (k: Axis) => apply("exp", [apply("sub", [load(x, i, k), read(m)])]);
    const body: Statement[] = [
      { kind: "accumulator", local: m, combine: "max" },
      loop(k1, "reduce", { kind: "combine", local: m, combine: "max", value: load(x, i, k1) }),
      { kind: "accumulator", local: s, combine: "sum" },
      loop(k2, "reduce", { kind: "combine", local: s, combine: "sum", value: shifted(k2) }),
      { kind: "let", local: inverse, value: apply("div", [f32(1), read(s)]) },
      loop(k3, "parallel", store(y, [i, k3], apply("mul", [shifted(k3), read(inverse)]))),
    ];
    const schedules: Loops[] = [
      [],
      [k1, k2, k3].map((k) => [k, { vector: true }] as const),
      [
        [i, { tile: 2 }],
        [k1, { vector: true, tile: 2 }],
        [k2, { vector: true }],
        [k3, { vector: true, tile: 2 }],
      ],
      [[i, { vector: true }]],
    ];
    const cases = [1, 4, 5, 6].map((batch) => ({ data: new Map([[x, numbers(batch * n).map((v) => 5 * v)]]), sizes: { batch } }));
    // exp is right to 1 ulp, the reference to ½; the sum has n terms.
    await expectKernel(kernel(loop(i, "parallel", ...body)), schedules, cases, [y], { relative: (n + 4) * 2 ** -23, capacity: { batch: 6 } });
  }
});
