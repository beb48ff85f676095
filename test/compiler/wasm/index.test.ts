import { describe, expect, test } from "vitest";
import { along, plus, scale, shift } from "../../../compiler/kernel/affine.ts";
import type { Bound, Expr, Statement } from "../../../compiler/kernel/kernel.ts";
import {
  apply,
  axis,
  buffer,
  compileKernel,
  expectKernel,
  f32,
  i32,
  indexOf,
  kernel,
  type Loops,
  load,
  local,
  loop,
  numbers,
  read,
  store,
  whole,
} from "./harness.ts";

const guard = (bounds: readonly Bound[], value: Expr, fill: Expr): Expr => ({ kind: "guard", dtype: value.dtype, bounds, value, fill });
const lanes = (i: ReturnType<typeof axis>): Loops[] => [[], [[i, { vector: true }]], [[i, { vector: true, tile: 2 }]], [[i, { tile: 3 }]]];

describe("guards", () => {
  test("a padded row never reads outside, whichever lanes are outside", async () => {
    for (const [low, high, n] of [
      [2, 1, 6],
      [5, 0, 3],
      [0, 9, 1],
      [1, 1, 14],
    ] as const) {
      const i = axis("i", low + n + high);
      const [x, y] = [buffer("x", [n]), buffer("y", [low + n + high], "f32", "result")];
      const index = shift(along(i), -low);
      const one = kernel(loop(i, "parallel", store(y, [i], guard([{ index, lower: 0, upper: n }], apply("exp", [load(x, index)]), f32(7)))));
      await expectKernel(one, lanes(i), [{ data: new Map([[x, numbers(n)]]) }], [y], { relative: 2 ** -22 });
    }
  });

  test("windows of a padded image: sums over guarded taps", async () => {
    const [o, t, s] = [axis("o", 7), axis("t", 3), local("s")];
    const [x, w, y] = [buffer("x", [7]), buffer("w", [3]), buffer("y", [7], "f32", "result")];
    const index = shift(plus(along(o), along(t)), -1);
    const value = apply("mul", [guard([{ index, lower: 0, upper: 7 }], load(x, index), f32(0)), load(w, t)]);
    const body: Statement[] = [
      { kind: "accumulator", local: s, combine: "sum" },
      loop(t, "reduce", { kind: "combine", local: s, combine: "sum", value }),
      store(y, [o], read(s)),
    ];
    const data = new Map([
      [x, numbers(7)],
      [w, numbers(3, 2)],
    ]);
    await expectKernel(kernel(loop(o, "parallel", ...body)), [...lanes(o), [[t, { vector: true }]]], [{ data }], [y], { relative: 2 ** -22 });
  });

  test("bounds with a dynamic limit", async () => {
    const i = axis("i", 8);
    const [x, y] = [buffer("x", ["batch"]), buffer("y", [8], "f32", "result")];
    const one = kernel(loop(i, "parallel", store(y, [i], guard([{ index: along(i), lower: 0, upper: "batch" }], load(x, i), f32(-1)))));
    const cases = [0, 1, 3, 5, 8].map((batch) => ({ data: new Map([[x, numbers(batch)]]), sizes: { batch } }));
    await expectKernel(one, lanes(i), cases, [y], { capacity: { batch: 8 } });
  });

  test("a store inside bounds leaves the rest alone", async () => {
    const i = axis("i", 9);
    const [x, y] = [buffer("x", [9]), buffer("y", [9], "f32", "result")];
    const inside = [{ index: along(i), lower: 2, upper: 6 }];
    const one = kernel(loop(i, "parallel", { kind: "store", buffer: y, index: [along(i)], value: load(x, i), accumulate: false, inside }));
    await expectKernel(
      one,
      lanes(i),
      [
        {
          data: new Map([
            [x, numbers(9)],
            [y, numbers(9, 2)],
          ]),
        },
      ],
      [y],
    );
  });
});

test("a load behind a store sees what was stored, although it is the expression of an earlier load", async () => {
  const i = axis("i", 9);
  const [x, y] = [buffer("x", [9]), buffer("y", [9], "f32", "result")];
  const [before, after] = [buffer("before", [9], "f32", "result"), buffer("after", [9], "f32", "result")];
  const old = load(y, i);
  const one = kernel(loop(i, "parallel", store(before, [i], old), store(y, [i], apply("add", [old, load(x, i)])), store(after, [i], old)));
  const data = new Map([
    [x, numbers(9)],
    [y, numbers(9, 2)],
  ]);
  await expectKernel(one, lanes(i), [{ data }], [before, y, after]);
});

describe("indices", () => {
  test("reversed, strided and transposed", async () => {
    const [i, j] = [axis("i", 5), axis("j", 6)];
    const [x, y, z] = [buffer("x", [6, 5]), buffer("y", [5, 6], "f32", "result"), buffer("z", [10, 6], "f32", "result")];
    const reversed = shift(scale(along(j), -1), 5);
    const body = [
      store(y, [i, j], load(x, reversed, i)),
      store(z, [scale(along(i), 2), j], load(x, j, i)),
      store(z, [shift(scale(along(i), 2), 1), reversed], load(x, j, i)),
    ];
    const schedules: Loops[] = [
      [],
      [[j, { vector: true }]],
      [
        [i, { vector: true }],
        [j, { tile: 4 }],
      ],
      [
        [i, { tile: 2 }],
        [j, { vector: true }],
      ],
      [[j, { tile: 3 }]],
    ];
    await expectKernel(kernel(loop(i, "parallel", loop(j, "parallel", ...body))), schedules, [{ data: new Map([[x, numbers(30)]]) }], [y, z]);
  });

  test("computed by division: a reshape without a common split", async () => {
    const i = axis("i", 12);
    const [x, y] = [buffer("x", [4, 3]), buffer("y", [12], "f32", "result")];
    const part = (op: "quotient" | "remainder") => along(apply(op, [indexOf(i), i32(3)]));
    await expectKernel(
      kernel(loop(i, "parallel", store(y, [i], load(x, part("quotient"), part("remainder"))))),
      lanes(i),
      [{ data: new Map([[x, numbers(12)]]) }],
      [y],
    );
  });

  test("gathered rows, and NaN for an index outside", async () => {
    const [i, j] = [axis("i", 6), axis("j", 5)];
    const [table, at, y] = [buffer("table", [4, 5]), buffer("at", [6], "i32"), buffer("y", [6, 5], "f32", "result")];
    const row = along(load(at, i));
    const value = guard([{ index: row, lower: 0, upper: 4 }], load(table, row, j), f32(Number.NaN));
    const schedules: Loops[] = [
      [],
      [[j, { vector: true }]],
      [[i, { vector: true }]],
      [
        [i, { tile: 4 }],
        [j, { vector: true }],
      ],
    ];
    const data = new Map([
      [table, numbers(20)],
      [at, [0, 3, -1, 2, 4, 1_000_000_000]],
    ]);
    await expectKernel(kernel(loop(i, "parallel", loop(j, "parallel", store(y, [i, j], value)))), schedules, [{ data }], [y]);
  });

  test("scattered sums: rows that meet are added in order", async () => {
    const [i, j] = [axis("i", 7), axis("j", 6)];
    const [x, at, y] = [buffer("x", [7, 6]), buffer("at", [7], "i32"), buffer("y", [3, 6], "f32", "result")];
    const row = along(load(at, i));
    const one = (inner: "i" | "j") => {
      const add = store(y, [row, j], load(x, i, j), { accumulate: true });
      return kernel(inner === "j" ? loop(i, "reduce", loop(j, "parallel", add)) : loop(j, "parallel", loop(i, "reduce", add)));
    };
    const data = new Map([
      [x, numbers(42)],
      [at, whole(7, 3)],
      [y, numbers(18, 5)],
    ]);
    for (const inner of ["i", "j"] as const)
      await expectKernel(one(inner), [[], [[j, { vector: true }]], [[i, { vector: true }]], [[i, { tile: 2 }]]], [{ data }], [y]);
  });

  test("a value that was loaded before its place is overwritten stays", async () => {
    const i = axis("i", 6);
    const [w, old] = [buffer("w", [6], "f32", "variable"), local("old")];
    const z = buffer("z", [6], "f32", "result");
    const element = load(w, i);
    const body: Statement[] = [
      { kind: "let", local: old, value: element },
      store(w, [i], apply("mul", [element, f32(2)])),
      store(z, [i], apply("add", [read(old), load(w, i)])),
    ];
    await expectKernel(kernel(loop(i, "parallel", ...body)), lanes(i), [{ data: new Map([[w, numbers(6)]]) }], [w, z]);
  });
});

test("a load behind a store sees it, in a loop of one iteration and through an index that is loaded, too", async () => {
  for (const n of [1, 4]) {
    const k = axis("k", n);
    const zero = { offset: 0, terms: [] };
    const [x, total, at] = [buffer("x", [n]), buffer("total", [1], "f32", "variable"), buffer("at", [1], "i32", "variable")];
    const [y, z] = [buffer("y", [n], "f32", "result"), buffer("z", [n], "f32", "result")];
    const body: Statement[] = [
      store(total, [zero], load(x, k), { accumulate: true }),
      store(y, [k], load(total, zero)),
      store(z, [k], load(x, along(load(at, zero)))),
      store(at, [zero], indexOf(k)),
      store(z, [k], apply("add", [load(z, k), load(x, along(load(at, zero)))])),
    ];
    const data = new Map([
      [x, numbers(n)],
      [total, [5]],
      [at, [0]],
    ]);
    await expectKernel(kernel(loop(k, "reduce", ...body)), [[]], [{ data }], [y, z, total, at]);
  }
});

describe("index checks", () => {
  const i = axis("i", "batch");
  const [first, second, y] = [buffer("first", ["batch", 2], "i32"), buffer("second", ["batch"], "i32"), buffer("y", ["batch"], "i32", "result")];
  const one = kernel(loop(i, "parallel", store(y, [i], apply("add", [load(first, i, { offset: 0, terms: [] }), load(second, i)]))));
  const checks = [
    { buffer: first, lower: 0, upper: 3 },
    { buffer: second, lower: 0, upper: 5, except: -100 },
  ];

  test("give the position of the first check that fails, and nothing is written", async () => {
    const { run } = await compileKernel(one, [[i, { vector: true }]], { capacity: { batch: 4 }, checks });
    const status = (a: number[], b: number[], batch = 2) =>
      run(
        new Map([
          [first, a],
          [second, b],
          [y, [77, 77, 77, 77]],
        ]),
        { batch },
      );
    expect(status([0, 1, 2, 0], [4, -100]).status).toBe(0);
    expect(status([0, 1, 2, 3], [4, 9]).status).toBe(1);
    expect(status([0, 1, 2, 3], [4, 0], 1).status).toBe(0);
    const failed = status([0, 1, 2, 0], [0, 5]);
    expect(failed.status).toBe(2);
    expect(failed.read(y)).toEqual([77, 77]);
    expect(status([0, -1, 0, 0], [0, 0]).status).toBe(1);
  });
});
