// A step that trains nothing is refused, and what the loss does not reach is named.
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { describe, expect, test } from "vitest";
import type { GradcError } from "../../runtime/error.ts";
import { program, withWarnings } from "../../src/entries.ts";
import {
  constant,
  elementwise,
  f32,
  i32,
  losses,
  type Model,
  model,
  nn,
  ops,
  optim,
  parameter,
  type Result,
  state,
  stopGradient,
  type Tensor,
  update,
} from "../../src/index.ts";
import type { TrainingOptions } from "../../src/training.ts";
import { define } from "./running.ts";

type Body = (inputs: { readonly x: Tensor; readonly y: Tensor; readonly p: Tensor }) => Tensor;

/** A model whose loss is `body` of the prediction p of one linear layer. */
const declared = (body: Body) =>
  define({ x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const p = nn.linear(x, 1, { name: "out" });
    return { outputs: { p }, loss: body({ x, y, p }) };
  });
const sgd = { optimizer: optim.sgd() };
function refused(body: Body, options: TrainingOptions = {}): GradcError {
  try {
    program(declared(body), { ...sgd, ...options });
  } catch (error) {
    return error as GradcError;
  }
  throw new Error("it is not refused");
}
function warned(body: Body, options: TrainingOptions = sgd): readonly string[] {
  const definition = declared(body);
  return withWarnings(definition, options).warnings;
}

const square = (x: Tensor) => nn.linear(ops.matmul(ops.reshape(ops.sum(x, { dim: 0 }), [2, 1]), constant([[1, 2]])), 2);
const f = (value: Tensor) => ops.cast(value, "f32");
const weights = '"out.weight", "out.bias"';

describe("a loss without a gradient", () => {
  test.each<[string, string, Body]>([
    ["round", "round", ({ p, y }) => losses.mse(ops.round(p), y)],
    ["floor, in a scalar function", "floor", ({ p, y }) => losses.mse(elementwise((v) => Math.floor(v) + 1)(p), y)],
    ["argmax", "argmax", ({ p }) => ops.mean(f(ops.argmax(p, { dim: 1 })))],
    ["a comparison", "compare", ({ p, y }) => ops.mean(f(ops.compare(p, y, "gt")))],
    ["a choice", "compare", ({ p, y }) => ops.mean(ops.where(ops.compare(p, 0, "gt"), 1, y))],
    ["a barrier", "stopGradient", ({ p, y }) => losses.mse(stopGradient(p), y)],
    ["a whole number", "cast", ({ p }) => ops.mean(f(ops.cast(p, "i32")))],
    ["a factor of 0", "mul", ({ p, y }) => losses.mse(ops.mul(p, 0), y)],
    ["a factor that is computed to be 0", "mul", ({ p, y }) => losses.mse(ops.mul(p, ops.sub(1, 1)), y)],
    ["a branch that is never taken", "where", ({ p, y }) => losses.mse(ops.where(ops.compare(1, 2, "gt"), p, 0), y)],
    ["a power of 0", "pow", ({ p, y }) => losses.mse(ops.pow(p, 0), y)],
    ["a softmax of one score", "div", ({ p, y }) => losses.mse(nn.softmax(p), y)],
    ["the logarithm of one", "sub", ({ p }) => ops.mean(ops.logSoftmax(p))],
    ["a value over itself", "div", ({ p }) => ops.mean(ops.div(p, ops.reshape(ops.sum(p, { dim: 1 }), ["batch", 1])))],
    ["a value less itself", "sub", ({ p }) => ops.mean(ops.sub(p, ops.sum(p, { dim: 1, keepDim: true })))],
    ["sin² + cos²", "add", ({ p, y }) => losses.mse(elementwise((v) => Math.sin(v) ** 2 + Math.cos(v) ** 2)(p), y)],
    ["the same, of a multiple", "add", ({ p, y }) => losses.mse(elementwise("3*(cos(2*v)^2 + sin(2*v)^2)")(p), y)],
    ["bounds that are one", "where", ({ p, y }) => losses.mse(ops.clamp(p, { min: 2, max: 2 }), y)],
    ["bounds that are never met", "where", ({ p, y }) => losses.mse(nn.relu(ops.sub(nn.sigmoid(p), 2)), y)],
    ["a softmax summed up", "sum", ({ p, x }) => ops.mean(ops.square(ops.sum(nn.softmax(ops.mul(p, x)), { dim: 1 })))],
    ["the mean of a softmax", "sum", ({ p, x }) => ops.mean(nn.softmax(ops.mul(p, x)))],
    ["a maximum of one value less that value", "sub", ({ p, y }) => losses.mse(ops.sub(ops.maximum(p, p), p), y)],
    ["a sum less its part", "sub", ({ p, y }) => losses.mse(ops.sub(ops.add(ops.mul(p, 3), y), ops.mul(3, p)), y)],
    ["e^x·e^-x", "mul", ({ p }) => ops.mean(ops.mul(ops.exp(p), ops.exp(ops.neg(p))))],
    ["a multiple over itself", "div", ({ p, y }) => losses.mse(ops.div(ops.mul(ops.add(p, 1), 2), ops.add(1, p)), y)],
    ["two ways", "round", ({ p, y }) => losses.mse(ops.add(ops.round(p), stopGradient(ops.tanh(p))), y)],
  ])("%s: the message names the op and the parameters", (_, op, body) => {
    const { code, message } = refused(body);
    expect(code).toBe("no-gradient");
    expect(message).toContain(`Cannot train "test": the gradient of its loss reaches no parameter\n  cut off  ${weights}, by "${op}"`);
    expect(message).toContain("\n  help: ");
  });

  test("a cross-entropy of one class", () => {
    const definition = define({ x: f32("batch", 2), k: i32("batch") }, ({ x, k }) => {
      const z = nn.linear(x, 1, { name: "out" });
      return { outputs: { z }, loss: losses.crossEntropy(z, k) };
    });
    expect(() => program(definition, sgd)).toThrowError(/by "sub".*\n.*for one score take nn\.sigmoid, or losses\.bceWithLogits/);
  });

  test.each<[string, Body]>([
    ["a softmax of two scores", ({ x }) => losses.mse(nn.softmax(nn.linear(x, 2)), x)],
    [
      "a quotient of a row and its sum",
      ({ p, x }) => ops.mean(ops.square(ops.div(ops.mul(p, x), ops.sum(ops.mul(p, x), { dim: 1, keepDim: true })))),
    ],
    ["a value over its transpose", ({ x }) => ops.mean(ops.div(square(x), ops.transpose(square(x))))],
    ["a value less itself behind a barrier", ({ p }) => ops.mean(ops.sub(p, stopGradient(p)))],
    ["a step with the slope of its value", ({ p, y }) => losses.mse(ops.add(p, stopGradient(ops.sub(ops.round(p), p))), y)],
    ["sin² - cos²", ({ p }) => ops.mean(elementwise((v) => Math.sin(v) ** 2 - Math.cos(v) ** 2)(p))],
    ["sin² of one, cos² of another", ({ p, x }) => ops.mean(ops.add(ops.square(ops.sin(p)), ops.square(ops.cos(ops.mul(p, x)))))],
    ["a softmax summed up along another axis", ({ x }) => ops.mean(ops.square(ops.sum(nn.softmax(nn.linear(x, 3)), { dim: 0 })))],
    ["bounds that may be met", ({ p, y }) => losses.mse(nn.relu(ops.sub(nn.sigmoid(p), 0.5)), y)],
    ["a value over one of its rows", ({ p }) => ops.mean(ops.square(ops.div(p, ops.sum(p))))],
  ])("%s is not the same whatever it is made of", (_, body) => {
    expect(() => program(declared(body), sgd)).not.toThrow();
  });

  test("nothing that depends on a parameter, frozen parameters, or none", () => {
    expect(refused(({ y }) => ops.mean(y)).message).toContain(`reaches no parameter\n  unused   ${weights}`);
    const mse: Body = ({ p, y }) => losses.mse(p, y);
    expect(refused(mse, { freeze: ["*"] }).message).toContain(`all of its parameters are frozen\n  frozen   ${weights}`);
    const fixed: Body = ({ x }) => ops.mean(ops.mul(parameter([2], { trainable: false, name: "fixed" }), x));
    expect(refused(fixed).message).toContain(`reaches no parameter\n  unused   ${weights}\n  frozen   "fixed"`);
    const bare = define({ x: f32(2) }, ({ x }) => ({ outputs: { x }, loss: ops.sum(nn.standardize(x)) }));
    expect(() => program(bare, sgd)).toThrowError(/it has no parameters/);
  });

  test("what a penalty reaches has a gradient, save with a factor of 0", () => {
    const none: Body = ({ y }) => ops.mean(y);
    expect(program(declared(none), { ...sgd, penalties: [optim.l2(0.1, "out.weight")] }).entries.map(({ name }) => name)).toContain("step");
    expect(refused(none, { penalties: [optim.l2(0, "out.weight")] }).message).toContain('"out.weight", by "mul"');
  });

  test("statistics may be gathered without a parameter", async () => {
    const seen = model("seen", { x: f32("batch") }, ({ x }) => {
      const mean = state("mean", [], 0);
      update(mean, ops.mean(x));
      return { outputs: { y: ops.sub(x, mean) }, loss: ops.mean(x) };
    });
    const built = await compile(seen, { ...sgd, clip: { norm: 1 }, batch: 2 });
    expect(built.warnings).toEqual([]);
    const net = await load(built);
    net.step({ x: [3, 5] });
    expect(Array.from(net.predict({ x: [5] }).y)).toEqual([1]);
  });

  test("without an optimizer it compiles, with a warning", () => {
    expect(warned(({ p, y }) => losses.mse(ops.round(p), y), {})).toEqual([
      expect.stringContaining(`the gradient of the loss ends at "round", before ${weights}: not trained\n  help: `),
    ]);
  });
});

describe("weights that decay", () => {
  const decay = 0.5;
  const cuts: [string, (h: Tensor) => Tensor, boolean][] = [
    ["sign", nn.sign, true],
    ["round", ops.round, true],
    ["a factor of 0", (h) => ops.mul(h, 0), true],
    ["a softmax of one", (h) => nn.softmax(h), true],
    ["stopGradient", stopGradient, false],
    ["a comparison", (h) => f(ops.compare(h, 0, "gt")), false],
    ["a whole number", (h) => f(ops.cast(h, "i32")), false],
    ["nothing", (h) => ops.mul(constant([0]), h.shape.length), false],
  ];
  test.each(cuts)("do so behind %s where PyTorch gives them a gradient of zeros", async (_, cut, decays) => {
    const source = model("decay", { x: f32("batch", 2) }, ({ x }) => {
      const h = nn.linear(x, 1, { name: "h", init: 2, bias: false });
      const p = nn.linear(x, 1, { name: "p", bias: false });
      return { outputs: { p }, loss: ops.mean(ops.square(ops.add(p, cut(h)))) };
    });
    const net = await load(await compile(source, { optimizer: optim.sgd({ lr: 0.5, weightDecay: decay }), batch: 2 }));
    net.step({ x: [1, -3] });
    expect(Array.from(net.read("h.weight"))).toEqual(decays ? [1.5, 1.5] : [2, 2]);
  });
});

describe("what the loss does not reach", () => {
  const twoHeads = (loss: (a: Tensor, b: Tensor) => Tensor, more: (b: Tensor) => Partial<Result> = () => ({})) =>
    model("heads", { x: f32("batch", 2) }, ({ x }) => {
      const a = nn.linear(x, 1, { name: "a" });
      const b = nn.linear(x, 1, { name: "b" });
      return { outputs: { a }, loss: ops.mean(ops.square(loss(a, b))), ...more(b) };
    });
  const built = (source: Model, options: TrainingOptions = {}) => compile(source, { ...sgd, ...options });
  const unused = ['the loss does not use "b.weight", "b.bias": not trained\n  allow: dead-parameter'];

  test.each<[string, Model]>([
    [
      "only outputs use it",
      twoHeads(
        (a) => a,
        (b) => ({ outputs: { b } }),
      ),
    ],
    [
      "only a metric uses it",
      twoHeads(
        (a) => a,
        (b) => ({ metrics: { m: { sum: ops.sum(b), count: ops.sum(ops.add(1, ops.mul(0, b))) } } }),
      ),
    ],
    ["nothing uses it", twoHeads((a) => a)],
  ])("%s: a warning, and no update", async (_, source) => {
    const { warnings, manifest } = await built(source);
    expect(warnings).toEqual(unused);
    expect(manifest.entries.find(({ name }) => name === "step")?.updates).toEqual(["a.weight", "a.bias", "#step"]);
  });

  test("cut off and unused parameters are named apart, frozen ones not at all", async () => {
    const source = twoHeads((a, b) => ops.add(a, ops.mul(0, b)));
    expect((await built(source)).warnings).toEqual([expect.stringContaining('ends at "mul", before "b.weight", "b.bias": not trained')]);
    expect((await built(source, { freeze: ["b.*"] })).warnings).toEqual([]);
    expect(
      (
        await built(
          twoHeads((a) => a),
          { penalties: [optim.l2(0.1, "b.weight")] },
        )
      ).warnings,
    ).toEqual(['the loss does not use "b.bias": not trained\n  allow: dead-parameter']);
  });

  test("a gradient that is 0 in evaluation only is one", async () => {
    // The value that a step assigns is read in training, and what is stored else.
    const source = model("mode", {}, () => {
      const w = parameter([1], { init: 1, name: "w" });
      const seen = state("seen", [1], 0);
      update(seen, w);
      return { outputs: { w }, loss: ops.sum(ops.square(seen)) };
    });
    expect((await compile(source, sgd)).warnings).toEqual([]);
  });
});

describe("inputs that nothing reads", () => {
  const source = model("weighted", { x: f32("batch", 1), weight: f32("batch", 3), z: f32("batch"), y: f32("batch", 1) }, ({ x, z, y }) => {
    const out = nn.linear(x, 1, { name: "out" });
    const one = ops.sum(ops.add(1, ops.mul(0, z)));
    return { outputs: { out }, loss: losses.mse(out, y), metrics: { z: { sum: ops.sum(z), count: one } } };
  });

  test("are named, are no targets, and no call needs them", async () => {
    const built = await compile(source, sgd);
    expect(built.warnings).toEqual(['nothing reads the input "weight": no call needs it\n  allow: unused-input']);
    expect(built.manifest.targets).toEqual(["z", "y"]);
    const net = await load(built as unknown as Uint8Array);
    const rows = { x: [1, 2], y: [1, 2], z: [0, 1] };
    const { loss } = net.step(rows);
    expect(net.evaluate(rows).loss).toBeLessThan(loss);
    expect(net.evaluate({ ...rows, weight: [1, 2, 3, 4, 5, 6] })).toEqual(net.evaluate(rows));
    expect(() => net.evaluate({ ...rows, weight: [1, 2, 3] })).toThrowError(/Unequal rows/);
  });

  test("an input of an update is read", async () => {
    const gathered = model("gathered", { x: f32("batch"), seen: f32("batch") }, ({ x, seen }) => {
      update(state("mean", [], 0), ops.mean(seen));
      const w = parameter([], { name: "w" });
      return { outputs: { y: ops.mul(w, x) }, loss: ops.mean(ops.mul(w, x)) };
    });
    expect((await compile(gathered, sgd)).warnings).toEqual([]);
  });
});
