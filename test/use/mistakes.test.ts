// Mistakes in definitions and options that JavaScript lets through: each is an error with a code, none a stack trace from inside.
import { constant, elementwise, f32, gradient, i32, losses, model, nn, ops, optim, parameter, type Result, state, type Tensor, update } from "gradc";
import { compile, interpret } from "gradc/compiler";
import { describe, expect, test } from "vitest";
import { codeOf, codeOfAsync } from "../support/code-of.ts";

type Body = (x: Tensor, y: Tensor) => unknown;

const defined = (body: Body) => model("m", { x: f32("batch", 4), y: f32("batch", 4) }, ({ x, y }) => body(x, y) as Result);
const output = (body: Body) => defined((x, y) => ({ outputs: { out: body(x, y) } }));
// What no type lets through.
const odd = (value: unknown) => value as never;

const line = defined((x, y) => {
  const out = nn.linear(x, 4, { name: "p" });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

describe("bodies", () => {
  test.each<[string, string, Body]>([
    ["an extent below 0", "invalid-dimension", (x) => ops.add(x, ops.sum(parameter([-1])))],
    ["a fraction of an extent", "invalid-dimension", () => parameter([2.5])],
    ["rows in a parameter", "invalid-dimension", (x) => ops.add(x, parameter([odd("batch"), 4]))],
    ["an extent for a shape", "setting-out-of-range", () => state("s", odd(3), 0)],
    ["no initial value", "setting-out-of-range", () => parameter([4], { init: odd(null) })],
    ["one bound", "invalid-init", () => parameter([4], { init: odd({ uniform: 3 }) })],
    ["a constant of text", "setting-out-of-range", () => constant(odd("abc"))],
    ["a constant of texts", "setting-out-of-range", () => constant(odd(["1", "2"]))],
    ["no constant", "setting-out-of-range", () => constant(odd(null))],
    ["a constant of rows and numbers", "shape-mismatch", () => constant(odd([[1, 2], 3]))],
    ["a kernel of three extents", "setting-out-of-range", (x) => nn.conv2d(ops.reshape(x, ["batch", 1, 2, 2]), 1, odd([1, 1, 1]))],
    ["a padding by name", "setting-out-of-range", (x) => nn.conv2d(ops.reshape(x, ["batch", 1, 2, 2]), 1, 1, { padding: odd("valid") })],
    ["a relation by its sign", "setting-out-of-range", (x) => ops.compare(x, 1, odd("=="))],
    ["a function that is none", "setting-out-of-range", (x) => elementwise(odd(3))(x)],
    ["a step by name", "setting-out-of-range", (x) => nn.sequential(x, odd("relu"))],
    ["a step that is a tensor", "setting-out-of-range", (x) => nn.sequential(nn.linear(3), odd(x))(x)],
    [
      "a step that returns nothing",
      "not-a-tensor",
      (x) =>
        nn.sequential(
          x,
          odd(() => undefined),
          nn.relu,
        ),
    ],
    ["one tensor for a list", "setting-out-of-range", (x) => gradient(ops.sum(x), odd(x))],
    ["an update of a parameter", "not-a-tensor", (x) => update(parameter([4]), x)],
  ])("%s: %s", async (_, code, body) => {
    expect(await codeOfAsync(compile(output(body)))).toBe(code);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["a metric without parts", { a: null }],
    ["a metric that is a tensor", { a: 1 }],
    ["the name of the loss", { loss: { sum: 1, count: 1 } }],
    ["a name with a space", { "a b": { sum: 1, count: 1 } }],
  ])("metrics: %s", async (_, metrics) => {
    const source = defined((x) => ({ outputs: { x }, loss: ops.sum(x), metrics }));
    expect(await codeOfAsync(compile(source))).toBe("invalid-result");
  });

  test("a parameter named like an input", async () => {
    expect(await codeOfAsync(compile(output((x) => ops.add(x, parameter([4], { name: "y" })))))).toBe("duplicate-name");
  });
});

describe("models", () => {
  test.each<[string, string, () => unknown]>([
    [
      "no name",
      "invalid-name",
      () =>
        model(
          odd(undefined),
          {},
          odd(() => ({})),
        ),
    ],
    [
      "no inputs",
      "setting-out-of-range",
      () =>
        model(
          "m",
          odd(null),
          odd(() => ({})),
        ),
    ],
    [
      "a number for an input",
      "setting-out-of-range",
      () =>
        model(
          "m",
          odd({ x: 3 }),
          odd(() => ({})),
        ),
    ],
    ["no body", "setting-out-of-range", () => model("m", { x: f32(1) }, odd(undefined))],
    [
      "rows last",
      "invalid-dimension",
      () =>
        model(
          "m",
          { x: i32(3, odd("batch")) },
          odd(() => ({})),
        ),
    ],
  ])("%s: %s", (_, code, declare) => {
    expect(codeOf(declare)).toBe(code);
  });

  test.each([undefined, null, 3, {}, [], Promise.resolve(line)])("%s is no definition", async (source) => {
    expect(await codeOfAsync(compile(odd(source)))).toBe("not-a-definition");
  });
});

describe("options", () => {
  const optimizer = optim.sgd();
  test.each<[string, object]>([
    ["no rows", { batch: 0 }],
    ["half a row", { batch: 1.5 }],
    ["rows as text", { batch: "64" }],
    ["more rows than memory", { batch: 1e9 }],
    ["a profile", { profile: "quick" }],
    ["no bound to clip by", { clip: {}, optimizer }],
    ["two bounds to clip by", { clip: { norm: 1, value: 1 }, optimizer }],
    ["a bound below 0", { clip: { norm: -1 }, optimizer }],
    ["an optimizer by name", { optimizer: "adam" }],
    ["an optimizer that is not called", { optimizer: optim.adam }],
    ["a name for a list", { freeze: "p.*" }],
    ["a name for a list", { wrt: "x" }],
    ["a penalty without measure", { penalties: [{ l2: 1 }] }],
  ])("%s", async (_, options) => {
    expect(await codeOfAsync(compile(line, options))).toBe("setting-out-of-range");
  });

  test.each<[string, () => unknown]>([
    ["lr", () => optim.sgd({ lr: Number.NaN })],
    ["momentum", () => optim.sgd({ momentum: -1 })],
    ["eps", () => optim.adam({ eps: -1 })],
    ["weightDecay", () => optim.adam({ weightDecay: -1 })],
    ["betas", () => optim.adam({ betas: odd([0.9]) })],
    ["lambda", () => optim.l2(-1, "p.weight")],
    ["weights", () => optim.l1(1, odd(undefined))],
  ])("%s of an optimizer or penalty", (setting, make) => {
    expect(make).toThrowError(expect.objectContaining({ code: "setting-out-of-range", message: expect.stringContaining(`"${setting}"`) }));
  });

  test.each<[string, string, Parameters<typeof optim.custom>[0]]>([
    ["no value", "not-a-tensor", odd(() => undefined)],
    ["another shape", "shape-mismatch", ({ w }) => ops.sum(w)],
    ["a name of two words", "invalid-name", ({ w, state }) => ops.add(w, state("a b"))],
  ])("an optimizer of the user's: %s", async (_, code, next) => {
    expect(await codeOfAsync(compile(line, { optimizer: optim.custom(next) }))).toBe(code);
  });
});

describe("interpret", () => {
  const y = [1, 2, 3, 4];
  test.each<[string, string, object]>([
    ["part of a row", "shape-mismatch", { x: [1, 2, 3], y }],
    ["other rows", "shape-mismatch", { x: [...y, ...y], y }],
    ["no rows", "shape-mismatch", { x: [], y: [] }],
    ["no data", "setting-out-of-range", { x: null, y }],
  ])("%s: %s", async (_, code, inputs) => {
    expect(await codeOfAsync(interpret(line, odd(inputs)))).toBe(code);
  });

  test("parameters of another size, or of no variable of the user's", async () => {
    expect(await codeOfAsync(interpret(line, { x: y, y }, { parameters: { "p.bias": [1] } }))).toBe("shape-mismatch");
    await expect(interpret(line, { x: y, y }, { parameters: { q: [1] } })).rejects.toThrow("expected  one of p.weight, p.bias");
  });

  test("outputs are those of training where it is asked for", async () => {
    const dropped = model("m", { x: f32("batch", 4) }, ({ x }) => ({ outputs: { out: nn.dropout(x, 1) } }));
    expect([...((await interpret(dropped, { x: y }, { train: true })).outputs.get("out") ?? [])]).toEqual([0, 0, 0, 0]);
    expect([...((await interpret(dropped, { x: y })).outputs.get("out") ?? [])]).toEqual(y);
  });
});
