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
  [[i, { tile: 4 }], [j, { vector: true, tile: 2 }]],
  [[i, { tile: 6 }], [j, { vector: true, tile: 2 }]],
  [[i, { tile: 2 }], [j, { vector: true, tile: 4 }]],
  [[j, { vector: true }]],
  [[i, { vector: true }], [j, { tile: 4 }]],
  [[i, { tile: 4 }], [j, { vector: true, tile: 2 }], [k, { chunk: 4 }]],
  [[i, { tile: 2 }], [j, { tile: 2 }], [k, { vector: true }]],
];

test("products with ragged edges agree by every tile", async () => {
  for (const [rows, depth, columns] of [[4, 3, 8], [9, 13, 10], [5, 1, 3], [1, 7, 17], [7, 8, 1]] as const) {
    const made = product(rows, depth, columns, columns + 3);
    const data = new Map([[made.a, numbers(rows * depth)], [made.b, numbers(depth * columns, 2)], [made.bias, numbers(columns, 3)]]);
    await expectKernel(made.one, tiled(made), [{ data }], [made.c], { relative: 16 * 2 ** -24, layout: made.layout });
  }
});

test("the order of a sum does not depend on the tile, so that every row has the same bits for every batch", async () => {
  const made = product("batch", 13, 10);
  const data = (n: number) => new Map([[made.a, numbers(n * 13)], [made.b, numbers(130, 2)], [made.bias, numbers(10, 3)]]);
  const { run } = await compileKernel(made.one, [[made.i, { tile: 4 }], [made.j, { vector: true, tile: 2 }]], { capacity: { batch: 9 } });
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
  const schedules: Loops[] = [[], [[i, { tile: 4 }], [j, { vector: true }]], [[i, { vector: true }]], [[i, { tile: 2 }], [k, { vector: true }]]];
  const cases = [0, 1, 2, 3, 7, 8].map((batch) => ({ data: new Map([[a, numbers(5 * batch)], [b, numbers(6 * batch, 2)]]), sizes: { batch } }));
  await expectKernel(kernel(loop(i, "parallel", loop(j, "parallel", ...body))), schedules, cases, [c], { relative: 8 * 2 ** -24, capacity: { batch: 8 } });
});

test("a product rounded once, with relaxed instructions, stays within the error of one rounding a term", async () => {
  const made = product(8, 20, 8);
  const data = new Map([[made.a, numbers(160)], [made.b, numbers(160, 2)], [made.bias, numbers(8, 3)]]);
  const { bytes } = await compileKernel(made.one, [[made.i, { tile: 4 }], [made.j, { vector: true, tile: 2 }]], { profile: "exact" });
  expect(WebAssembly.validate(bytes)).toBe(true);
  const fast = compileKernel(made.one, [[made.i, { tile: 4 }], [made.j, { vector: true, tile: 2 }]], { profile: "fast" });
  // Engines without relaxed SIMD refuse the module.
  const compiled = await fast.catch(() => undefined);
  if (!compiled) return;
  const want = (await compileKernel(made.one, [])).run(data).read(made.c);
  compiled.run(data).read(made.c).forEach((value, e) => {
    expect(Math.abs(value - (want[e] as number))).toBeLessThan(20 * 2 ** -24);
  });
});
