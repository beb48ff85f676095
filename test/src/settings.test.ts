// Settings as JavaScript gives them, where no type stands in the way: each wrong one is refused by name, in the words of the call.
import { describe, expect, it, test } from "vitest";
import { writeEquation } from "../../compiler/formula/equation.ts";
import { variable } from "../../compiler/formula/tree.ts";
import { GradcError } from "../../runtime/error.ts";
import { compile, differentiate, interpret } from "../../src/compile.ts";
import { program } from "../../src/entries.ts";
import { constant, elementwise, f32, gradient, i32, losses, model, nn, ops, optim, parameter, state, type Tensor, update } from "../../src/index.ts";
import { define } from "./running.ts";

// What no type lets through.
const odd = (value: unknown) => value as never;
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

function failure(run: () => unknown): GradcError {
  try {
    run();
  } catch (error) {
    if (error instanceof GradcError) return error;
    throw error;
  }
  throw new Error("There was no error");
}

type Body = (x: Tensor, y: Tensor, k: Tensor) => unknown;

const refusal = (body: Body): GradcError =>
  failure(() =>
    define({ x: f32("batch", 4), y: f32("batch", 4), k: i32("batch") }, ({ x, y, k }) => {
      body(x, y, k);
      return { outputs: { x } };
    }),
  );

const image = (x: Tensor) => ops.reshape(x, ["batch", 1, 2, 2]);

const called = (f: unknown, ...args: readonly unknown[]): unknown => (f as (...args: readonly unknown[]) => unknown)(...args);

describe("what other frameworks write", () => {
  test.each<[string, string, Body]>([
    ["learningRate", "lr", () => optim.adam(odd({ learningRate: 1 }))],
    ["learning_rate", "lr", () => optim.sgd(odd({ learning_rate: 1 }))],
    ["weight_decay", "weightDecay", () => optim.sgd(odd({ weight_decay: 1 }))],
    ["useBias", "bias", (x) => nn.linear(x, 3, odd({ useBias: false }))],
    ["kernelInitializer", "init", (x) => nn.linear(x, 3, odd({ kernelInitializer: "zeros" }))],
    ["keepdims", "keepDim", (x) => ops.sum(x, odd({ keepdims: true }))],
    ["classWeights", "weight", (x, _, k) => losses.crossEntropy(x, k, odd({ classWeights: [1, 1, 1, 1] }))],
  ])("%s is %s", (name, own, body) => expect(refusal(body).message).toContain(`there is no option "${name}", the nearest is "${own}"`));

  test.each<[string, Body]>([
    ["rho", () => optim.sgd(odd({ rho: 0.1 }))],
    ["tau", () => optim.custom(({ w }) => w, odd({ tau: 0.1 }))],
  ])("a name that is near to none comes without one: %s", (name, body) => expect(refusal(body).message).toContain(`there is no option "${name}"\n`));

  test.each<[string, Body]>([
    ["nn.linear(5)", () => called(nn.linear, 12, 5)],
    ["nn.linear(5)", (x) => called(nn.linear, x, 4, 5, true)],
    ["nn.linear(4)", (x) => called(nn.linear, x, 4, 4)],
    ["nn.conv2d(8, 3)", () => called(nn.conv2d, 1, 8, 3)],
    ["nn.conv2d(8, [3, 3])", (x) => called(nn.conv2d, image(x), 1, 8, [3, 3], { padding: 1 })],
  ])("the width of the input is inferred: %s", (call, body) => {
    const { code, message } = refusal(body);
    expect([code, message.split(": ").at(-1)]).toEqual(["inferred-width", call]);
  });

  test.each<[string, Body]>([
    ["give it by name: { stride: 2 }", (x) => nn.maxPool2d(image(x), 2, odd(2))],
    ["give it by name: { dim: 1 }", (x) => nn.softmax(x, odd(1))],
    ["give it by name: { dim: 1 }", (x) => ops.mean(x, odd(1))],
    ["elementwise(f) is a function of tensors: elementwise(f)(x)", (x) => elementwise((v) => 2 * v, odd(x))],
    ["the prediction comes first: losses.crossEntropy(logits, target)", (x, _, k) => losses.crossEntropy(k, x)],
    ["nn.flatten makes rows of images: nn.linear(nn.flatten(x), ...)", (x, _, k) => losses.crossEntropy(nn.linear(image(x), 3), k)],
    ["these are tensors by name: take one of them, as ({ x }) => ... does", (x) => called(nn.linear, { x }, 3)],
    ["these are tensors by name: take one of them, as ({ x }) => ... does", (x) => ops.exp(odd({ x }))],
    ["ops.concat or ops.stack makes one tensor of several", (x) => called(nn.linear, [x, x], 3)],
    ["give it by name: { stride: 1 }", (x) => called(nn.conv2d, image(x), 8, 1, 1)],
    ["give it by name: { bias: false }", (x) => called(nn.linear, x, 5, false)],
    ["give it by position, without a name: 5", (x) => nn.linear(x, odd({ units: 5 }))],
    ["give it by position, without a name: 5", () => nn.linear(odd({ inFeatures: 4, outFeatures: 5 }))],
    ["give it by position, without a name: 2", (x) => nn.maxPool2d(image(x), odd({ poolSize: 2 }))],
    ["it is given by position, without a name", (x) => nn.conv2d(image(x), 8, 1, odd({ kernelSize: 3 }))],
    ["the width of the input is inferred: leave it out", (x) => nn.linear(x, 5, odd({ inputShape: [4] }))],
    ["apply it to what the layer gives: nn.relu(nn.linear(x, 5))", (x) => nn.linear(x, 5, odd({ activation: "relu" }))],
    ["optim.sgd has it: optim.sgd({ momentum: 0.9 })", () => optim.adam(odd({ momentum: 0.9 }))],
    ["leave it out: there is nothing to set here but a name", (x) => nn.relu(x, odd(1))],
    ["give them one by one: nn.sequential(...layers)", () => called(nn.sequential, [nn.linear(5), nn.relu])],
    ['write "xavierUniform"', (x) => nn.linear(x, 5, { init: odd("glorot_uniform") })],
    ['write "kaimingNormal"', () => parameter([2, 2], { init: odd("heNormal") })],
    [
      "images are [batch, channels, h, w]: ops.permute(x, [0, 3, 1, 2]) brings the channels there",
      (x) => nn.conv2d(ops.reshape(x, ["batch", 2, 2, 1]), 8, 2),
    ],
  ])("help: %s", (help, body) => expect(refusal(body).help).toBe(help));
});

test.each([
  ["learningRate", "the optimizer has it: optim.adam({ lr: 0.01 })"],
  ["epochs", "fit has it: fit(net, data, { epochs: 10 })"],
  ["metrics", "the body returns them: return { outputs, loss, metrics }"],
])("what compile does not take: %s", (name, help) => {
  const definition = define({ x: f32("batch", 4) }, ({ x }) => ({ outputs: { x } }));
  expect(() => program(definition, odd({ [name]: 1 }))).toThrowError(`there is no option "${name}"\n  expected  batch`);
  expect(() => program(definition, odd({ [name]: 1 }))).toThrowError(`help: ${help}`);
});

describe("options that do not exist", () => {
  test.each<[string, string, Body]>([
    ["bais", "bias", (x) => nn.linear(x, 3, odd({ bais: false }))],
    ["wieght", "weight", (x) => nn.linear(x, 3, { init: odd({ wieght: 1 }) })],
    ["unifrom", "uniform", (x) => nn.linear(x, 3, { init: odd({ unifrom: [0, 1] }) })],
    ["unifrom", "uniform", () => parameter([1], { init: odd({ unifrom: [0, 1] }) })],
    ["axis", "dim", (x) => nn.softmax(x, odd({ axis: 0 }))],
    ["nmae", "name", (x) => nn.relu(x, odd({ nmae: "a" }))],
    ["strid", "stride", (x) => nn.maxPool2d(image(x), 2, odd({ strid: 1 }))],
    ["group", "groups", (x) => nn.conv2d(image(x), 1, 1, odd({ group: 1 }))],
    ["nam", "name", (x) => nn.standardize(x, odd({ nam: "a" }))],
    ["redution", "reduction", (x, y) => losses.mse(x, y, odd({ redution: "sum" }))],
    ["Reduction", "reduction", (x, y) => losses.bceWithLogits(x, y, odd({ Reduction: "sum" }))],
    ["ignoreindex", "ignoreIndex", (x, _, k) => losses.crossEntropy(x, k, odd({ ignoreindex: 1 }))],
    ["axis", "dim", (x) => ops.sum(x, odd({ axis: 1 }))],
    ["keepdim", "keepDim", (x) => ops.mean(x, odd({ keepdim: true }))],
    ["unbiased", "correction", (x) => ops.var(x, odd({ unbiased: false }))],
    ["axis", "dim", (x) => ops.max(x, odd({ axis: 1 }))],
    ["axis", "dim", (x) => ops.concat([x, x], odd({ axis: 1 }))],
    ["axis", "dim", (x) => ops.logSumExp(x, odd({ axis: 1 }))],
    ["low", "min", (x) => ops.clamp(x, odd({ low: 1 }))],
    ["tranable", "trainable", () => parameter([1], odd({ tranable: false }))],
    ["learningRate", "lr", () => optim.adam(odd({ learningRate: 0.1 }))],
  ])("%s, the nearest is %s: %s", (name, near, body) => {
    const { code, message } = refusal(body);
    expect(code).toBe("unknown-option");
    expect(message).toContain(`there is no option "${name}", the nearest is "${near}"`);
  });

  it("say in which call", () => {
    expect(refusal((x) => nn.linear(x, 3, odd({ bais: false }))).message).toBe(
      'Cannot apply "nn.linear": there is no option "bais", the nearest is "bias"\n  expected  name, init, bias',
    );
  });
});

describe("values that a setting cannot have", () => {
  test.each<[string, string, Body]>([
    // In place of options.
    ["nn.linear", "options", (x) => nn.linear(x, 3, odd(null))],
    ["nn.dropout", "p", (x) => nn.dropout(x, odd(null))],
    ["losses.mse", "options", (x, y) => losses.mse(x, y, odd("sum"))],
    ["losses.mse", "options", (x, y) => losses.mse(x, y, odd(null))],
    ["optim.adam", "options", () => optim.adam(odd(0.1))],
    ["optim.adam", "options", () => optim.adam(odd(null))],
    ["ops.sum", "options", (x) => ops.sum(x, odd(1))],
    ["ops.max", "options", (x) => ops.max(x, odd(null))],
    ["parameter", "options", () => parameter([1], odd(3))],
    // Switches.
    ["nn.linear", "bias", (x) => nn.linear(x, 3, { bias: odd("no") })],
    ["nn.linear", "bias", (x) => nn.linear(x, 3, { bias: odd(0) })],
    ["optim.adam", "amsgrad", () => optim.adam({ amsgrad: odd("yes") })],
    ["optim.sgd", "nesterov", () => optim.sgd({ nesterov: odd("true"), momentum: 0.9 })],
    ["parameter", "trainable", () => parameter([1], { trainable: odd("no") })],
    // Numbers.
    ["optim.sgd", "dampening", () => optim.sgd({ dampening: nan })],
    ["optim.sgd", "dampening", () => optim.sgd({ dampening: odd("x") })],
    ["optim.sgd", "lr", () => optim.sgd({ lr: 1e39 })],
    ["optim.adam", "lr", () => optim.adam({ lr: infinity })],
    ["optim.adam", "betas", () => optim.adam({ betas: odd(["0.9", 0.999]) })],
    ["optim.custom", "next", () => optim.custom(odd(null))],
    ["optim.l2", "weights", () => optim.l2(1, odd([3]))],
    ["nn.dropout", "p", (x) => nn.dropout(x, odd("0.5"))],
    ["losses.crossEntropy", "ignoreIndex", (x, _, k) => losses.crossEntropy(x, k, { ignoreIndex: 1.5 })],
    ["losses.crossEntropy", "ignoreIndex", (x, _, k) => losses.crossEntropy(x, k, { ignoreIndex: 2 ** 31 })],
    ["losses.crossEntropy", "weight", (x, _, k) => losses.crossEntropy(x, k, { weight: [1, nan, 1, 1] })],
    ["losses.crossEntropy", "labelSmoothing", (x, _, k) => losses.crossEntropy(x, k, { labelSmoothing: odd("0.1") })],
    ["ops.clamp", "min", (x) => ops.clamp(x, nan, nan)],
    ["ops.clamp", "max", (x) => ops.clamp(x, {})],
    ["ops.var", "correction", (x) => ops.var(x, { correction: nan })],
    ["elementwise", "a", (x) => elementwise("a*v", { a: nan })(x)],
    ["elementwise", "constants", (x) => elementwise("v", odd(null))(x)],
    ["ops.oneHot", "extent", (_, __, k) => ops.oneHot(k, -3)],
    ["ops.oneHot", "extent", (_, __, k) => ops.oneHot(k, "3")],
    ["ops.scatterAdd", "extent", (x, _, k) => ops.scatterAdd(x, k, 1.5)],
    ["ops.pad", "value", (x) => ops.pad(x, [0, 0], [0, 1], nan)],
    // Lists and texts.
    ["constant", "data", () => constant(odd([1n]))],
    ["constant", "shape", () => constant([1], odd(1))],
    ["state", "shape", () => state("s", odd(null))],
    ["losses.crossEntropy", "weight", (x, _, k) => losses.crossEntropy(x, k, { weight: odd(null) })],
    ["state", "name", () => state(odd(undefined), [1])],
    ["parameter", "init", () => parameter([1], { init: odd(null) })],
    ["weight", "init", (x) => nn.linear(x, 3, { init: odd(null) })],
    ["ops.reshape", "shape", (x) => ops.reshape(x, odd(4))],
    ["ops.reshape", "shape", (x) => ops.reshape(x, odd(["rows", 4]))],
    ["ops.broadcast", "shape", (x) => ops.broadcast(x, odd(null))],
    ["ops.permute", "order", (x) => ops.permute(x, odd(1))],
    ["ops.sum", "dim", (x) => ops.sum(x, { dim: odd("1") })],
    ["ops.sum", "dim", (x) => ops.sum(x, { dim: odd(["1"]) })],
    ["ops.transpose", "dim", (x) => ops.transpose(x, odd("0"))],
    ["ops.einsum", "spec", (x) => ops.einsum(odd(3), x)],
    ["ops.contract", "spec", (x, y) => ops.contract(x, y, odd(undefined))],
    ["ops.concat", "xs", (x) => ops.concat(odd(x), odd(x))],
    ["ops.stack", "xs", () => ops.stack([])],
    ["ops.slice", "start", (x) => ops.slice(x, odd(1), [1])],
    ["ops.slice", "shape", (x) => ops.slice(x, [0, 0], odd(2))],
    ["ops.pad", "low", (x) => ops.pad(x, odd(-3), odd(1))],
    ["ops.pad", "high", (x) => ops.pad(x, [0, 0], [0, -1])],
    ["ops.pad", "mode", (x) => ops.pad(x, [0, 1], [0, 1], { mode: odd("mirror") })],
    ["ops.pad", "value", (x) => ops.pad(x, [0, 1], [0, 1], { mode: "reflect", value: 1 })],
    ["ops.pad", "low", (x) => ops.pad(x, [0, 4], [0, 1], { mode: "reflect" })],
    ["ops.pad", "high", (x) => ops.pad(x, [0, 4], [0, 5], { mode: "circular" })],
    ["ops.slice", "step", (x) => ops.slice(x, [0, 0], ["batch", 2], { step: [1, -1] })],
    ["ops.slice", "step", (x) => ops.slice(x, [0, 0], ["batch", 2], { step: [1] })],
    ["ops.cumsum", "dim", (x) => ops.cumsum(x, odd({}))],
    ["ops.sort", "descending", (x) => ops.sort(x, { descending: odd(1) })],
    ["ops.topK", "k", (x) => ops.topK(x, 5)],
    ["ops.topK", "k", (x) => ops.topK(x, -1)],
    ["ops.norm", "p", (x) => ops.norm(x, { p: nan })],
    ["ops.normalize", "eps", (x) => ops.normalize(x, { eps: 0 })],
    ["ops.cdist", "p", (x, y) => ops.cdist(x, y, { p: odd("2") })],
    ["ops.roll", "shifts", (x) => ops.roll(x, odd("1"), 1)],
    ["ops.roll", "dims", (x) => ops.roll(x, 1, [0, 1])],
    ["ops.repeat", "repeats", (x) => ops.repeat(x, [2])],
    ["ops.repeatInterleave", "n", (x) => ops.repeatInterleave(x, 1.5)],
    ["ops.tril", "diagonal", (x) => ops.tril(x, 0.5)],
    ["ops.unfold", "kernel", (x) => ops.unfold(image(x), 0)],
    ["ops.split", "size", (x) => ops.split(x, odd("2"), { dim: 1 })],
    ["ops.window", "size", (x) => ops.window(x, odd("2"))],
    ["ops.cast", "dtype", (x) => ops.cast(x, odd("f64"))],
    ["nn.conv2d", "kernel", (x) => nn.conv2d(image(x), 1, 5)],
    ["nn.conv2d", "padding", (x) => nn.conv2d(image(x), 1, 1, { padding: -1 })],
    ["nn.conv2d", "groups", (x) => nn.conv2d(image(x), 1, 1, { groups: odd("1") })],
    ["nn.maxPool2d", "kernel", (x) => nn.maxPool2d(image(x), [1, 3])],
    ["nn.maxPool2d", "padding", (x) => nn.maxPool2d(image(x), 1, { padding: -1 })],
    ["ops.conv2d", "kernel", (x) => ops.conv2d(image(x), parameter([1, 1, 2, 2]), { dilation: 2 })],
  ])("%s: %s: %s", (call, setting, body) => {
    const { code, message } = refusal(body);
    expect(code).toBe("setting-out-of-range");
    expect(message).toContain(`"${setting}" is out of range`);
    expect(message.split("\n")[0]).toContain(call);
  });

  test.each<[string, unknown]>([
    ["f32 has no number NaN", nan],
    ["f32 has no number 1e+39", 1e39],
    ["a deviation is at least 0", { normal: [0, -1] }],
    ["the lower bound comes first", { uniform: [1, -1] }],
    ["not two numbers", { uniform: [0, nan] }],
    ["only one of them", { uniform: [0, 1], normal: [0, 1] }],
  ])("an initial value: %s", (problem, init) => {
    for (const body of [() => parameter([2, 2], { init: odd(init) }), (x: Tensor) => nn.linear(x, 3, { init: odd(init) })]) {
      const { code, message } = refusal(body);
      expect([code, message]).toEqual(["invalid-init", expect.stringContaining(problem)]);
    }
  });

  it("stay what they may be", () => {
    expect(() =>
      define({ x: f32("batch", 4) }, ({ x }) => ({ outputs: { y: ops.add(ops.clamp(x, { max: infinity }), constant([nan])) } })),
    ).not.toThrow();
    expect(() => define({ x: f32(1) }, ({ x }) => ({ outputs: { x, least: ops.add(state("least", [1], infinity), 0) } }))).not.toThrow();
    expect(() => elementwise("min(v, limit)", { limit: infinity })).not.toThrow();
  });

  it("are shown shortly: texts in quotes, no source of functions, no more than a few elements", () => {
    const got = (value: unknown) =>
      refusal((x) => nn.linear(x, odd(value)))
        .message.split("\n")[1]
        ?.trim();
    expect(got("3")).toBe('got       "3"');
    expect(got({ out: 3, deep: { deep: { deep: {} } } })).toBe("got       { out: 3, deep: { deep: an object } }");
    expect(got([1, [2]])).toBe("got       [1, [2]]");
    expect(got([1, 2, 3, 4, 5])).toBe("got       a list of 5");
    expect(got(Symbol("s"))).toBe("got       Symbol(s)");
    expect(refusal((x) => nn.dropout(x, odd(nn.relu))).message).toContain("got       a function");
  });

  it("are lists that contain themselves, and lists that are too deep", () => {
    const list: unknown[] = [];
    list.push(list, list);
    expect(refusal(() => constant(odd(list))).code).toBe("setting-out-of-range");
  });
});

describe("a first argument of a layer that is neither tensor nor setting", () => {
  test.each<[string, Body]>([
    ["undefined", () => nn.linear(odd(undefined), 1)],
    ["null", () => nn.relu(odd(null))],
    ["undefined", () => nn.maxPool2d(odd(undefined), 2)],
    ["a function", () => nn.linear(odd(nn.relu), 3)],
    ["a function", () => nn.dropout(odd(nn.linear(3)))],
  ])("%s", (got, body) => {
    const { code, message } = refusal(body);
    expect(code).toBe("not-a-tensor");
    expect(message).toMatch(new RegExp(`^Cannot apply "nn\\.\\w+"\\n {2}got {7}${got}\\n {2}expected {2}a tensor`));
  });

  it("may be a setting", () => {
    expect(() =>
      define({ x: f32(4) }, ({ x }) => ({
        outputs: { y: nn.dropout(undefined, { name: "b" })(nn.dropout(0.1)(nn.relu({ name: "a" })(nn.softmax()(x)))) },
      })),
    ).not.toThrow();
  });
});

test("an axis that a softmax has not is said of the layer", () => {
  expect(refusal((x) => nn.softmax(x, { dim: 7 })).message).toMatch(/^Cannot apply "nn.softmax"\n {2}got {7}axis 7/);
  expect(refusal((x) => ops.logSumExp(x, { dim: 7 })).message).toMatch(/^Cannot apply "ops.logSumExp"/);
  expect(refusal((x) => ops.norm(x, { dim: 7 })).message).toMatch(/^Cannot apply "ops.norm"/);
});

test.each([null, undefined, 3])("%s is no state that can be updated", (target) => {
  expect(refusal((x) => update(odd(target), x)).code).toBe("not-a-tensor");
});

test("an operand that is none is said of its call", () => {
  for (const wrong of [undefined, null, "0.5"]) {
    const { code, message } = refusal((x) => ops.add(x, odd(wrong)));
    expect([code, message.split("\n")[0]]).toEqual(["not-a-tensor", 'Cannot apply "ops.add"']);
  }
});

describe("options of compile and interpret", () => {
  const net = model("net", { x: f32("batch", 2), k: i32("batch") }, ({ x, k }) => {
    const out = nn.linear(x, 3, { name: "out" });
    return { outputs: { out }, loss: losses.crossEntropy(out, k) };
  });

  test.each<[string, string, unknown]>([
    ["unknown-option", '"bacth", the nearest is "batch"', { bacth: 8 }],
    ["setting-out-of-range", "got       64", 64],
    ["setting-out-of-range", "got       null", null],
    ["setting-out-of-range", "strip", { strip: "yes" }],
    ["setting-out-of-range", "clip", { clip: { norm: 1e39 } }],
  ])("compile: %s: %s", async (code, text, options) => {
    await expect(compile(net, odd(options))).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test.each<[string, string, () => Promise<unknown>]>([
    ["unknown-option", '"tarin", the nearest is "train"', () => interpret(net, { x: [1, 2] }, odd({ tarin: true }))],
    ["setting-out-of-range", '"train"', () => interpret(net, { x: [1, 2] }, { train: odd("no") })],
    ["setting-out-of-range", '"round"', () => interpret(net, { x: [1, 2] }, { round: odd("f16") })],
    ["setting-out-of-range", '"inputs"', () => interpret(net, odd(undefined))],
    ["setting-out-of-range", '"options"', () => interpret(net, { x: [1, 2] }, odd(null))],
  ])("interpret: %s: %s", async (code, text, run) => {
    await expect(run()).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test("a format of formulas that there is not", () => {
    const equation = { left: variable("a"), right: variable("b"), sign: "=", where: [], more: false } as const;
    expect(failure(() => writeEquation(equation, odd("word")))).toMatchObject({
      code: "setting-out-of-range",
      message: expect.stringContaining("word"),
    });
  });
});

test("what is differentiated is a tensor", () => {
  expect(failure(() => differentiate(odd(1), odd(2))).code).toBe("not-a-tensor");
});

test("options of a sequence", () => {
  expect(refusal((x) => nn.sequential(x, nn.relu, odd({ nmae: "a" }))).code).toBe("unknown-option");
  expect(refusal((x) => nn.sequential(x, nn.relu, odd(null))).code).toBe("setting-out-of-range");
});

test("a list of tensors is needed for gradients", () => {
  expect(refusal((x) => gradient(ops.sum(x), odd(x))).code).toBe("setting-out-of-range");
});
