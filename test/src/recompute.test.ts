import { describe, expect, it, test } from "vitest";
import { load, type Net } from "../../runtime/index.ts";
import { type Built, compile, formulas, type InputTypes } from "../../src/compile.ts";
import { f32, gradient, losses, type Model, model, nn, ops, optim, recompute, type Tensor } from "../../src/index.ts";
import { verify } from "../../src/verify/verify.ts";

type Step = (x: Tensor) => Tensor;

/** How a net takes its parts: as they are, or computed again for the gradient. */
type Take = (part: Step) => Step;
const kept: Take = (part) => part;

const inputs = { x: f32("batch", 6, 16), y: f32("batch", 1) };

const network = (name: string, parts: (take: Take) => Step, take: Take) =>
  model(name, inputs, ({ x, y }) => {
    const out = nn.linear(ops.mean(parts(take)(x), { dim: 1 }), 1, { name: "out" });
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

const dense =
  (layers: number, names: string): Step =>
  (x) =>
    Array.from({ length: layers }).reduce<Tensor>((h, _, i) => nn.tanh(nn.linear(h, 16, { name: `${names}${i}` })), x);

const inTurn =
  (steps: readonly Step[]): Step =>
  (x) =>
    steps.reduce((h, step) => step(h), x);

const networks: Readonly<Record<string, (take: Take) => Step>> = {
  "twelve layers in four parts": (take) => inTurn(["a", "b", "c", "d"].map((name) => take(dense(3, name)))),
  "encoders with attention, norms and dropout": (take) =>
    inTurn([1, 2].map((i) => take(nn.transformerEncoderLayer(4, { name: `block${i}`, dimFeedforward: 16 })))),
  "four parts before a loop": (take) => (x) => nn.gru(inTurn(["a", "b", "c", "d"].map((name) => take(dense(3, name))))(x), 8, { name: "rec" }).output,
  "parts in parts, and what they take from outside": (take) => (x) => {
    const outside = ops.exp(nn.linear(x, 16, { name: "outside" }));
    const [own, norm] = [nn.sequential(nn.linear(16), nn.tanh, nn.linear(16), { name: "own" }), nn.layerNorm({ name: "norm" })];
    const inner = take((h) => norm(ops.mul(ops.softmax(own(h)), outside)));
    return take((h) => ops.add(h, inner(dense(2, "outer")(inner(h)))))(x);
  },
  "a part of two inputs, one of them twice": (take) => (x) => {
    const h = dense(1, "h")(x);
    return ops.add(take((v) => ops.mul(nn.gelu(nn.linear(v, 16, { name: "a" })), nn.silu(v)))(h), take(nn.selu)(h));
  },
};

const rows = {
  x: Float32Array.from({ length: 8 * 96 }, (_, at) => Math.sin(at * 1.3)),
  y: Float32Array.from({ length: 8 }, (_, at) => Math.cos(at)),
};

const made = async (definition: Model<InputTypes>): Promise<{ built: Built; net: Net }> => {
  const built = (await compile(definition, { batch: 8, optimizer: optim.adam() })) as unknown as Built;
  return { built, net: await load(built) };
};

describe.each(Object.entries(networks))("%s", (name, parts) => {
  it("take less memory, and give the same bits and formulas", async () => {
    const [plain, again] = await Promise.all([kept, recompute].map((take) => made(network("deep", parts, take as Take))));
    if (!plain || !again) throw new Error(name);
    expect(again.net.gradients(rows)).toEqual(plain.net.gradients(rows));
    for (let step = 0; step < 2; step++) expect(again.net.step(rows)).toEqual(plain.net.step(rows));
    expect(again.net.state()).toEqual(plain.net.state());
    expect(again.net.predict({ x: rows.x })).toEqual(plain.net.predict({ x: rows.x }));
    expect(again.built.formulas).toEqual(plain.built.formulas);
    if (/four|encoders/.test(name)) expect(again.built.manifest.bytes).toBeLessThan(0.95 * plain.built.manifest.bytes);
  });
});

test("parts up to the loss, whose last gradients are computed with it, in two games", async () => {
  const body = (take: Take) =>
    model("deep", { x: f32("batch", 8), y: f32("batch", 1) }, ({ x, y }) => {
      const part = (name: string) =>
        take((h) => ops.add(h, nn.tanh(nn.linear(nn.tanh(nn.layerNorm(nn.linear(h, 8, { name }))), 8, { name: `${name}2` }))));
      const a = part("a")(x);
      const b = part("b")(a);
      const first = { loss: losses.mse(nn.linear(b, 1, { name: "out" }), y), parameters: ["a*", "out.*"] };
      return { outputs: { b }, games: { first, second: { loss: ops.mean(ops.square(b)), parameters: "b*" } } };
    });
  const [x, y] = [rows.x.slice(0, 64), rows.y];
  const [plain, again] = await Promise.all([kept, recompute].map((take) => made(body(take as Take))));
  for (const game of ["first", "second", "second", "first"]) expect(again?.net.step({ x, y }, { game })).toEqual(plain?.net.step({ x, y }, { game }));
  expect(again?.net.state()).toEqual(plain?.net.state());
});

test("what is computed again runs the kernels that computed it first", async () => {
  const { kernels } = await compile(
    network("deep", (take) => take(dense(3, "a")), recompute),
    { batch: 8 },
  );
  const layers = kernels.filter((kernel) => /^kernel gradients\.tanh/.test(kernel));
  expect(layers).toHaveLength(1);
  expect(layers[0]?.match(/\n {2}again /g)?.length).toBe(4);
});

test("second derivatives go through, and all is checked", async () => {
  const penalised = (take: Take) =>
    model("penalised", { x: f32("batch", 3) }, ({ x }) => {
      const part = take((v) => nn.tanh(nn.linear(nn.tanh(nn.linear(v, 4, { name: "a" })), 2, { name: "b" })));
      const y = part(x);
      const [slope] = gradient(ops.sum(y), [x]) as [Tensor];
      return { outputs: { y }, loss: ops.add(ops.mean(ops.square(slope)), ops.mean(y)) };
    });
  const off = (await verify(penalised(recompute))).filter(({ error, tolerance }) => !(error <= tolerance));
  expect(off).toEqual([]);
  // What the loss repeats has names of the gradients, whose sums of paths are others.
  const [again, plain] = await Promise.all([recompute, kept].map(async (take) => (await formulas(penalised(take as Take))).forward));
  expect({ ...again, loss: "" }).toEqual({ ...plain, loss: "" });
});

test("what is no function is refused", () => {
  expect(() => recompute(3 as never)).toThrowError('Cannot apply "recompute": "f" is out of range');
});

const loops = (take: Take) => (x: Tensor) => {
  const cell = (h: Tensor): Tensor =>
    ops.scan(({ carry: { h } }) => ({ carry: { h: ops.tanh(ops.mul(h, 1.5)) } }), { carry: { h }, length: 3 }).carry.h;
  return take((h) => ops.add(dense(2, "after")(cell(h)), nn.gru(h, 16, { name: "rec" }).output))(cell(x));
};

test("what a loop depends on or is in is kept, and gradients are what they were", async () => {
  const nets = await Promise.all(
    [kept, recompute].map(async (take) => load(await compile(network("loops", loops, take as Take), { batch: 4 }), { seed: 3 })),
  );
  const data = { x: Float32Array.from({ length: 384 }, (_, i) => Math.sin(i)), y: [1, 0, -1, 2] };
  const [wanted, found] = nets.map((net) => net.gradients(data));
  expect(found).toEqual(wanted);
});
