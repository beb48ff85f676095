// `watch`: sizes of gradients and activations as results of the step, against the interpreter's gradients and values.
import { bindings, compile, interpret } from "gradc/compiler";
import { fit, load } from "gradc/runtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { f32, losses, model, nn, ops, optim, parameter } from "../../src/index.ts";

const x = [0.5, -1, 2, 0.25, -0.75, 1.5];
const y = [1, 0, -1];

const deep = model("deep", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const first = nn.linear(nn.standardize(x), 3, { name: "first" });
  const held = nn.linear(nn.tanh(first), 3, { name: "held" });
  const net = nn.sequential(nn.linear(2), nn.relu, nn.residual(nn.sequential(nn.linear(2), nn.sigmoid)), { name: "net" });
  const out = ops.mul(nn.linear(net(held), 1, { name: "out" }), parameter([1], { init: 0.5, name: "scale" }));
  return { outputs: { out }, loss: losses.mse(out, y) };
});

const optimizer = optim.sgd({ lr: 0.125 });
const norm = (values: Iterable<number>) => Math.hypot(...values);

// Statistics of nn.standardize are as at the start, and one loss is NaN, which is warned about.
beforeEach(() => void vi.spyOn(console, "warn").mockReturnValue());
afterEach(() => void vi.restoreAllMocks());

describe("a step that is watched", () => {
  it("gives the norm of each layer's gradient and the size of its activation, and trains as without", async () => {
    const built = await compile(deep, { batch: 4, optimizer, watch: true, freeze: ["held.*"], clip: { norm: 0.01 } });
    const [net, plain] = await Promise.all([
      load(built),
      load(await compile(deep, { batch: 4, optimizer, freeze: ["held.*"], clip: { norm: 0.01 } })),
    ]);
    const { gradients } = net.gradients({ x, y });
    const { values } = await interpret(deep, { x, y });
    const { loss, ...sizes } = net.step({ x, y });
    expect(loss).toBe(plain.step({ x, y }).loss);
    for (const name of net.parameters.keys()) expect(net.read(name)).toEqual(plain.read(name));
    expect(Object.keys(sizes)).toEqual([
      ...["first", "net.0", "net.2.0", "out", "scale"].map((layer) => `gradients.${layer}`),
      ...["first", "held", "net.0", "net.2.0", "out"].map((layer) => `activations.${layer}`),
    ]);
    const of = (layer: string) => Object.entries(gradients).flatMap(([name, g]) => (name.replace(/\.(weight|bias)$/, "") === layer ? [...g] : []));
    // f32 sums of at most nine squares, against f64.
    for (const layer of ["first", "net.0", "net.2.0", "out", "scale"]) expect(sizes[`gradients.${layer}`]).toBeCloseTo(norm(of(layer)), 6);
    for (const layer of ["first", "held"]) {
      const value = values.get(layer) as Float64Array;
      expect(sizes[`activations.${layer}`]).toBeCloseTo(norm(value) / Math.sqrt(value.length), 6);
    }
  });

  it("measures what its square would lose, and tells 0, infinity and NaN", async () => {
    const scaled = model("scaled", { x: f32("batch", 2) }, ({ x }) => {
      const w = parameter([2], { init: "zeros", name: "w" });
      return { outputs: { p: ops.mul(x, w) }, loss: ops.sum(ops.mul(x, w)) };
    });
    const net = await load(await compile(scaled, { batch: 1, optimizer: optim.sgd({ lr: 0 }), watch: true }));
    const sizeOf = (...x: number[]) => net.step({ x })["gradients.w"];
    for (const unit of [3e-39, 1e-30, 1, 1e30]) expect((sizeOf(3 * unit, -4 * unit) ?? 0) / unit).toBeCloseTo(5, 5);
    expect(sizeOf(0, 0)).toBe(0);
    expect(sizeOf(Infinity, 1)).toBe(Infinity);
    expect(sizeOf(1, Number.NaN)).toBeNaN();
  });

  it("takes what the layer's variable holds, as the user sees it", async () => {
    const built = await compile(new URL("../../examples/xor/xor.model.ts", import.meta.url), { batch: 4, optimizer, watch: true });
    const net = await load(built);
    const rows = { x: [0, 0, 1, 1], y: [0, 1] };
    const { values } = await interpret(new URL("../../examples/xor/xor.model.ts", import.meta.url), rows, {
      parameters: Object.fromEntries([...net.parameters.keys()].map((name) => [name, net.read(name)])),
    });
    // The tanh's value, not the linear map's.
    const hidden = values.get("hidden") as Float64Array;
    const seen: number[] = [];
    await fit(net, rows, { epochs: 1, shuffle: false, onStep: (progress) => seen.push(progress["activations.hidden"] as number) });
    expect(seen).toEqual([expect.closeTo(norm(hidden) / Math.sqrt(hidden.length), 6)]);
    expect((await bindings(built.manifest)).dts).toContain(
      ', "hidden.weight" | "hidden.bias" | "logit.weight" | "logit.bias", never, "gradients.hidden" | "gradients.logit" | "activations.hidden" | "activations.logit">;',
    );
  });

  it("gives in a game the sizes of what its loss sees, where a layer is applied twice those of the last time that it sees", async () => {
    const game = model("game", { x: f32("batch", 2), y: f32("batch", 2) }, ({ x, y }) => {
      const critic = nn.linear(1, { name: "critic" });
      const fake = nn.linear(x, 2, { name: "maker" });
      const [ofReal, ofFake] = [critic(y), critic(fake)];
      const games = {
        make: { loss: ops.mean(ops.neg(ofFake)), parameters: "maker.*" },
        judge: { loss: ops.mean(ops.square(ofReal)), parameters: "critic.*" },
      };
      return { outputs: { fake }, games };
    });
    const built = await compile(game, { batch: 4, optimizer, watch: true });
    const net = await load(built);
    const [[u = 0, v = 0], [b = 0]] = [net.read("critic.weight"), net.read("critic.bias")];
    const ofReal = [0, 1, 2].map((row) => (x[2 * row] as number) * u + (x[2 * row + 1] as number) * v + b);
    const judged = net.step({ y: x }, { game: "judge" });
    expect(Object.keys(judged)).toEqual(["loss", "gradients.critic", "activations.critic"]);
    expect(judged["activations.critic"]).toBeCloseTo(norm(ofReal) / Math.sqrt(3), 6);
    const { gradients } = net.gradients({ x }, { game: "make" });
    const made = net.step({ x }, { game: "make" });
    expect(Object.keys(made)).toEqual(["loss", "gradients.maker", "activations.maker", "activations.critic"]);
    expect(made["gradients.maker"]).toBeCloseTo(norm(Object.values(gradients).flatMap((g) => [...g])), 6);
    expect((await bindings(built.manifest)).dts).toContain(
      'never, GameGame, "gradients.maker" | "activations.maker" | "activations.critic" | "gradients.critic">;',
    );
  });

  it("leaves out what is in the body of a loop and gives the gradients of its layers", async () => {
    const looped = model("looped", { x: f32("batch", 2) }, ({ x }) => {
      const cell = nn.linear(2, { name: "cell" });
      const { h } = ops.scan(({ carry }) => ({ carry: { h: ops.tanh(cell(carry.h)) } }), { carry: { h: x }, length: 3 }).carry;
      const out = nn.linear(h, 2, { name: "last" });
      return { outputs: { out }, loss: ops.mean(ops.square(out)) };
    });
    const net = await load(await compile(looped, { batch: 4, optimizer, watch: true }));
    const { gradients } = net.gradients({ x });
    const { loss, ...sizes } = net.step({ x });
    expect(Object.keys(sizes)).toEqual(["gradients.cell", "gradients.last", "activations.last"]);
    const ofCell = ["cell.weight", "cell.bias"].flatMap((name) => [...(gradients[name] as Float32Array)]);
    expect(sizes["gradients.cell"]).toBeCloseTo(norm(ofCell), 6);
  });

  it("needs a loss, and `false` is as nothing", async () => {
    const plain = model("plain", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { out: nn.linear(x, 1) } }));
    await expect(compile(plain, { watch: true })).rejects.toMatchObject({ code: "missing-loss" });
    expect((await compile(deep, { optimizer, watch: false })).wasm).toEqual((await compile(deep, { optimizer })).wasm);
    await expect(compile(deep, { optimizer, watch: 1 as never })).rejects.toMatchObject({ code: "setting-out-of-range" });
  });
});
