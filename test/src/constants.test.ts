// Big constants stand in a module once: in its memory. The text of its graph refers to them.
import { beforeAll, describe, expect, test } from "vitest";
import { make } from "../../compiler/ir/graph.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { load, pack } from "../../runtime/index.ts";
import * as sections from "../../runtime/sections.ts";
import { type Built, compile } from "../../src/compile.ts";
import { constant, f32, losses, model, nn, ops, optim, type Tensor } from "../../src/index.ts";
import { openModule } from "../../src/open.ts";

const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.37));

const tables = {
  filter: wave(16392),
  cube: wave(9 * 70 * 3),
  special: Float32Array.from([-0, Number.NaN, Infinity, -Infinity, 1e-45, ...wave(95)]),
  places: Int32Array.from({ length: 100 }, (_, i) => (i * 37) % 100),
};

/** A sum for each table, one of them read with its axes in another order. */
const declared = model("tables", { x: f32("batch", 16392), image: f32("batch", 3, 70, 9), z: f32("batch", 100) }, ({ x, image, z }) => {
  const sum = (...factors: [Tensor, Tensor]) => ops.sum(ops.mul(...factors), { dim: factors[0].shape.map((_, axis) => axis).slice(1) });
  const sums = [
    sum(x, constant(tables.filter)),
    sum(image, ops.permute(constant(tables.cube, [9, 70, 3]), [2, 1, 0])),
    sum(z, ops.gather(constant(tables.special), constant(tables.places))),
  ];
  const out = nn.linear(1)(ops.stack(sums, { dim: 1 }));
  return { outputs: { out }, loss: losses.mse(out, ops.mul(out, 0.5)) };
});

const optimizer = optim.sgd({ lr: 0.01 });

async function textIn(wasm: Uint8Array): Promise<string | undefined> {
  const [section] = WebAssembly.Module.customSections(await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>), sections.graph);
  return section && new TextDecoder().decode(section);
}

const countOf = (wasm: Uint8Array, { buffer }: Float32Array) =>
  Buffer.from(wasm).toString("latin1").split(Buffer.from(buffer).toString("latin1")).length - 1;

describe("in a module", () => {
  let built: Built;
  beforeAll(async () => {
    built = await compile(declared, { optimizer, batch: 2, profile: "fast" });
  });

  test("the graph refers to elements from some number on, and they stand there once", async () => {
    const text = await textIn(built.wasm);
    expect(text?.length).toBeLessThan(10_000);
    expect(text?.match(/memory\[[\d, ]+\], dtype, shape\] : \S+/g)?.map((line) => line.replace(/\d+/, "_"))).toMatchInlineSnapshot(`
      [
        "memory[_, 1], dtype, shape] : f32[16392]",
        "memory[_, 210, 3, 1], dtype, shape] : f32[9,",
        "memory[_, 1], dtype, shape] : f32[100]",
        "memory[_, 1], dtype, shape] : i32[100]",
      ]
    `);
    expect(countOf(built.wasm, tables.filter)).toBe(1);
    expect(countOf(built.fast as Uint8Array, tables.filter)).toBe(1);
  });

  test("they are read back bit for bit, where weights are packed in too", async () => {
    const net = await load(built.wasm);
    for (const wasm of [built.wasm, pack(built.wasm, net.state())]) {
      const { program } = await openModule(wasm as Uint8Array<ArrayBuffer>);
      const long = program.graph.nodes.flatMap(({ params: { data } }) => (Array.isArray(data) && data.length > 64 ? [data] : []));
      expect(long).toEqual([tables.filter, tables.cube, tables.special, tables.places].map((table) => Array.from(table)));
    }
  });

  test("without the graph they are what they were", async () => {
    const { wasm } = await compile(declared, { optimizer, batch: 2, strip: true });
    expect(await textIn(wasm)).toBeUndefined();
    expect(countOf(wasm, tables.filter)).toBe(1);
  });
});

/** How many elements of a constant a compilation looks at that uses it so often. */
async function looksAt(uses: number): Promise<number> {
  let looks = 0;
  const counted = new Proxy(Array.from(wave(1000)), {
    get(list, key, receiver) {
      if (typeof key === "string" && /^\d+$/.test(key)) looks++;
      return Reflect.get(list, key, receiver);
    },
  });
  const used = model("used", { x: f32("batch", 1000) }, ({ x }) => {
    const table = () => make("constant", [], { data: counted, shape: [1000], dtype: "f32" }, x.graph) as Node;
    const terms = Array.from({ length: uses }, (_, i) => ops.mean(ops.mul(ops.tanh(ops.mul(x, i + 2)), table())));
    return { outputs: { y: terms.reduce((total, term) => ops.add(total, term)) } };
  });
  await compile(used);
  return looks;
}

test("a compilation looks at each element some times, however often it is used", async () => {
  const [once, often] = [await looksAt(2), await looksAt(24)];
  expect(often).toBe(once);
  expect(once).toBeLessThan(20 * 1000);
});
