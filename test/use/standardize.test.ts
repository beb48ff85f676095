// `nn.standardize` of any value, as compiled modules set its statistics from rows.
import { f32, i32, losses, model, nn, ops, optim, parameter, type Tensor } from "gradc";
import { type Built, compile } from "gradc/compiler";
import { fit, load, type Net } from "gradc/runtime";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { codeOf, codeOfAsync } from "../support/code-of.ts";
import { numbers } from "../support/fused.ts";

/** Mean and biased deviation of a column in f64, the deviation 1 where all are equal. */
function statistics(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  // Squares of the largest f32 and of the smallest lie within f64.
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
  return values.every((value) => value === values[0]) ? { mean: values[0] as number, deviation: 1 } : { mean, deviation: Math.sqrt(variance) };
}

/** Mean and deviation of a layer as they are in the net, one pair a column. */
const held = (net: Pick<Net, "read">, name: string) => {
  const deviations = net.read(`${name}.deviation`);
  return Array.from(net.read(`${name}.mean`), (mean, column) => ({ mean, deviation: deviations[column] as number }));
};

/**
 * Deviations within the error of their sums, means within as much of a deviation and a rounding of their own. Parts of `terms` terms are added up
 * plainly, which errs by up to 2^-24 a term; over the parts nothing is lost.
 */
function expectStatistics(got: ReturnType<typeof held>, columns: readonly (readonly number[])[], terms = 64): void {
  for (const [column, { mean, deviation }] of columns.map(statistics).entries()) {
    const own = got[column] as { mean: number; deviation: number };
    expect(Math.abs(own.deviation / deviation - 1), `deviation ${own.deviation} of column ${column}, ${deviation}`).toBeLessThan(terms * 2 ** -24);
    const error = Math.abs(own.mean - mean) - Math.abs(mean) * 2 ** -24;
    expect(error / deviation, `mean ${own.mean} of column ${column}, ${mean}`).toBeLessThan(terms * 2 ** -24);
  }
}

const rows = 203;
const next = numbers(3);
const random = Float32Array.from({ length: rows * 6 }, () => Math.abs(next()) + 0.1);

describe("any value", () => {
  // Capacity 9: the rows are split, and the last part is smaller.
  const source = model("derived", { x: f32("batch", 3), t: f32("batch", 2, 3), k: i32("batch", 1), y: f32("batch", 1) }, ({ x, t, k, y }) => {
    const logs = nn.standardize(ops.log1p(nn.dropout(x, 0.5)), { name: "logs" });
    const slice = nn.standardize(ops.slice(x, [0, 1], ["batch", 2]), { name: "slice" });
    const both = nn.standardize(ops.concat([x, ops.reshape(t, ["batch", 6])], { dim: 1 }), { name: "both" });
    const steps = nn.standardize(t, { name: "steps" });
    const turned = nn.standardize(ops.permute(t, [2, 0, 1]), { name: "turned" });
    const whole = nn.standardize(k, { name: "whole" });
    const product = nn.standardize(ops.mul(logs, nn.standardize(x, { name: "plain" })), { name: "product" });
    nn.standardize(ops.exp(x), { name: "unused" });
    const all = [logs, slice, both, ops.reshape(steps, ["batch", 6]), ops.reshape(ops.permute(turned, [1, 0, 2]), ["batch", 6]), whole, product];
    const p = nn.linear(ops.concat(all, { dim: 1 }), 1, { name: "p" });
    return { outputs: { p, product }, loss: losses.mse(p, y) };
  });
  const data = {
    x: random.subarray(0, rows * 3),
    t: random,
    k: Int32Array.from({ length: rows }, (_, row) => (row * row) % 7),
    y: random.subarray(0, rows),
  };
  const column = (of: ArrayLike<number>, stride: number, at: number) =>
    Array.from({ length: of.length / stride }, (_, row) => Math.fround(of[row * stride + at] as number));
  const columns = (of: ArrayLike<number>, stride: number) => Array.from({ length: stride }, (_, at) => column(of, stride, at));
  let built: Built;
  let net: Net;
  beforeAll(async () => {
    built = await compile(source, { batch: 9, optimizer: optim.sgd() });
    net = await load(built);
    net.prepare({ x: data.x, t: data.t, k: data.k });
  });

  test("has the mean and deviation of its values in evaluation, in the order of dependence", () => {
    const logs = data.x.map(Math.log1p);
    expectStatistics(held(net, "logs"), columns(logs, 3));
    expectStatistics(held(net, "slice"), columns(data.x, 3).slice(1));
    expectStatistics(held(net, "both"), [...columns(data.x, 3), ...columns(data.t, 6)]);
    expectStatistics(held(net, "steps"), columns(data.t, 3));
    expectStatistics(
      held(net, "turned"),
      [0, 1].map((step) => [0, 1, 2].flatMap((feature) => column(data.t, 6, 3 * step + feature))),
    );
    expectStatistics(held(net, "whole"), [[...data.k]]);
    const scaled = (of: Float32Array, name: string) =>
      of.map((value, at) => {
        const { mean, deviation } = held(net, name)[at % 3] as { mean: number; deviation: number };
        return (value - mean) / deviation;
      });
    const plain = scaled(data.x, "plain");
    const product = scaled(logs, "logs").map((value, at) => value * (plain[at] as number));
    for (const [at, own] of held(net, "product").entries()) {
      const { mean, deviation } = statistics(column(product, 3, at));
      expect(own.mean).toBeCloseTo(mean, 5);
      expect(own.deviation).toBeCloseTo(deviation, 5);
    }
  });

  test("needs the inputs that it is made of; what is not used has no entry point", () => {
    const entries = net.manifest.standardize.map(({ mean, inputs }) => `${mean.replace(".mean", "")} ${inputs}`);
    expect([...entries].sort()).toEqual(["both x,t", "logs x", "plain x", "product x", "slice x", "steps t", "turned t", "whole k"]);
    // Of all these only one is made of others.
    expect(entries.at(-1)).toBe("product x");
    const before = net.state();
    expect(codeOf(() => net.prepare({ x: data.x, k: data.k }))).toBe("missing-input");
    expect(net.state()).toEqual(before);
  });

  test("depends on the rows alone, whatever was there before", async () => {
    const other = await load(built);
    other.write("both.mean", new Float32Array(9).fill(Number.NaN));
    other.prepare({ x: data.x.map((value) => 1e9 * value), t: data.t, k: data.k });
    other.prepare(data);
    expect(other.state()).toEqual(net.state());
  });
});

describe("columns", () => {
  const kinds: readonly ((row: number) => number)[] = [
    ...[0, 0.1, -3, 1e8, 1_700_000_000, 1e30, 1e-30].map((value) => () => value),
    // Large means with the smallest variation that f32 has there.
    (row) => 1e8 + 8 * (row % 3),
    (row) => 1.7e9 + 128 * (row % 2),
    (row) => 1.7e9 + 128 * Number(row === 77),
    // Sizes whose squares f32 does not hold, a first row unlike all others, a rare one.
    (row) => 1e25 * ((row * 7) % 11),
    (row) => 1e-25 * ((row * 7) % 11),
    (row) => (row % 10 === 9 ? 1e25 : 0),
    (row) => (row === 0 ? 1e6 : (row * 5) % 13),
    (row) => (row === 0 ? 1e-40 : (row * 5) % 13),
    (row) => Number(row === 150),
  ];
  const width = kinds.length;
  const table = (count: number) =>
    Float32Array.from({ length: count * width }, (_, at) => (kinds[at % width] as (row: number) => number)(Math.floor(at / width)));
  const data = { x: table(rows), t: table(7 * rows) };

  test.each([4, 300])("constants have deviation 1, others the one that f64 gives; %d rows a call", async (batch) => {
    const source = model("columns", { x: f32("batch", width), t: f32("batch", 7, width) }, ({ x, t }) => ({
      outputs: { x: nn.standardize(x, { name: "x0" }), t: nn.standardize(t, { name: "t0" }) },
    }));
    const net = await load(await compile(source, { batch }));
    net.prepare(data);
    for (const [name, values] of Object.entries(data)) {
      const column = (at: number) => Array.from({ length: values.length / width }, (_, row) => values[row * width + at] as number);
      expectStatistics(
        held(net, `${name}0`),
        kinds.map((_, at) => column(at)),
        name === "t" ? 64 * 7 : 64,
      );
      expect([...net.read(`${name}0.deviation`).subarray(0, 7)]).toEqual([1, 1, 1, 1, 1, 1, 1]);
      expect(net.read(`${name}0.mean`).subarray(0, 7)).toEqual(values.subarray(0, 7));
    }
  });
});

describe("a target", () => {
  const dollars = model("dollars", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
    const scale = nn.standardize({ name: "scale" });
    const target = scale(y);
    const p = nn.linear(nn.standardize(x, { name: "norm" }), 1, { name: "p" });
    return { outputs: { price: scale.inverse(p) }, loss: losses.mse(p, target) };
  });

  test("far off scale is learned, and predicted on its own scale", async () => {
    const built = await compile(dollars, { batch: 16, optimizer: optim.adam({ lr: 0.05 }) });
    const net = await load(built, { seed: 1 });
    const x = Float32Array.from({ length: 64 }, (_, row) => row);
    const y = x.map((value) => 200_000 + 5000 * value);
    await fit(net, { x, y }, { epochs: 60 });
    for (const [row, price] of net.predict({ x }).price.entries()) expect(Math.abs(price - (y[row] as number))).toBeLessThan(2000);
  });

  const refused = (body: (x: Tensor) => Tensor, options = {}) =>
    codeOfAsync(
      compile(
        model("refused", { x: f32("batch", 2) }, ({ x }) => {
          const out = nn.linear(body(x), 1, { name: "last" });
          return { outputs: { out }, loss: ops.mean(out) };
        }),
        { optimizer: optim.sgd(), ...options },
      ),
    );

  test("what cannot be standardized is refused: a trained parameter, rows that depend on each other; a frozen one is fine", async () => {
    const scaled = (x: Tensor) => nn.standardize(nn.tanh(nn.linear(x, 3, { name: "first" })), { name: "norm" });
    expect(await refused(scaled)).toBe("standardize-of-parameter");
    expect(await refused(scaled, { freeze: ["first.*"] })).toBe("no error");
    expect(await refused((x) => nn.standardize(ops.sub(x, ops.mean(x, { dim: 0, keepDim: true }))))).toBe("standardize-mixes-rows");
  });

  test("is asked back only after it was given, and with its width", async () => {
    expect(await refused((x) => nn.standardize().inverse(x))).toBe("layer-not-applied");
    expect(
      await refused((x) => {
        const scale = nn.standardize();
        return ops.add(scale(x), scale.inverse(ops.slice(x, [0, 0], ["batch", 1])));
      }),
    ).toBe("layer-width");
  });
});

test("a part of another net's weights leaves the statistics that it does not have to fit", async () => {
  const body = (norms: readonly string[]) => (inputs: { readonly x: Tensor; readonly y: Tensor }) => {
    const scaled = norms.map((name) => nn.standardize(inputs.x, { name }));
    const p = ops.sum(ops.mul(ops.concat(scaled, { dim: 1 }), parameter([1], { init: 1, name: "w" })), { dim: 1, keepDim: true });
    return { outputs: { p }, loss: losses.mse(p, inputs.y) };
  };
  const netOf = async (norms: readonly string[]) =>
    load(await compile(model("part", { x: f32("batch", 1), y: f32("batch", 1) }, body(norms)), { batch: 4, optimizer: optim.sgd({ lr: 0 }) }));
  const old = await netOf(["a"]);
  old.prepare({ x: [10, 30] });
  const net = await netOf(["a", "b"]);
  net.restore(old.state({ optimizer: false }), { partial: true });
  await fit(net, { x: [1, 2, 3], y: [0, 0, 0] }, { epochs: 1 });
  expect([net.read("a.mean")[0], net.read("b.mean")[0]]).toEqual([20, 2]);
});

test("a model without a loss is prepared too, and one without standardization has nothing to prepare", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const netOf = async (body: (x: Tensor) => Tensor) =>
    load(
      await compile(
        model("bare", { x: f32("batch", 1) }, ({ x }) => ({ outputs: { out: body(x) } })),
        { batch: 2 },
      ),
    );
  const net = await netOf((x) => nn.standardize(ops.square(x)));
  net.prepare({ x: [1, 2, 3] });
  expect(net.predict({ x: [1, 2, 3] }).out.reduce((sum, value) => sum + value)).toBeCloseTo(0, 5);
  (await netOf(ops.square)).prepare({ x: [1] });
  expect(warn).not.toHaveBeenCalled();
});
