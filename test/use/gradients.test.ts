// Networks of many kinds: the module against the interpreter, and the gradients against central differences of the interpreter's loss.
import { elementwise, f32, gradient, i32, losses, type Model, model, nn, ops, type Tensor } from "gradc";
import { compile, interpret } from "gradc/compiler";
import { load } from "gradc/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { numbers } from "../support/fused.ts";

const table = { x: f32("batch", 4), y: f32("batch", 3) };
const classes = { x: f32("batch", 4), k: i32("batch") };

const next = numbers(5);
const draw = (count: number) => Array.from({ length: count }, () => Math.fround(next()));
const rows = { x: draw(20), y: draw(15) };
const flowers = { x: rows.x, k: [0, 2, -100, 1, 2] };
const images = { x: draw(3 * 50), k: [2, 0, 1] };

const penalised = (loss: Tensor, of: Tensor): Tensor => ops.add(loss, ops.mean(ops.square(gradient(loss, [of])[0] as Tensor)));

const networks: [string, Model, Record<string, number[]>][] = [
  [
    "tied weights",
    model("m", { x: f32("batch", 4) }, ({ x }) => {
      const encoder = nn.linear(3, { name: "encoder" });
      const code = nn.tanh(encoder(x));
      const back = ops.matmul(code, ops.transpose(encoder.weight));
      return { outputs: { back }, loss: losses.mse(back, x) };
    }),
    { x: rows.x },
  ],
  [
    "a chain that two inputs share",
    model("m", { a: f32("batch", 4), b: f32("batch", 4) }, ({ a, b }) => {
      const encoder = nn.sequential(nn.linear(5), nn.relu, nn.linear(2), { name: "encoder" });
      const distance = ops.norm(ops.sub(encoder(a), encoder(b)), { dim: 1 });
      return { outputs: { distance }, loss: ops.mean(distance) };
    }),
    { a: rows.x, b: draw(20) },
  ],
  [
    "a gradient penalty",
    model("m", table, ({ x, y }) => {
      const out = nn.linear(nn.softplus(nn.linear(x, 6, { name: "a" })), 3, { name: "b" });
      return { outputs: { out }, loss: penalised(losses.mse(out, y), x) };
    }),
    rows,
  ],
  [
    "a gradient penalty of classes, one row ignored",
    model("m", classes, ({ x, k }) => {
      const out = nn.linear(nn.tanh(nn.linear(x, 6, { name: "a" })), 3, { name: "b" });
      return { outputs: { out }, loss: penalised(losses.crossEntropy(out, k, { labelSmoothing: 0.1 }), x) };
    }),
    flowers,
  ],
  [
    "images in groups with odd sizes",
    model("m", { x: f32("batch", 2, 5, 5), k: i32("batch") }, ({ x, k }) => {
      const maps = nn.conv2d(x, 4, [3, 2], { stride: [1, 2], padding: [2, 1], dilation: [2, 1], groups: 2, name: "maps" });
      const out = nn.linear(nn.flatten(nn.maxPool2d(nn.tanh(maps), 3, { stride: 2, padding: 1 })), 3, { name: "out" });
      return { outputs: { out }, loss: losses.crossEntropy(out, k) };
    }),
    images,
  ],
  [
    "signals through convolutions and pools",
    model("m", { s: f32("batch", 2, 15), k: i32("batch") }, ({ s, k }) => {
      const waves = nn.tanh(nn.conv1d(s, 4, 3, { padding: "same", groups: 2, name: "waves" }));
      const beats = nn.conv1d(nn.avgPool1d(waves, 3, { stride: 2, padding: 1 }), 3, 3, { dilation: 2, name: "beats" });
      const out = nn.linear(nn.flatten(nn.maxPool1d(beats, 3, { ceilMode: true })), 3, { name: "out" });
      return { outputs: { out }, loss: losses.crossEntropy(out, k) };
    }),
    { s: draw(3 * 30), k: images.k },
  ],
  [
    "images through a code and back",
    model("m", { x: f32("batch", 2, 5, 5) }, ({ x }) => {
      const code = nn.tanh(nn.adaptiveAvgPool2d(nn.conv2d(x, 3, 3, { stride: 2, padding: 1, name: "code" }), 2));
      const wide = nn.upsample(code, { size: 3, mode: "bilinear" });
      const back = nn.convTranspose2d(wide, 2, 3, { stride: 2, padding: 1, name: "back" });
      return { outputs: { back }, loss: losses.mse(back, x) };
    }),
    { x: images.x },
  ],
  [
    "scalar functions, and a reduction of one's own",
    model("m", table, ({ x, y }) => {
      const out = elementwise((v) => v / (1 + Math.exp(-v)))(nn.linear(x, 3, { name: "a" }));
      const huber = elementwise((p, q) => {
        const d = Math.abs(p - q);
        return d < 1 ? 0.5 * d * d : d - 0.5;
      });
      return { outputs: { out }, loss: ops.max(ops.mean(huber(out, y), { dim: 0 })) };
    }),
    rows,
  ],
];

/** The module, its initial parameters, and the values that the interpreter gives with them. */
async function prepare(source: Model, inputs: Record<string, number[]>) {
  const net = await load(await compile(source, { batch: 7 }), { seed: 3 });
  const parameters = new Map([...net.parameters.keys()].map((name) => [name, Array.from(net.read(name))]));
  return { net, parameters, exact: await interpret(source, inputs, { parameters }) };
}

/** Largest distance over largest value. */
function distance(got: ArrayLike<number>, exact: Float64Array): number {
  const scale = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return exact.reduce((most, value, i) => Math.max(most, Math.abs((got[i] as number) - value)), 0) / scale;
}

describe.each(networks)("%s", (_, source, inputs) => {
  let prepared: Awaited<ReturnType<typeof prepare>>;
  beforeAll(async () => {
    prepared = await prepare(source, inputs);
  });

  test("the module gives what the interpreter gives", () => {
    const { net, exact } = prepared;
    // Some tens of operations, each rounded by at most 4 · 2^-24.
    const bound = 2e-5;
    for (const [name, data] of exact.outputs) expect(distance(net.predict(inputs)[name] as Float32Array, data)).toBeLessThan(bound);
    const { loss, gradients } = net.gradients(inputs);
    expect(distance([loss], Float64Array.of(exact.loss))).toBeLessThan(bound);
    for (const [name, data] of exact.gradients) expect(distance(gradients[name] as Float32Array, data)).toBeLessThan(5 * bound);
    expect(distance([net.evaluate(inputs).loss], Float64Array.of(exact.loss))).toBeLessThan(bound);
  });

  test("the gradients are those of the loss", async () => {
    const { parameters, exact } = prepared;
    // The error of a central difference is of the order h², and of rounding / h: 1e-10 here, times derivatives of order three.
    const h = 1e-5;
    for (const [name, values] of parameters) {
      const i = Math.floor(values.length / 2);
      const lossAt = async (value: number) =>
        (await interpret(source, inputs, { parameters: new Map([...parameters, [name, values.map((each, at) => (at === i ? value : each))]]) })).loss;
      const slope = ((await lossAt((values[i] as number) + h)) - (await lossAt((values[i] as number) - h))) / (2 * h);
      expect(exact.gradients.get(name)?.[i]).toBeCloseTo(slope, 6);
    }
  });
});
