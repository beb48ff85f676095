// Kinds of initial values beside the plain ones: what torch.nn.init promises of each, in numbers.
import { describe, expect, it, test } from "vitest";
import { GradcError } from "../../runtime/error.ts";
import { load } from "../../runtime/index.ts";
import { compile } from "../../src/compile.ts";
import { program } from "../../src/entries.ts";
import { f32, type Init, model, nn, ops, parameter } from "../../src/index.ts";
import { define, initialise, variableIn } from "./running.ts";

/** What a parameter starts with, by the seed. */
function starts(shape: readonly number[], init: Init): (seed: number) => number[] {
  const built = program(define({}, () => ({ outputs: { y: ops.add(parameter(shape, { init, name: "w" }), 0) } })));
  return (seed) => variableIn(initialise(built, seed), "w");
}

const drawn = (shape: readonly number[], init: Init): number[] => starts(shape, init)(0);

const rowsOf = (data: readonly number[], width: number): number[][] =>
  Array.from({ length: data.length / width }, (_, i) => data.slice(i * width, (i + 1) * width));

const transposed = (rows: readonly number[][]): number[][] => (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] as number));

const deviationOf = (xs: readonly number[]) => Math.sqrt(xs.reduce((sum, x) => sum + x * x, 0) / xs.length);

describe("scaled by fans", () => {
  it.each<[string, Init, number]>([
    ["xavierNormal with a gain", { xavierNormal: { gain: 3 } }, 3 * Math.sqrt(2 / 140)],
    ["xavierUniform with a gain", { xavierUniform: { gain: 5 / 3 } }, (5 / 3) * Math.sqrt(2 / 140)],
    ["kaimingNormal of fan out", { kaimingNormal: { mode: "fanOut" } }, Math.sqrt(2 / 40)],
    ["kaimingNormal of a slope", { kaimingNormal: { a: 1 } }, Math.sqrt(1 / 100)],
    ["kaimingUniform before tanh", { kaimingUniform: { nonlinearity: "tanh" } }, 5 / 3 / Math.sqrt(100)],
    ["kaimingUniform before selu", { kaimingUniform: { nonlinearity: "selu" } }, 0.75 / Math.sqrt(100)],
    ["kaimingNormal before nothing", { kaimingNormal: { nonlinearity: "linear" } }, 1 / Math.sqrt(100)],
  ])("%s has the deviation of torch.nn.init", (_, init, deviation) => {
    // Of 4000 draws the deviation itself has a relative one of 1/√8000.
    expect(Math.abs(deviationOf(drawn([100, 40], init)) / deviation - 1)).toBeLessThan(5 / Math.sqrt(8000));
  });

  it("by name is the same as with no settings", () => {
    for (const kind of ["xavierUniform", "xavierNormal", "kaimingUniform", "kaimingNormal"] as const) {
      expect(drawn([8, 4], { [kind]: {} } as Init)).toEqual(drawn([8, 4], kind));
    }
    expect(drawn([8, 4], { orthogonal: {} })).toEqual(drawn([8, 4], "orthogonal"));
  });
});

// Φ(x) by Simpson's rule.
function normalShare(x: number): number {
  const steps = 400;
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const terms = Array.from({ length: steps + 1 }, (_, i) => (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * density((i * x) / steps));
  return 0.5 + (terms.reduce((sum, term) => sum + term, 0) * x) / steps / 3;
}

describe("truncatedNormal", () => {
  it.each([
    [0, 1, -2, 2],
    [1, 0.5, 0, 5],
    [0, 1, -Math.fround(6), -0.5],
    [-3, 2, -2, 4],
  ] as const)("of %f and %f between %f and %f has that distribution", (mean, deviation, low, high) => {
    const sorted = drawn([4000], { truncatedNormal: [mean, deviation, low, high] }).sort((a, b) => a - b);
    expect(sorted[0]).toBeGreaterThanOrEqual(low);
    expect(sorted.at(-1)).toBeLessThanOrEqual(high);
    const [start, end] = [low, high].map((bound) => normalShare((bound - mean) / deviation)) as [number, number];
    const distances = sorted.map((x, i) => Math.abs((normalShare((x - mean) / deviation) - start) / (end - start) - (i + 0.5) / 4000));
    // Kolmogorov: above 1.95/√n with a probability of 0.001.
    expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(4000));
  });
});

describe("orthogonal", () => {
  const gram = (rows: readonly number[][]) => rows.map((a) => rows.map((b) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)));

  function farthest(shape: readonly number[], data: readonly number[], gain = 1): number {
    const rows = rowsOf(data, data.length / (shape[0] as number));
    const short = rows.length <= (rows[0] as number[]).length ? rows : transposed(rows);
    return Math.max(...gram(short).flatMap((row, i) => row.map((x, j) => Math.abs(x - (i === j ? gain * gain : 0)))));
  }

  it.each([[[1, 1]], [[2, 2]], [[3, 7]], [[7, 3]], [[16, 16]], [[4, 3, 2, 2]], [[12, 1, 3]]])("%j has orthonormal rows or columns", (shape) => {
    const start = starts(shape, "orthogonal");
    for (const seed of [0, 1, 2]) expect(farthest(shape, start(seed))).toBeLessThan(1e-6);
    expect(farthest(shape, drawn(shape, { orthogonal: { gain: 2 } }), 2)).toBeLessThan(4e-6);
    expect(start(1)).not.toEqual(start(4));
  });

  it("is uniformly distributed: of 2×2, angles and both signs of the determinant", () => {
    const start = starts([2, 2], "orthogonal");
    const all = Array.from({ length: 300 }, (_, seed) => start(seed)) as [number, number, number, number][];
    // 300 draws of mean 0: 5 deviations are 5·√(½/300) and 5/√300.
    expect(Math.abs(all.reduce((sum, [a]) => sum + a, 0) / 300)).toBeLessThan(0.21);
    expect(Math.abs(all.reduce((sum, [a, b, c, d]) => sum + a * d - b * c, 0) / 300)).toBeLessThan(0.29);
  });

  it("of a module is as near, in some kB", async () => {
    const net = (init: Init) => model("net", { x: f32("batch", 48) }, ({ x }) => ({ outputs: { y: nn.linear(x, 64, { init, name: "l" }) } }));
    const [built, plain] = [await compile(net("orthogonal")), await compile(net("xavierNormal"))];
    const found = (await load(built, { seed: 3 })).read("l.weight") as Float32Array;
    // f32: some roundings of 6e-8 times √48.
    expect(farthest([48, 64], [...found])).toBeLessThan(2e-6);
    expect(built.wasm.length - plain.wasm.length).toBeLessThan(16_000);
  });
});

describe("patterns of zeros", () => {
  it("eye and dirac pass on what comes in", () => {
    expect(drawn([2, 3], "eye")).toEqual([1, 0, 0, 0, 1, 0]);
    expect(drawn([3, 2, 3], "dirac")).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    const two = drawn([4, 2, 2, 1], { dirac: { groups: 2 } });
    expect(two.flatMap((x, i) => (x === 0 ? [] : [[i, x]]))).toEqual([
      [1, 1],
      [7, 1],
      [9, 1],
      [15, 1],
    ]);
  });

  it("sparse has as many zeros in each row, at random places, and normal numbers beside them", () => {
    const rows = rowsOf(drawn([200, 10], { sparse: [0.25, 0.5] }), 10);
    expect(new Set(rows.map((row) => row.filter((x) => x === 0).length))).toEqual(new Set([3]));
    const others = rows.flat().filter((x) => x !== 0);
    expect(Math.abs(deviationOf(others) / 0.5 - 1)).toBeLessThan(5 / Math.sqrt(2 * others.length));
    // 200 draws of probability 0.3 in each column: 5 deviations are 33.
    for (const column of transposed(rows)) expect(Math.abs(column.filter((x) => x === 0).length - 60)).toBeLessThan(33);
  });
});

const odd = (value: unknown) => value as Init;

test.each<[string, readonly number[], Init]>([
  ['"othogonal" is none of zeros, ones, eye, dirac, orthogonal', [2, 2], odd("othogonal")],
  ['"truncatedNormal" is [0, 1], not four numbers', [2], odd({ truncatedNormal: [0, 1] })],
  ["the lower bound comes first", [2], { truncatedNormal: [0, 1, 2, -2] }],
  ["a deviation is above 0", [2], { truncatedNormal: [0, 0, -2, 2] }],
  ['there is no option "gian", the nearest is "gain"', [2, 2], { xavierUniform: odd({ gian: 1 }) as never }],
  ['"mode" is out of range', [2, 2], { kaimingNormal: { mode: "fan_out" as never } }],
  ['"orthogonal" is true, not an object', [2, 2], { orthogonal: odd(true) as never }],
  ['"orthogonal" needs two axes', [2], "orthogonal"],
  ['"eye" is for matrices', [2], "eye"],
  ['"dirac" is for kernels', [2, 2], "dirac"],
  ["which do not divide 3 outputs", [3, 1, 2], { dirac: { groups: 2 } }],
  ['"sparse" is [2, 1], not a share', [2, 2], { sparse: [2, 1] }],
  ['"sparse" is for matrices', [2], { sparse: [0.5, 1] }],
  ['"uniform" and "orthogonal" are given', [2, 2], odd({ uniform: [0, 1], orthogonal: {} })],
])("%s", (message, shape, init) => {
  expect(() => drawn(shape, init)).toThrowError(GradcError);
  expect(() => drawn(shape, init)).toThrowError(expect.objectContaining({ message: expect.stringContaining(message) }));
});
