// Layers that add to what goes in or drop of it: residual, positionalEncoding, dropout1d and dropout2d.
import { describe, expect, it } from "vitest";
import { f32, gradient, nn, ops, type Tensor } from "../../src/index.ts";
import { assigned, define, elementsOf, outputOf, source, variableNames } from "./running.ts";

describe("residual", () => {
  const x = { x: source([1, -2]) };

  it("adds a function of x, or a layer", () => {
    expect(outputOf({ x: f32(2) }, x, ({ x }) => nn.residual((h) => ops.mul(h, 3))(x))).toEqual([4, -8]);
    expect(outputOf({ x: f32(2) }, x, ({ x }) => nn.residual(nn.relu)(x))).toEqual([2, -2]);
    expect(outputOf({ x: f32(2) }, x, ({ x }) => gradient(ops.sum(nn.residual(nn.relu())(x)), [x])[0] as Tensor)).toEqual([2, 1]);
  });

  it("names parameters as those of f alone", () => {
    const named = (make: () => (x: Tensor) => Tensor) =>
      variableNames(define({ x: f32("batch", 4) }, ({ x }) => ({ outputs: { y: assigned(1, "block", make)(x) } })));
    const linear = ["weight", "bias"];
    expect(named(() => nn.residual(nn.linear(4)))).toEqual(linear.map((part) => `block.${part}`));
    expect(named(() => nn.residual(nn.sequential(nn.layerNorm, nn.linear(4))))).toEqual(
      ["0", "1"].flatMap((at) => linear.map((part) => `block.${at}.${part}`)),
    );
    const inSequence = named(() => nn.sequential(nn.linear(4), nn.residual(nn.linear(4)), nn.residual(nn.linear(4))));
    expect(inSequence).toEqual(["0", "1", "2"].flatMap((at) => linear.map((part) => `block.${at}.${part}`)));
  });

  it("refuses what is no function, or gives another shape", () => {
    expect(() => nn.residual(3 as never)).toThrowError(/a layer or a function of a tensor/);
    expect(() => define({ x: f32("batch", 4) }, ({ x }) => ({ outputs: { y: nn.residual(nn.linear(3))(x) } }))).toThrowError(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
  });
});

describe("positional encoding", () => {
  it("is sines and cosines of places, by columns", () => {
    const { outputs } = define({ x: f32(2, 3, 5) }, ({ x }) => ({ outputs: { table: ops.positionalEncoding(3, 5), y: nn.positionalEncoding(x) } }));
    const table = [0, 1, 2].flatMap((p) => [0, 0, 2, 2, 4].map((even, at) => (at % 2 === 0 ? Math.sin : Math.cos)(p / 10000 ** (even / 5))));
    expect(elementsOf(outputs.table as Tensor)).toEqual(table.map((value) => expect.closeTo(value, 7)));
    const y = elementsOf(outputs.y as Tensor, { x: source(Array(30).fill(1), [2, 3, 5]) });
    expect(y).toEqual([...table, ...table].map((value) => expect.closeTo(1 + value, 6)));
  });

  it("needs a known length", () => {
    const declared = () => define({ x: f32("batch", 4) }, ({ x }) => ({ outputs: { y: nn.positionalEncoding(x) } }));
    expect(declared).toThrowError(expect.objectContaining({ code: "dynamic-dimension" }));
    expect(() => define({ x: f32(4) }, ({ x }) => ({ outputs: { y: nn.positionalEncoding(x) } }))).toThrowError(/\[\.\.\., length, width\]/);
  });
});

describe("dropout of channels", () => {
  const counters = { "#seed": source([7], [], "i32"), "#step": source([0], [], "i32") };

  it("drops the share p of the channels, each as a whole, in training only", () => {
    const ones = { ...counters, x: source(Array(2000).fill(1), [20, 50, 2]) };
    const apply = ({ x }: { readonly x: Tensor }) => nn.dropout1d(x, 0.75);
    const y = outputOf({ x: f32(20, 50, 2) }, ones, apply, { training: true });
    const channels = Array.from({ length: 1000 }, (_, at) => y.slice(2 * at, 2 * at + 2));
    expect(channels.every(([a, b]) => a === b)).toBe(true);
    // As for elements: 1000 draws at p = 0.75 have deviation 13.7, and 5 of those are 69.
    expect(Math.abs(channels.filter(([a]) => a === 0).length - 750)).toBeLessThan(69);
    expect(new Set(y)).toEqual(new Set([0, 4]));
    expect(new Set(outputOf({ x: f32(20, 50, 2) }, ones, apply))).toEqual(new Set([1]));
  });

  it("is that of images in two dimensions, and zeros for p = 1", () => {
    const infinite = { ...counters, x: source(Array(8).fill(Number.POSITIVE_INFINITY), [1, 2, 2, 2]) };
    expect(outputOf({ x: f32(1, 2, 2, 2) }, infinite, ({ x }) => nn.dropout2d(1)(x), { training: true })).toEqual(Array(8).fill(0));
    expect(() => define({ x: f32("batch", 2, 3) }, ({ x }) => ({ outputs: { y: nn.dropout2d(x) } }))).toThrowError(
      /\[batch, channels, height, width\]/,
    );
    expect(() => nn.dropout1d(2)).toThrowError(/a probability from 0 to 1/);
  });
});
