import { describe, expect, it } from "vitest";
import { program } from "../../src/entries.ts";
import { constant, f32, gradient, type Init, nn, ops, parameter, type Tensor } from "../../src/index.ts";
import { standardizedIn } from "../../src/preparation.ts";
import { define, elementsOf, initialise, outputOf, run, source, variableIn, variableNames } from "./running.ts";

const shapeOf = (shape: readonly (number | "batch")[], body: (x: Tensor) => Tensor) =>
  define({ x: { dtype: "f32", shape } }, ({ x }) => ({ outputs: { y: body(x) } })).outputs.y?.shape;

/** The output of a model after init. */
function initialised(shape: readonly (number | "batch")[], x: readonly number[], body: (x: Tensor) => Tensor): number[] {
  const built = program(define({ x: { dtype: "f32", shape } }, (inputs) => ({ outputs: { y: body(inputs.x) } })));
  const n = x.length / shape.slice(1).reduce<number>((size, dim) => size * Number(dim), 1);
  return run(built, "predict", initialise(built), { x: source(x, [n, ...(shape.slice(1) as number[])]) }, n).results.y as number[];
}

describe("linear", () => {
  it("is x·weight + bias along the last axis", () => {
    const init = {
      weight: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      bias: [10, 20],
    };
    expect(initialised(["batch", 3], [1, 1, 1, 1, 0, 0], (x) => nn.linear(x, 2, { init }))).toEqual([19, 32, 11, 22]);
    expect(shapeOf(["batch", 7, 3], (x) => nn.linear(x, 2, { bias: false }))).toEqual(["batch", 7, 2]);
  });

  it("shares its parameters, and shows them once applied", () => {
    const declared = define({ x: f32("batch", 3) }, ({ x }) => {
      const encode = nn.linear(2, { name: "encode" });
      const z = encode(x);
      return { outputs: { z, y: ops.matmul(z, ops.transpose(encode.weight)), again: encode(x) } };
    });
    expect(variableNames(declared)).toEqual(["encode.weight", "encode.bias"]);
    expect(declared.outputs.again).toBe(declared.outputs.z);
  });

  it("refuses to show parameters before, and to be applied to another width", () => {
    expect(() => shapeOf([3], () => nn.linear(2).weight)).toThrowError(expect.objectContaining({ code: "layer-not-applied" }));
    expect(() => shapeOf([3], (x) => ops.add(x, nn.relu().weight))).toThrowError(expect.objectContaining({ code: "layer-not-applied" }));
    const twice = (x: Tensor) => {
      const layer = nn.linear(2, { bias: false });
      return layer(layer(x));
    };
    expect(() => shapeOf(["batch", 3], twice)).toThrowError(/\[batch, 2\]\n {2}expected {2}\[\.\.\., 3\], as where it was first applied/);
    expect(() => shapeOf(["batch", 3], (x) => nn.linear(x, 0))).toThrowError(expect.objectContaining({ code: "setting-out-of-range" }));
  });
});

describe("activations", () => {
  it("relu keeps NaN and has gradient 0 at 0", () => {
    const xs = [-1, -0, 0, 2, Number.NaN];
    expect(initialised(["batch"], xs, (x) => nn.relu(x))).toEqual([0, 0, 0, 2, Number.NaN]);
    expect(outputOf({ x: f32(5) }, { x: source(xs) }, ({ x }) => gradient(ops.sum(nn.relu(x)), [x])[0] as Tensor)).toEqual([0, 0, 0, 1, 1]);
  });

  it("softmax and flatten", () => {
    expect(initialised(["batch", 2], [0, 0, 1000, 1000], nn.softmax)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(shapeOf(["batch", 2, 3, 4], (x) => nn.flatten(x))).toEqual(["batch", 24]);
  });

  it("chain in a sequence", () => {
    const net = () => nn.sequential(nn.linear(2, { init: 1 }), nn.relu, nn.softplus(), (x) => ops.mul(x, 0));
    expect(initialised(["batch", 3], [1, 2, 3], (x) => net()(x))).toEqual([0, 0]);
    expect(shapeOf(["batch", 3], (x) => nn.sequential(x, nn.tanh, nn.linear(5)))).toEqual(["batch", 5]);
  });
});

describe("standardize", () => {
  it("starts as the identity and tells which inputs its value is made of", () => {
    expect(initialised(["batch", 2], [1, 2], (x) => nn.standardize(x))).toEqual([1, 2]);
    const declared = define({ x: f32("batch", 2) }, ({ x }) => ({ outputs: { y: nn.standardize(x), z: nn.standardize(ops.exp(x)) } }));
    expect(standardizedIn(declared)).toEqual([
      { mean: "standardize.0.mean", deviation: "standardize.0.deviation", inputs: ["x"] },
      { mean: "standardize.1.mean", deviation: "standardize.1.deviation", inputs: ["x"] },
    ]);
    const sources = { x: source([7, 8], [1, 2]), "standardize.0.mean": source([5, 5]), "standardize.0.deviation": source([2, 3]) };
    expect(elementsOf(declared.outputs.y as Tensor, sources)).toEqual([1, 1]);
  });
});

describe("dropout", () => {
  const dropped = (p: number, training: boolean, step = 0) =>
    outputOf(
      { x: f32(1000) },
      { x: source(Array(1000).fill(1)), "#seed": source([7], [], "i32"), "#step": source([step], [], "i32") },
      ({ x }) => nn.dropout(x, p),
      { training },
    );

  it("drops the share p and divides the rest by 1 - p in training only", () => {
    const y = dropped(0.75, true);
    expect(new Set(y)).toEqual(new Set([0, 4]));
    // Of 1000 draws at p = 0.75 the number has deviation 13.7; 5 deviations are 69.
    expect(Math.abs(y.filter((value) => value === 0).length - 750)).toBeLessThan(69);
    expect(dropped(0.75, true, 1)).not.toEqual(y);
    expect(dropped(0.75, false)).toEqual(Array(1000).fill(1));
  });

  it("takes p by position or by name, in both forms", () => {
    const by = (drop: (x: Tensor) => Tensor) =>
      outputOf(
        { x: f32(2, 3, 4) },
        { x: source(Array(24).fill(1), [2, 3, 4]), "#seed": source([7], [], "i32"), "#step": source([0], [], "i32") },
        ({ x }) => drop(x),
        {
          training: true,
        },
      );
    const dropped = by((x) => nn.dropout(x, 0.75));
    expect(by((x) => nn.dropout(x, { p: 0.75 }))).toEqual(dropped);
    expect(by(nn.dropout({ p: 0.75, name: "drop" }))).toEqual(dropped);
    expect(by(nn.dropout1d({ p: 0.25 }))).toEqual(by(nn.dropout1d(0.25)));
    expect(() => by((x) => nn.dropout(x, { rate: 0.5 } as never))).toThrowError(/no option "rate", the nearest is "p"/);
    expect(() => by((x) => nn.dropout(x, { p: 50 }))).toThrowError(/from 0 to 1/);
  });

  it("gives zeros for p = 1, and gradient 0", () => {
    expect(dropped(1, true)).toEqual(Array(1000).fill(0));
    const slope = outputOf(
      { x: f32(1) },
      { x: source([Number.POSITIVE_INFINITY]) },
      ({ x }) => gradient(ops.sum(nn.dropout(x, 1)), [x])[0] as Tensor,
      { training: true },
    );
    expect(slope).toEqual([0]);
    expect(() => shapeOf([1], (x) => nn.dropout(x, 2))).toThrowError(expect.objectContaining({ code: "setting-out-of-range" }));
  });
});

describe("layers over images", () => {
  it("convolve with [out, in / groups, kh, kw] and a bias", () => {
    const init = { weight: 1, bias: [0, 100] };
    const y = initialised(["batch", 1, 2, 2], [1, 2, 3, 4], (x) => nn.conv2d(x, 2, 2, { init }));
    expect(y).toEqual([10, 110]);
    expect(shapeOf(["batch", 4, 9, 9], (x) => nn.conv2d(x, 6, [3, 1], { stride: 2, padding: [1, 0], groups: 2 }))).toEqual(["batch", 6, 5, 5]);
    expect(() => shapeOf(["batch", 3, 4, 4], (x) => nn.conv2d(x, 2, 3, { groups: 2 }))).toThrowError(/a divisor of 3 channels/);
    expect(() => shapeOf(["batch", 16], (x) => nn.conv2d(x, 2, 3))).toThrowError(expect.objectContaining({ code: "shape-mismatch" }));
  });

  it("pool with -infinity around the image, ties to the first", () => {
    expect(initialised(["batch", 1, 2, 2], [-1, -2, -3, -4], (x) => nn.maxPool2d(x, 2))).toEqual([-1]);
    expect(initialised(["batch", 1, 2, 2], [-1, -2, -3, -4], (x) => nn.maxPool2d(2, { padding: 1 })(x))).toEqual([-1, -2, -3, -4]);
    const slope = outputOf(
      { x: f32(1, 1, 2, 2) },
      { x: source([3, 3, 3, 3], [1, 1, 2, 2]) },
      ({ x }) => gradient(ops.sum(nn.maxPool2d(x, 2)), [x])[0] as Tensor,
    );
    expect(slope).toEqual([1, 0, 0, 0]);
    expect(shapeOf(["batch", 3, 7, 7], (x) => nn.maxPool2d(x, 3, { stride: 2 }))).toEqual(["batch", 3, 3, 3]);
  });
});

describe("initial values", () => {
  const drawn = (shape: readonly number[], init: Init, seed = 0) => {
    const built = program(define({}, () => ({ outputs: { y: ops.add(parameter(shape, { init, name: "w" }), 0) } })));
    return variableIn(initialise(built, seed), "w");
  };
  const moments = (xs: readonly number[]) => {
    const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
    return { mean, deviation: Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length), largest: Math.max(...xs.map(Math.abs)) };
  };

  it("are uniform within the bounds of torch.nn.init", () => {
    for (const [init, bound] of [
      ["xavierUniform", Math.sqrt(6 / 140)],
      ["kaimingUniform", Math.sqrt(6 / 100)],
      [{ uniform: [-2, 2] }, 2],
    ] as const) {
      const { mean, deviation, largest } = moments(drawn([100, 40], init));
      expect(largest).toBeLessThanOrEqual(Math.fround(bound));
      // 4000 draws: the mean has deviation bound/√12000, the largest misses the bound by about bound/4000.
      expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(12000));
      expect(largest).toBeGreaterThan(0.99 * bound);
      expect(deviation).toBeCloseTo(bound / Math.sqrt(3), 1);
    }
  });

  it("are normal with the deviations of torch.nn.init", () => {
    for (const [init, expected] of [
      ["xavierNormal", Math.sqrt(2 / 140)],
      ["kaimingNormal", Math.sqrt(2 / 100)],
      [{ normal: [0, 3] }, 3],
    ] as const) {
      const { mean, deviation, largest } = moments(drawn([100, 40], init));
      expect(Math.abs(mean)).toBeLessThan((5 * expected) / Math.sqrt(4000));
      expect(Math.abs(deviation / expected - 1)).toBeLessThan(5 / Math.sqrt(8000));
      expect(largest).toBeGreaterThan(3 * expected);
    }
  });

  it("of linear and convolution layers are U(±1/√fanIn), each parameter from a stream of its own", () => {
    const built = program(
      define({ x: f32("batch", 1, 8, 8) }, ({ x }) => ({
        outputs: { y: nn.linear(nn.flatten(nn.conv2d(x, 16, 5, { name: "c" })), 16, { name: "l" }) },
      })),
    );
    const memory = initialise(built, 3);
    const of = (name: string) => variableIn(memory, name);
    for (const [name, fanIn] of [
      ["c.weight", 25],
      ["c.bias", 25],
      ["l.weight", 256],
      ["l.bias", 256],
    ] as const) {
      const { largest } = moments(of(name));
      expect(largest).toBeLessThanOrEqual(Math.fround(1 / Math.sqrt(fanIn)));
      expect(largest).toBeGreaterThan(0.7 / Math.sqrt(fanIn));
    }
    expect(of("c.bias").map((value) => value * 5)).not.toEqual(of("l.bias").map((value) => value * 16));
    expect(variableIn(initialise(built, 4), "l.bias")).not.toEqual(of("l.bias"));
  });

  it("are numbers or data of the shape", () => {
    expect(
      drawn(
        [2, 2],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ).toEqual([1, 2, 3, 4]);
    expect(drawn([2, 2], [1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    expect(drawn([2], "ones")).toEqual([1, 1]);
    expect(() => drawn([2, 2], [[1, 2, 3, 4]])).toThrowError(expect.objectContaining({ code: "invalid-init" }));
    expect(() => drawn([2], "xavierUniform")).toThrowError(/two axes/);
    expect(() => drawn([2], "othogonal" as never)).toThrowError(/none of zeros, ones/);
  });

  it("of a constant used as weight is no parameter", () => {
    expect(variableNames(define({ x: f32(2) }, ({ x }) => ({ outputs: { y: ops.mul(x, constant([1, 2])) } })))).toEqual([]);
  });
});
