import { setFlagsFromString } from "node:v8";
import { expect, test } from "vitest";
import type { Statement } from "../../../compiler/kernel/kernel.ts";
import { apply, axis, buffer, compileKernel, expectKernel, f32, kernel, type Loops, load, local, loop, numbers, read, store } from "./harness.ts";

function product(rows: number | string, depth: number | string, columns: number, stride = columns) {
  const [i, j, k] = [axis("i", rows), axis("j", columns), axis("k", depth)];
  const [a, b, bias] = [buffer("a", [rows, depth]), buffer("b", [depth, columns]), buffer("bias", [columns])];
  const [c, s] = [buffer("c", [rows, columns], "f32", "result"), local("s")];
  const body: Statement[] = [
    { kind: "accumulator", local: s, combine: "sum" },
    loop(k, "reduce", { kind: "combine", local: s, combine: "sum", value: apply("mul", [load(a, i, k), load(b, k, j)]) }),
    store(c, [i, j], apply("maximum", [apply("add", [read(s), load(bias, j)]), f32(0)])),
  ];
  return { i, j, k, a, b, bias, c, one: kernel(loop(i, "parallel", loop(j, "parallel", ...body))), layout: new Map([[b, [stride, 1]]]) };
}

const tiled = ({ i, j, k }: ReturnType<typeof product>): Loops[] => [
  [],
  [
    [i, { tile: 4 }],
    [j, { vector: true, tile: 2 }],
  ],
  [
    [i, { tile: 6 }],
    [j, { vector: true, tile: 2 }],
  ],
  [
    [i, { tile: 2 }],
    [j, { vector: true, tile: 4 }],
  ],
  [[j, { vector: true }]],
  [
    [i, { vector: true }],
    [j, { tile: 4 }],
  ],
  [
    [i, { tile: 4 }],
    [j, { vector: true, tile: 2 }],
    [k, { chunk: 4 }],
  ],
  [
    [i, { tile: 2 }],
    [j, { tile: 2 }],
    [k, { vector: true }],
  ],
];

test("products with ragged edges agree by every tile", async () => {
  for (const [rows, depth, columns] of [
    [4, 3, 8],
    [9, 13, 10],
    [5, 1, 3],
    [1, 7, 17],
    [7, 8, 1],
  ] as const) {
    const made = product(rows, depth, columns, columns + 3);
    const data = new Map([
      [made.a, numbers(rows * depth)],
      [made.b, numbers(depth * columns, 2)],
      [made.bias, numbers(columns, 3)],
    ]);
    await expectKernel(made.one, tiled(made), [{ data }], [made.c], { relative: 16 * 2 ** -24, layout: made.layout });
  }
});

test("the order of a sum does not depend on the tile, so that every row has the same bits for every batch", async () => {
  const made = product("batch", 13, 10);
  const data = (n: number) =>
    new Map([
      [made.a, numbers(n * 13)],
      [made.b, numbers(130, 2)],
      [made.bias, numbers(10, 3)],
    ]);
  const { run } = await compileKernel(
    made.one,
    [
      [made.i, { tile: 4 }],
      [made.j, { vector: true, tile: 2 }],
    ],
    { capacity: { batch: 9 } },
  );
  const all = run(data(9), { batch: 9 }).read(made.c);
  for (let n = 1; n <= 9; n++) expect(run(data(n), { batch: n }).read(made.c)).toEqual(all.slice(0, n * 10));
});

test("a dynamic axis may be the depth, and a stride of another buffer", async () => {
  const [i, j, k] = [axis("i", 5), axis("j", 6), axis("k", "batch")];
  const [a, b] = [buffer("a", [5, "batch"]), buffer("b", ["batch", 6])];
  const [c, s] = [buffer("c", [5, 6], "f32", "result"), local("s")];
  const body: Statement[] = [
    { kind: "accumulator", local: s, combine: "sum" },
    loop(k, "reduce", { kind: "combine", local: s, combine: "sum", value: apply("mul", [load(a, i, k), load(b, k, j)]) }),
    store(c, [i, j], read(s)),
  ];
  const schedules: Loops[] = [
    [],
    [
      [i, { tile: 4 }],
      [j, { vector: true }],
    ],
    [[i, { vector: true }]],
    [
      [i, { tile: 2 }],
      [k, { vector: true }],
    ],
  ];
  const cases = [0, 1, 2, 3, 7, 8].map((batch) => ({
    data: new Map([
      [a, numbers(5 * batch)],
      [b, numbers(6 * batch, 2)],
    ]),
    sizes: { batch },
  }));
  await expectKernel(kernel(loop(i, "parallel", loop(j, "parallel", ...body))), schedules, cases, [c], {
    relative: 8 * 2 ** -24,
    capacity: { batch: 8 },
  });
});

test("relaxed instructions round a term once or twice, and nothing else changes", async () => {
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  const made = product(8, 20, 8);
  const data = new Map([
    [made.a, numbers(160)],
    [made.b, numbers(160, 2)],
    [made.bias, numbers(8, 3)],
  ]);
  const loops: Loops = [
    [made.i, { tile: 4 }],
    [made.j, { vector: true, tile: 2 }],
  ];
  const [exact, fast] = [await compileKernel(made.one, loops), await compileKernel(made.one, loops, { profile: "fast" })];
  expect(exact.wat()).not.toContain("relaxed");
  expect(fast.wat()).toContain("f32x4.relaxed_madd");
  const want = exact.run(data).read(made.c);
  // Twenty terms of size 1, each with one rounding more or less.
  fast
    .run(data)
    .read(made.c)
    .forEach((value, e) => {
      expect(Math.abs(value - (want[e] as number))).toBeLessThan(20 * 2 ** -24);
    });
});

test("a last vector overlaps the one before it, and stores what is new, first of all, where the kernel reads what it writes", async () => {
  const i = axis("i", 6);
  const [x, y] = [buffer("x", [6]), buffer("y", [6], "f32", "result")];
  const apart = kernel(loop(i, "parallel", store(y, [i], apply("add", [load(x, i), f32(1)]))));
  const inPlace = kernel(loop(i, "parallel", store(y, [i], apply("add", [load(y, i), f32(1)]))));
  const stores = async (one: typeof apart) => (await compileKernel(one, [[i, { vector: true }]])).wat().match(/v128\.store|f32\.store/g);
  expect(await stores(apart)).toEqual(["v128.store", "v128.store"]);
  expect(await stores(inPlace)).toEqual(["f32.store", "f32.store", "v128.store"]);
  await expectKernel(inPlace, [[[i, { vector: true }]]], [{ data: new Map([[y, numbers(6)]]) }], [y]);
});

test("an expression of 3000 operations is emitted", async () => {
  const i = axis("i", 5);
  const [x, y] = [buffer("x", [5]), buffer("y", [5], "f32", "result")];
  let value = load(x, i);
  for (let n = 0; n < 3000; n++) value = apply(n % 2 === 0 ? "add" : "sub", [value, f32(0.25)]);
  const { run } = await compileKernel(kernel(loop(i, "parallel", store(y, [i], value))), [[i, { vector: true }]]);
  // Multiples of a quarter, which addition does not round.
  expect(run(new Map([[x, [0, 1, -2.5, 4, 100]]])).read(y)).toEqual([0, 1, -2.5, 4, 100]);
});
