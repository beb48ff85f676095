import { compile } from "gradc/compiler";
import { fit, load } from "gradc/runtime";
import { describe, expect, it, vi } from "vitest";
import { f32, losses, model, nn, optim, type Tensor } from "../../src/index.ts";
import type { InputDim } from "../../src/model.ts";
import { define, variableNames } from "./running.ts";

const inShape = (shape: readonly InputDim[], apply: (x: Tensor) => Tensor) => define({ x: f32(...shape) }, ({ x }) => ({ outputs: { y: apply(x) } }));

describe("batch norm", () => {
  const definition = (...places: number[]) =>
    model("rows", { x: f32("batch", 2, ...places), y: f32("batch", 2) }, ({ x, y }) => {
      const normed = places.length > 0 ? nn.flatten(nn.batchNorm1d(x, { name: "norm" })) : nn.batchNorm1d(x, { name: "norm" });
      return { outputs: { p: nn.linear(normed, 2, { name: "out" }) }, loss: losses.mse(nn.linear(normed, 2, { name: "other" }), y) };
    });
  const compiled = (...places: number[]) => compile(definition(...places), { batch: 4, optimizer: optim.sgd({ lr: 0.1 }) });
  const minima = async (...places: number[]) =>
    Object.fromEntries((await compiled(...places)).manifest.entries.map(({ name, minimum }) => [name, minimum]));

  it("needs two rows to train on where there are no other places", async () => {
    expect(await minima()).toMatchObject({ step: 2, gradients: 2, predict: 1, evaluate: 1 });
    expect(await minima(1)).toMatchObject({ step: 2, gradients: 2, predict: 1 });
    expect(await minima(3)).toMatchObject({ step: 1, gradients: 1, predict: 1 });
  });

  it("refuses one row before anything is written, and predicts it", async () => {
    const net = await load(await compiled());
    const before = net.state();
    const one = { x: [1, 2], y: [0, 1] };
    for (const call of [() => net.step(one), () => net.gradients(one)]) {
      expect(call).toThrowError(expect.objectContaining({ code: "batch-norm-one-value" }));
    }
    expect(net.state()).toEqual(before);
    expect(net.evaluate(one).loss).toBeGreaterThan(0);
  });

  it("has no last batch of one row in fit, which says so, and predicts any number of rows alike", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const net = await load(await compiled());
    const rows = { x: Array.from({ length: 18 }, (_, at) => (at * 5) % 7), y: Array.from({ length: 18 }, (_, at) => at % 3) };
    await fit(net, rows, { epochs: 1 });
    expect(warn.mock.calls).toEqual([["Last batch left out: 1 row"]]);
    warn.mockRestore();
    expect(net.read("norm.num_batches_tracked")).toEqual(new Float32Array([2]));
    const all = net.predict(rows).p as Float32Array;
    expect(net.predict({ x: rows.x.slice(6, 8) }).p).toEqual(all.slice(6, 8));
    const other = await load(await compiled(), { seed: 3 });
    other.restore(net.state());
    expect(other.predict(rows)).toEqual(net.predict(rows));
  });

  it("has PyTorch's names", () => {
    const states = ["running_mean", "running_var", "num_batches_tracked"];
    const names = (apply: (x: Tensor) => Tensor) => variableNames(inShape(["batch", 2, 3], apply));
    expect(names((x) => nn.batchNorm1d(x, { name: "bn" }))).toEqual(["weight", "bias", ...states].map((name) => `bn.${name}`));
    expect(names((x) => nn.batchNorm1d(x, { name: "bn", affine: false }))).toEqual(states.map((name) => `bn.${name}`));
    expect(names((x) => nn.instanceNorm1d(x, { name: "in" }))).toEqual([]);
    expect(names((x) => nn.sequential(nn.batchNorm1d, nn.flatten, nn.linear(2), { name: "net" })(x))).toContain("net.0.running_var");
  });
});

const refused: readonly [what: string, make: () => unknown, code: string, text: RegExp][] = [
  ["another number of axes", () => inShape(["batch", 2], nn.batchNorm2d), "shape-mismatch", /expected {2}\[batch, channels, height, width\]/],
  ["both layouts", () => inShape(["batch"], nn.batchNorm1d), "shape-mismatch", /\[batch, channels\] or \[batch, channels, length\]/],
  ["one element in each channel", () => inShape(["batch", 2, 1], nn.instanceNorm1d), "shape-mismatch", /more than one element in each channel/],
  ["another last axis", () => inShape(["batch", 2], (x) => nn.layerNorm(x, { normalizedShape: [3] })), "shape-mismatch", /expected {2}\[\.\.\., 3\]/],
  ["groups of unequal size", () => inShape(["batch", 4], (x) => nn.groupNorm(x, 3)), "setting-out-of-range", /a divisor of 4 channels/],
  ["a mistyped option", () => nn.batchNorm1d({ momentun: 0.1 } as never), "unknown-option", /momentum/],
  ["the number of channels", () => nn.batchNorm1d(64 as never), "inferred-width", /the input width is inferred: nn\.batchNorm1d\(\)/],
  ["groups before the number of channels", () => nn.groupNorm(2, 64 as never), "inferred-width", /nn\.groupNorm\(2\)/],
  ["a shape that is none", () => nn.layerNorm({ normalizedShape: [] }), "setting-out-of-range", /the extents of the last axes/],
];

it.each(refused)("%s is refused", (_, make, code, text) => {
  expect(make).toThrowError(expect.objectContaining({ code, message: expect.stringMatching(text) }));
});
