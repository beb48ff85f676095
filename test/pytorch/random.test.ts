// What PyTorch draws at random: bounds and moments are compared, the numbers are not.
import { f32, type Init, model, nn, ops, parameter, type Tensor } from "gradc";
import { compile, interpret } from "gradc/compiler";
import { load } from "gradc/runtime";
import { beforeAll, describe, expect, it } from "vitest";

/** What torch.nn.init and the reset_parameters of layers document. */
interface Drawn {
  readonly bound?: number;
  readonly mean?: number;
  readonly deviation: number;
}

const uniform = (bound: number): Drawn => ({ bound, deviation: bound / Math.sqrt(3) });

const [fanIn, fanOut] = [120, 80];
const [channels, kernel] = [12, 3];
const [patchIn, patchOut] = [channels * kernel ** 2, 2 * channels * kernel ** 2];

const inits: Readonly<Record<string, Init>> = {
  xavierUniform: "xavierUniform",
  xavierNormal: "xavierNormal",
  kaimingUniform: "kaimingUniform",
  kaimingNormal: "kaimingNormal",
  between: { uniform: [-1, 3] },
  normal: { normal: [2, 0.5] },
};

const kinds = (name: string, fans: { in: number; out: number }): Readonly<Record<string, Drawn>> => ({
  [`${name}-default.weight`]: uniform(1 / Math.sqrt(fans.in)),
  [`${name}-xavierUniform.weight`]: uniform(Math.sqrt(6 / (fans.in + fans.out))),
  [`${name}-xavierNormal.weight`]: { deviation: Math.sqrt(2 / (fans.in + fans.out)) },
  [`${name}-kaimingUniform.weight`]: uniform(Math.sqrt(6 / fans.in)),
  [`${name}-kaimingNormal.weight`]: { deviation: Math.sqrt(2 / fans.in) },
  [`${name}-between.weight`]: { mean: 1, bound: 2, deviation: 2 / Math.sqrt(3) },
  [`${name}-normal.weight`]: { mean: 2, deviation: 0.5 },
});

const expected: Readonly<Record<string, Drawn>> = {
  ...kinds("linear", { in: fanIn, out: fanOut }),
  ...kinds("conv2d", { in: patchIn, out: patchOut }),
  "linear-wide.bias": uniform(1 / Math.sqrt(3)),
  "groups.weight": uniform(1 / Math.sqrt(6 * kernel ** 2)),
  "conv2d-wide.bias": uniform(1 / Math.sqrt(3)),
  loose: uniform(Math.sqrt(6 / (90 + 110))),
};

const drawn = model("drawn", { x: f32("batch", fanIn), image: f32("batch", channels, 3, 3) }, ({ x, image }) => {
  const all: [string, Init | undefined][] = [["default", undefined], ...Object.entries(inits)];
  const options = (name: string, init: Init | undefined) => ({ name, ...(init !== undefined && { init }) });
  const results: Tensor[] = all.flatMap(([kind, init]) => [
    nn.linear(x, fanOut, options(`linear-${kind}`, init)),
    nn.conv2d(image, 2 * channels, kernel, options(`conv2d-${kind}`, init)),
  ]);
  results.push(
    nn.linear(ops.slice(x, [0, 0], ["batch", 3]), 4096, { name: "linear-wide" }),
    nn.conv2d(ops.slice(image, [0, 0, 0, 0], ["batch", 3, 3, 3]), 4096, 1, { name: "conv2d-wide" }),
    nn.conv2d(image, 240, kernel, { name: "groups", groups: 2 }),
    parameter([90, 110], { name: "loose", init: "xavierUniform" }),
  );
  return { outputs: { y: results.map((result) => ops.sum(result)).reduce(ops.add) } };
});

describe("initial values", () => {
  let read: (name: string) => ArrayLike<number>;
  beforeAll(async () => {
    const net = await load(await compile(drawn, { batch: 1 }), { seed: 3 });
    read = (name) => net.read(name);
  });

  it.each(Object.entries(expected))("of %s have the bounds, the mean and the variance", (name, { bound, mean = 0, deviation }) => {
    const values = Array.from(read(name));
    const n = values.length;
    if (bound !== undefined) {
      const reach = Math.max(...values.map((value) => Math.abs(value - mean)));
      // Bounds are rounded to f32; the largest of n uniform draws misses its bound by more than 10/n once in e^10 times.
      expect(reach).toBeLessThanOrEqual(bound * (1 + 2e-7));
      expect(reach).toBeGreaterThan(bound * (1 - 10 / n));
    }
    const found = values.reduce((sum, value) => sum + value, 0) / n;
    const variance = values.reduce((sum, value) => sum + (value - found) ** 2, 0) / n;
    // 5 standard errors: σ/√n of the mean, and at most σ²·√(2/n), that of normal values, of the variance.
    expect(Math.abs(found - mean)).toBeLessThan((5 * deviation) / Math.sqrt(n));
    expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });
});

describe("dropout", () => {
  const rows = 64;
  const data = Array.from({ length: rows * 50 }, (_, i) => (i % 7) - 2.5);
  const dropping = (p: number) =>
    model("dropping", { x: f32("batch", 50) }, ({ x }) => {
      const y = nn.dropout(x, p);
      return { outputs: { y }, loss: ops.sum(ops.square(y)) };
    });

  it("is the identity in evaluation", async () => {
    for (const p of [0, 0.25, 1]) {
      const net = await load(await compile(dropping(p), { batch: rows, wrt: ["x"] }));
      expect([...net.predict({ x: data }).y]).toEqual(data);
      expect(net.evaluate({ x: data }).loss).toBeCloseTo(
        data.reduce((sum, value) => sum + value ** 2, 0),
        1,
      );
    }
  });

  it("drops all with p = 1, nothing with p = 0: gradients 0 and 2x", async () => {
    for (const [p, slope] of [
      [0, 2],
      [1, 0],
    ] as const) {
      const net = await load(await compile(dropping(p), { batch: rows, wrt: ["x"] }));
      const { loss, gradients } = net.gradients({ x: data });
      expect(Array.from(gradients.x as Float32Array, Math.abs)).toEqual(data.map((value) => Math.abs(slope * value)));
      if (p === 1) expect(loss).toBe(0);
    }
    const { outputs } = await interpret(dropping(1), { x: [Number.NaN, Number.POSITIVE_INFINITY, ...data.slice(2, 50)] }, { train: true });
    expect(new Set(outputs.get("y"))).toEqual(new Set([0]));
  });

  it("drops a share of p and divides the others by 1 - p", async () => {
    const net = await load(await compile(dropping(0.25), { batch: rows, wrt: ["x"] }), { seed: 5 });
    const gradient = net.gradients({ x: data }).gradients.x as Float32Array;
    const kept = [...gradient].filter((value) => value !== 0).length;
    // 5 standard errors of a share of ¼.
    expect(Math.abs(kept / data.length - 0.75)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / data.length));
    for (const [i, value] of gradient.entries()) if (value !== 0) expect(value).toBeCloseTo((2 * (data[i] as number)) / 0.75 ** 2, 4);
  });
});
