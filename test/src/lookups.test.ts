import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { describe, expect, it } from "vitest";
import { f32, i32, losses, model, nn, optim } from "../../src/index.ts";
import { define } from "./running.ts";

describe("an embedding", () => {
  const definition = model("words", { i: i32("batch", 2), y: f32("batch", 2, 3) }, ({ i, y }) => {
    const rows = nn.embedding(i, 400, 3, { name: "table", paddingIdx: -1 });
    return { outputs: { rows }, loss: losses.mse(rows, y) };
  });

  it("starts as N(0, 1) with a row of zeros for the padding, which training leaves", async () => {
    const net = await load(await compile(definition, { batch: 2, optimizer: optim.adam({ lr: 0.1 }) }));
    const before = net.read("table.weight");
    expect(before.slice(-3)).toEqual(new Float32Array(3));
    const drawn = [...before.slice(0, -3)];
    const mean = drawn.reduce((sum, value) => sum + value) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + value ** 2) / drawn.length;
    // 1197 draws: the mean has deviation 0.029, the variance 0.041; five of each.
    expect(Math.abs(mean)).toBeLessThan(0.15);
    expect(Math.abs(variance - 1)).toBeLessThan(0.21);
    net.step({ i: [0, 399, 1, 399], y: Array(12).fill(1) });
    const after = net.read("table.weight");
    expect([...after].flatMap((value, at) => (value === before[at] ? [] : Math.floor(at / 3)))).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it("refuses an index outside of the table, with its row", async () => {
    const net = await load(await compile(definition, { batch: 2 }));
    expect(() => net.predict({ i: [0, 1, 2, 400] })).toThrowError(expect.objectContaining({ code: "index-range" }));
  });
});

describe("what is refused", () => {
  const code = (expected: string) => expect.objectContaining({ code: expected });

  it("is said where it is declared", () => {
    expect(() => nn.embedding(10, 4, { paddingIdx: 10 })).toThrowError(code("setting-out-of-range"));
    expect(() => nn.embedding(10, 4, { paddingIndex: 0 } as never)).toThrowError(/paddingIdx/);
    expect(() => nn.embeddingBag(10, 4, { mode: "average" as never })).toThrowError(/"mean", "sum" or "max"/);
    expect(() => define({ x: f32(2) }, ({ x }) => ({ outputs: { y: nn.embedding(x, 3, 2) } }))).toThrowError(code("dtype-mismatch"));
    expect(() => define({ i: i32(2) }, ({ i }) => ({ outputs: { y: nn.embeddingBag(i, 3, 2) } }))).toThrowError(code("shape-mismatch"));
    const unequal = { x: f32(2, 3), z: f32(4, 3) };
    expect(() => define(unequal, ({ x, z }) => ({ outputs: { y: nn.bilinear(x, z, 2) } }))).toThrowError(code("shape-mismatch"));
  });
});
