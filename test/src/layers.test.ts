// Layers written as CONTRIBUTING says, that gradc does not ship: several inputs, several results, letters, states, no weight decay.
import { compile, formulas } from "gradc/compiler";
import { load, type Net } from "gradc/runtime";
import { beforeAll, describe, expect, it, test } from "vitest";
import { f32, losses, model, nn, type Optimizer, ops, optim, type Tensor } from "../../src/index.ts";
import { attention } from "./layers/attention.ts";
import { cell } from "./layers/cell.ts";
import { scale } from "./layers/scale.ts";
import { assigned, define, variableNames } from "./running.ts";

const inputs = { x: f32("batch", 3), z: f32("batch", 2), y: f32("batch", 2) };

/** One of each; the cell is applied twice, the scale is a step of a sequence. */
const definition = model("all", inputs, ({ x, z, y }) => {
  const both = assigned(1, "both", () => nn.bilinear(x, z, 4));
  const step = assigned(2, "step", () => cell(4));
  const first = assigned(3, "first", () => step(x, both));
  const second = assigned(4, "second", () => step(x, first.next));
  const rows = ops.reshape(second.output, ["batch", 2, 2]);
  const seen = assigned(5, "seen", () => attention(2)(rows, ops.reshape(first.output, ["batch", 2, 2])));
  const net = assigned(6, "net", () => nn.sequential(nn.flatten, scale, nn.linear(2)));
  const out = assigned(7, "out", () => net(seen));
  return { outputs: { out }, loss: losses.mse(out, y) };
});

const parameters = [
  ...["both.weight", "both.bias", "step.weight_ih", "step.weight_hh", "step.bias"],
  ...["seen.q_proj_weight", "seen.k_proj_weight", "seen.v_proj_weight", "net.1.weight", "net.1.bias", "net.2.weight", "net.2.bias"],
];

const numbers = (n: number, factor: number) => Float32Array.from({ length: n }, (_, at) => ((at * factor) % 17) / 8 - 1);
const rows = { x: numbers(24, 5), z: numbers(16, 7), y: numbers(16, 3) };

describe("a network of them", () => {
  const compiled = () => compile(definition, { batch: 8, optimizer: optim.adam({ lr: 0.05 }) });
  let built: Awaited<ReturnType<typeof compiled>>;
  let net: Net;
  beforeAll(async () => {
    built = await compiled();
    net = await load(built);
  });

  it("has its names, shapes and roles", () => {
    expect([...net.parameters.keys()]).toEqual(parameters);
    expect(net.parameters.get("both.weight")?.shape).toEqual([4, 3, 2]);
    expect(built.manifest.variables.find(({ name }) => name === "net.1.running_mean")).toMatchObject({ role: "layer", trainable: false });
    expect(built.warnings).toEqual([]);
  });

  it("prints its letters, and the names of several results", () => {
    const { forward, gradients, updates } = built.formulas;
    expect(Object.keys(forward)).toEqual(["both", "first.next", "first.output", "second.next", "second.output", "seen", "net.0", "out", "loss"]);
    expect(forward["second.next"]).toContain("second_next = tanh(x·W_step + first_next·U_step + b_step)");
    expect(gradients["net.1.weight"]).toContain("∂loss/∂γ_net_1 = ");
    expect(updates["net.1.bias"]).toContain("β_net_1 ← β_net_1 − ");
    expect(updates["net.1.weight.m"]).toContain("m_γ_net_1 ← 0.9·m_γ_net_1 + ");
    expect(forward.seen).toContain("Q_seen");
  });

  it("prints them as LaTeX too", async () => {
    const { gradients } = await formulas(definition, { format: "latex" });
    expect(gradients["net.1.weight"]).toContain("{\\partial \\gamma_{\\mathit{net}_{1}}}");
  });

  it("learns, and is saved and restored", async () => {
    const before = net.evaluate(rows).loss;
    for (let i = 0; i < 200; i++) net.step(rows);
    // 8 rows and more parameters than targets: little is left.
    expect(net.evaluate(rows).loss).toBeLessThan(before / 4);
    expect(net.read("net.1.running_mean")).not.toEqual(new Float32Array(4));
    const other = await load(built, { seed: 5 });
    other.restore(net.state());
    expect(other.predict(rows)).toEqual(net.predict(rows));
    expect(other.step(rows)).toEqual(net.step(rows));
  });

  it("freezes, differentiates and penalises every part by name", async () => {
    const options = {
      optimizer: optim.sgd({ lr: 0.1 }),
      freeze: ["step.*", "*.q_proj_weight"],
      penalties: [optim.l2(0.1, ["net.1.*", "both.weight"])],
    };
    const own = await load(await compile(definition, { batch: 8, ...options }));
    const kept = ["step.weight_hh", "step.bias", "seen.q_proj_weight"];
    const before = kept.map((name) => own.read(name));
    expect(own.step(rows).loss).toBeGreaterThan(own.evaluate(rows).loss);
    expect(kept.map((name) => own.read(name))).toEqual(before);
    const wrt = ["step.weight_hh", "first.next", "x", "net.1.weight"];
    const some = await load(await compile(definition, { batch: 8, wrt }));
    expect(Object.keys(some.gradients(rows).gradients)).toEqual(wrt);
  });
});

test("weight decay weighs all parts but those that do not decay", async () => {
  // By the weights of `out` the loss has slope 0: they move by their decay alone.
  const decaying = model("decaying", { x: f32("batch", 2) }, ({ x }) => {
    const y = scale({ name: "norm" })(x);
    const still = ops.sign(nn.linear(x, 2, { name: "out", init: { weight: 1, bias: 1 } }));
    return { outputs: { y }, loss: ops.add(ops.mean(y), ops.mean(still)) };
  });
  const after = async (optimizer: Optimizer) => {
    const net = await load(await compile(decaying, { batch: 2, optimizer }));
    net.step({ x: new Float32Array([1, 2, 3, 4]) });
    return ["norm.weight", "norm.bias", "out.weight", "out.bias"].map((name) => [...net.read(name)]);
  };
  const decayed = [Array(4).fill(0.75), Array(2).fill(0.75)];
  // The slopes are 1 and 1.5 by γ, 0.5 by β.
  expect(await after(optim.sgd({ lr: 0.5, weightDecay: 0.5 }))).toEqual([[0.5, 0.25], [-0.25, -0.25], ...decayed]);
  const adamw = await after(optim.adamw({ lr: 0.5, weightDecay: 0.5 }));
  expect(adamw).toEqual([[0.5, 0.5], [-0.5, -0.5], ...decayed].map((values) => values.map((value) => expect.closeTo(value, 5))));
});

describe("inputs", () => {
  const shape = { x: f32(2, 3), z: f32(2, 2) };

  it("come first, all of them, in both forms", async () => {
    const weight = [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ];
    const both = model("both", shape, ({ x, z }) => {
      const layer = nn.bilinear(1, { name: "a", init: { weight, bias: 10 } });
      return { outputs: { y: layer(x, z), plain: nn.bilinear(x, z, 1, { name: "b", bias: false, init: { weight } }), own: layer.weight } };
    });
    const net = await load(await compile(both));
    const values = net.predict({ x: new Float32Array([1, 0, 0, 0, 1, 1]), z: new Float32Array([1, 1, 1, -1]) });
    expect([...net.parameters.keys()]).toEqual(["a.weight", "a.bias", "b.weight"]);
    expect(values).toEqual({ y: new Float32Array([13, 8]), plain: new Float32Array([3, -2]), own: new Float32Array([1, 2, 3, 4, 5, 6]) });
  });

  it("are completed by the layer where a call leaves some out", () => {
    const of = (apply: (q: Tensor) => Tensor) => define({ q: f32("batch", 4, 3) }, ({ q }) => ({ outputs: { y: apply(q) } }));
    const self = of((q) => {
      const layer = attention(2, { name: "a" });
      return ops.sub(layer(q), layer(q, q, q));
    });
    expect(variableNames(self)).toEqual(["a.q_proj_weight", "a.k_proj_weight", "a.v_proj_weight"]);
    expect(self.outputs.y?.inputs[0]).toBe(self.outputs.y?.inputs[1]);
  });

  it("are refused where one is missing or of another width", () => {
    const missing = nn.bilinear(1) as unknown as (x: Tensor) => Tensor;
    expect(() => define(shape, ({ x }) => ({ outputs: { y: missing(x) } }))).toThrowError(expect.objectContaining({ code: "not-a-tensor" }));
    const twice = () =>
      define(shape, ({ x, z }) => {
        const layer = nn.bilinear(1, { name: "b" });
        return { outputs: { y: layer(x, z), again: layer(z, x) } };
      });
    expect(twice).toThrowError(/"b"\n {2}got {7}\[2, 2\], \[2, 3\]\n {2}expected {2}\[\.\.\., 3\], \[\.\.\., 2\], as where/);
    const other = nn.bilinear(2);
    expect(() => define(shape, () => ({ outputs: { y: other.bias } }))).toThrowError(expect.objectContaining({ code: "layer-not-applied" }));
    expect(() => define(shape, () => ({ outputs: { y: cell(3).weight_hh } }))).toThrowError(/"weight_hh" of the layer "cell"/);
  });

  it("are one for a step of a sequence, which has one result", () => {
    const step = (x: Tensor) => cell(3)(x, x) as unknown as Tensor;
    const sequence = () => define(shape, ({ x }) => ({ outputs: { y: nn.sequential(step)(x) } }));
    expect(sequence).toThrowError(expect.objectContaining({ code: "not-a-tensor" }));
  });
});

test("a layer in a loop has numbered parts, whatever they are", () => {
  const declared = define({ x: f32("batch", 3) }, ({ x }) => {
    const block = (h: Tensor): Tensor => assigned(1, "h", () => scale(h));
    return { outputs: { y: block(block(x)) } };
  });
  const parts = ["weight", "bias", "running_mean"];
  expect(variableNames(declared)).toEqual([0, 1].flatMap((at) => parts.map((part) => `h.${at}.${part}`)));
});

test("a layer with a name of its own gives it to its results", () => {
  const declared = define({ x: f32("batch", 3) }, ({ x }) => {
    const { output, next } = cell(x, x, 3, { name: "step" });
    return { outputs: { y: ops.add(output, next) } };
  });
  const names = [...declared.graph.names.values()].flatMap((each) => [...each].map(({ text }) => text));
  expect(names).toEqual(expect.arrayContaining(["step.output", "step.next"]));
});
