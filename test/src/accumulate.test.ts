import { type CompileOptions, compile } from "gradc/compiler";
import { load, type Net } from "gradc/runtime";
import { describe, expect, it } from "vitest";
import { f32, i32, losses, type Model, model, nn, ops, optim, parameter, schedules } from "../../src/index.ts";

const rows = 12;
const x = Float32Array.from({ length: rows * 2 }, (_, i) => Math.sin(i * 1.7) * 2);
const y = Float32Array.from({ length: rows }, (_, i) => Math.cos(i * 0.9));

const squares = model("squares", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(nn.tanh(nn.linear(x, 3, { name: "hidden" })), 1, { name: "out" });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

const parts = (net: Net, calls: readonly (readonly [number, number])[], inputs: Readonly<Record<string, ArrayLike<number>>>): void => {
  for (const [first, last] of calls) {
    const slices = Object.entries(inputs).map(([name, data]) => {
      const width = data.length / rows;
      return [name, Array.from(data).slice(first * width, last * width)] as const;
    });
    net.step(Object.fromEntries(slices));
  }
};

const weightsOf = (net: Net) => [...net.parameters.keys()].map((name) => [...net.read(name)]);

/** Expects the steps of parts to leave what one step of all rows does, twice. */
async function expectEqual(
  definition: Model,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  calls: [number, number][],
  options: CompileOptions,
) {
  const whole = await load(await compile(definition, { batch: rows, ...options }));
  const split = await load(await compile(definition, { batch: rows, ...options, accumulate: calls.length }));
  for (let round = 0; round < 3; round++) {
    whole.step(inputs);
    parts(split, calls, inputs);
    for (const [i, weights] of weightsOf(whole).entries())
      for (const [k, weight] of weights.entries()) expect(weightsOf(split)[i]?.[k]).toBeCloseTo(weight, 5);
  }
  return { whole, split };
}

const unequal: [number, number][] = [
  [0, 5],
  [5, 6],
  [6, 12],
];

describe("steps of several calls", () => {
  it("are those of one with all rows, whatever the parts", async () => {
    await expectEqual(squares, { x, y }, unequal, { optimizer: optim.sgd({ lr: 0.25, momentum: 0.5, dampening: 0.5 }) });
  });

  it("with schedule, clipping, penalties, decay and average too", async () => {
    const optimizer = optim.adam({ lr: schedules.exponential(0.25, { gamma: 0.5 }), weightDecay: 0.125 });
    const penalties = [optim.l2(0.25, "*.weight"), optim.l1(0.125, "*")];
    const { whole, split } = await expectEqual(squares, { x, y }, unequal, { optimizer, penalties, clip: { norm: 0.5 }, average: { decay: 0.5 } });
    for (const [i, value] of whole.read("out.weight.average").entries()) expect(split.read("out.weight.average")[i]).toBeCloseTo(value, 5);
  });

  it("count labels, not calls: ignored ones, and a call of such alone", async () => {
    const classes = model("classes", { x: f32("batch", 2), y: i32("batch") }, ({ x, y }) => {
      const out = nn.linear(x, 3, { name: "out" });
      return { outputs: { out }, loss: losses.crossEntropy(out, y) };
    });
    const labels = Int32Array.from({ length: rows }, (_, i) => (i % 4 === 0 || i === 5 ? -100 : i % 3));
    await expectEqual(classes, { x, y: labels }, unequal, { optimizer: optim.sgd({ lr: 0.5 }) });
  });

  it("of a loss that is no mean go through its function of the sums", async () => {
    const roots = model("roots", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
      const out = nn.linear(x, 1, { name: "out" });
      const error = ops.sub(out, y);
      const spread = ops.add(ops.sqrt(ops.mean(ops.square(error))), ops.exp(ops.mean(ops.abs(error))));
      return { outputs: { out }, loss: spread };
    });
    await expectEqual(roots, { x, y }, unequal, { optimizer: optim.sgd({ lr: 0.0625 }) });
  });

  it("change nothing of the parameters before the last, and go on from a saved state", async () => {
    const options = { batch: rows, optimizer: optim.adam({ lr: 0.25 }), accumulate: 3 };
    const built = await compile(squares, options);
    const [whole, first, second] = await Promise.all([load(built), load(built), load(built, { seed: 9 })]);
    const start = weightsOf(first);
    parts(whole, unequal, { x, y });
    parts(first, unequal.slice(0, 2), { x, y });
    expect(weightsOf(first)).toEqual(start);
    second.restore(first.state());
    parts(second, unequal.slice(2), { x, y });
    expect(weightsOf(second)).toEqual(weightsOf(whole));
  });

  it("of a model without rows are those of the mean of the losses", async () => {
    const point = model("point", { a: f32(2) }, ({ a }) => {
      const w = parameter([2], { init: 1, name: "w" });
      return { outputs: { w: ops.add(w, 0) }, loss: ops.sum(ops.mul(a, ops.square(w))) };
    });
    const net = await load(await compile(point, { optimizer: optim.sgd({ lr: 0.25 }), accumulate: 2 }));
    net.step({ a: [1, 2] });
    net.step({ a: [3, 0] });
    expect([...net.read("w")]).toEqual([0, 0.5]);
  });

  it("of losses with a sum for each column, which numbers of all rows divide", async () => {
    const columns = model("columns", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
      const out = nn.linear(nn.tanh(nn.linear(x, 3, { name: "hidden" })), 3, { name: "out" });
      const lengths = ops.sqrt(ops.sum(ops.square(ops.sub(out, y)), { dim: 0 }));
      return { outputs: { out }, loss: ops.div(ops.sum(lengths), ops.sum(ops.square(y))) };
    });
    await expectEqual(columns, { x, y }, unequal, { optimizer: optim.sgd({ lr: 0.25 }) });
  });

  it("keep dropout's masks apart, and the statistics of each call", async () => {
    const noisy = model("noisy", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
      const out = nn.linear(nn.dropout(x, 0.5), 1, { name: "out" });
      return { outputs: { out }, loss: losses.mse(out, y) };
    });
    const net = await load(await compile(noisy, { batch: rows, optimizer: optim.sgd({ lr: 0 }), accumulate: 4 }));
    expect(new Set([1, 2, 3, 4].map(() => net.step({ x, y }).loss)).size).toBeGreaterThan(2);
  });
});

describe("a loss that is more than a function of sums", () => {
  const refused = (loss: (error: ReturnType<typeof ops.sub>, n: ReturnType<typeof ops.size>) => ReturnType<typeof ops.sub>) => () =>
    compile(
      model("odd", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
        const out = nn.linear(x, 1, { name: "out" });
        return { outputs: { out }, loss: loss(ops.sub(out, y), ops.size(x, { dim: 0 })) };
      }),
      { optimizer: optim.sgd(), accumulate: 2 },
    );

  it.each([
    ["the largest error", refused((error) => ops.amax(ops.abs(error)))],
    ["a sum that is divided inside", refused((error, n) => ops.sum(ops.div(ops.square(error), n)))],
    ["a sum for each of many columns", refused((error) => ops.sum(ops.sqrt(ops.sum(ops.square(ops.repeat(error, [1, 17])), { dim: 0 }))))],
  ])("is refused: %s", async (_, make) => {
    await expect(make()).rejects.toThrowError(expect.objectContaining({ code: "loss-not-of-sums" }));
  });
});
