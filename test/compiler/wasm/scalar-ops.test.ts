import { describe, expect, test } from "vitest";
import type { Dtype } from "../../../compiler/ir/type.ts";
import type { Expr, ScalarOp } from "../../../compiler/kernel/kernel.ts";
import { type ScalarName, scalars } from "../../../compiler/ops/elementwise.ts";
import { randomKey, uniform } from "../../../runtime/counter-random.ts";
import { apply, axis, buffer, compileKernel, expectKernel, f32, i32, indexOf, kernel, type Loops, load, loop, numbers, store } from "./harness.ts";

const n = 23;
const values: { readonly [D in Dtype]: readonly [number[], number[]] } = {
  f32: [
    [0, -0, 1, -1, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 3e9, -3e9, Infinity, -Infinity, NaN, 1, 2, NaN, 8388609, 0.4, -0.6, 7.7, -7.7].map(Math.fround),
    [0, 0, 1, 1, -0.5, 2, NaN, 0.5, 3, -2.5, 1, 2, Infinity, 1, NaN, NaN, 2, 0, 1, 0.1, -0.6, 7, 7.7].map(Math.fround),
  ],
  i32: [
    [0, 1, -1, 2, 2147483647, -2147483648, 5, 7, -7, 100, 3, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    [0, 2, -1, -2, 1, -1, 5, 6, 7, -100, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 11],
  ],
  bool: [
    [0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1],
    [0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
  ],
};

async function expectOp(op: ScalarOp, operand: Dtype, result: Dtype, operands: 1 | 2): Promise<void> {
  const i = axis("i", n);
  const inputs = [0, 1].slice(0, operands).map((p) => buffer(`x${p}`, [n], operand));
  const y = buffer("y", [n], result, "result");
  const one = kernel(
    loop(
      i,
      "parallel",
      store(
        y,
        [i],
        apply(
          op,
          inputs.map((x) => load(x, i)),
          result,
        ),
      ),
    ),
  );
  const schedules: Loops[] = [[], [[i, { vector: true }]]];
  await expectKernel(one, schedules, [{ data: new Map(inputs.map((x, p) => [x, values[operand][p as 0 | 1]])) }], [y]);
}

describe("ops of every dtype give the interpreter's bits, one value at a time and in lanes", () => {
  const exact = Object.values(scalars).filter(({ f32 }) => typeof f32.code === "string");
  test.each(exact.map((record) => [record.name as ScalarName, record] as const))("%s", async (op, { arity, i32 }) => {
    await expectOp(op, "f32", "f32", arity);
    if (i32) await expectOp(op, "i32", "i32", arity);
  });

  test.each([4, -0.125, 2 ** 126, 2 ** 127, 2 ** -126, 2 ** -149, 0, 3])("quotients by %d", async (by) => {
    const [i, x, y] = [axis("i", n), buffer("x", [n]), buffer("y", [n], "f32", "result")];
    const divided = kernel(loop(i, "parallel", store(y, [i], apply("div", [load(x, i), f32(by)]))));
    const data = [...values.f32[0].slice(6), 2 ** -149, 3 * 2 ** -149, -5 * 2 ** -149, 2 ** -126, 2 ** 127, Math.fround(3e38)];
    await expectKernel(divided, [[], [[i, { vector: true }]]], [{ data: new Map([[x, data]]) }], [y]);
  });

  test("comparisons", async () => {
    for (const op of ["eq", "ne", "lt", "le", "gt", "ge"] as const)
      for (const dtype of ["f32", "i32", "bool"] as const) await expectOp(op, dtype, "bool", 2);
  });

  test("casts", async () => {
    for (const dtype of ["f32", "i32", "bool"] as const) {
      await expectOp("toF32", dtype, "f32", 1);
      await expectOp("toI32", dtype, "i32", 1);
      await expectOp("toBool", dtype, "bool", 1);
    }
  });

  test("where, with a condition that is computed, loaded, or the same for all lanes", async () => {
    const i = axis("i", n);
    const [x, z, c, y] = [buffer("x", [n]), buffer("z", [n]), buffer("c", [n], "bool"), buffer("y", [n], "f32", "result")];
    const data = new Map([
      [x, values.f32[0]],
      [z, values.f32[1]],
      [c, values.bool[0]],
    ]);
    const conditions: Expr[] = [apply("gt", [load(x, i), f32(0)], "bool"), load(c, i), load(c, { offset: 2, terms: [] })];
    for (const condition of conditions) {
      const one = kernel(loop(i, "parallel", store(y, [i], apply("where", [condition, load(x, i), load(z, i)], "f32"))));
      await expectKernel(one, [[], [[i, { vector: true }]]], [{ data }], [y]);
    }
  });
});

test("random numbers are those of the reference, element by element", async () => {
  const [i, j] = [axis("i", 3), axis("j", 7)];
  const [seed, step, y] = [buffer("seed", [], "i32"), buffer("step", [], "i32"), buffer("y", [3, 7], "f32", "result")];
  const element = {
    offset: 0,
    terms: [
      { atom: i, coefficient: 7 },
      { atom: j, coefficient: 1 },
    ],
  };
  const key = apply("randomKey", [load(seed), load(step), i32(5)], "i32");
  const one = kernel(loop(i, "parallel", loop(j, "parallel", store(y, [i, j], apply("uniform", [key, indexOf(element)], "f32")))));
  for (const loops of [
    [],
    [[j, { vector: true }]],
    [
      [i, { tile: 2 }],
      [j, { vector: true }],
    ],
  ] as Loops[]) {
    const { run } = await compileKernel(one, loops);
    for (const [s, t] of [
      [0, 0],
      [-5, 17],
      [123456789, 3],
    ] as const) {
      const want = Array.from({ length: 21 }, (_, e) => uniform(randomKey(s, t, 5), e));
      expect(
        run(
          new Map([
            [seed, [s]],
            [step, [t]],
          ]),
        ).read(y),
      ).toEqual(want);
    }
  }
});

test("a value that one lane only needs is computed there, and shared otherwise", async () => {
  const i = axis("i", 10);
  const [x, y] = [buffer("x", [10]), buffer("y", [10], "i32", "result")];
  const shared = apply("toI32", [apply("mul", [load(x, i), f32(8)])], "i32");
  const positive = apply("maximum", [apply("abs", [shared]), i32(1)]);
  const one = kernel(loop(i, "parallel", store(y, [i], apply("add", [apply("remainder", [i32(100), positive]), positive]))));
  await expectKernel(one, [[], [[i, { vector: true }]], [[i, { vector: true, tile: 2 }]]], [{ data: new Map([[x, numbers(10)]]) }], [y]);
});
