import { describe, expect, it } from "vitest";
import { load } from "../../runtime/index.ts";
import { compile } from "../../src/compile.ts";
import { constant, f32, losses, model, nn, ops, optim, type Tensor } from "../../src/index.ts";
import { define, elementsOf, source } from "./running.ts";

const sequence = Float32Array.from({ length: 2 * 4 * 3 }, (_, i) => Math.sin(3 * i));
const data = (values: ArrayLike<number>, shape: readonly number[]) => constant(Array.from(values), shape);

/** The elements of what a body makes of tensors of its own, its parameters at 1/8. */
const of = (body: () => Tensor): number[] => {
  const { outputs, graph } = define({ x: f32(1) }, () => ({ outputs: { y: body() } }));
  const variables = [...graph.declarations].map(([node, { name }]) => {
    const shape = node.shape.map(Number);
    return [name, source(Array(shape.reduce((all, extent) => all * extent, 1)).fill(1 / 8), shape)] as const;
  });
  return elementsOf(outputs.y as Tensor, Object.fromEntries(variables));
};

const x = () => data(sequence, [2, 4, 3]);

describe("recurrent layers", () => {
  it("take no notice of what stands at steps that do not count, NaN too", async () => {
    const padded = model("padded", { x: f32("batch", 3, 2), y: f32("batch", 4) }, ({ x, y }) => {
      const mask = ops.compare(ops.sum(x, { dim: 2 }), 1000, "lt");
      const { hn } = nn.gru(x, 2, { mask, bidirectional: true, name: "rec" });
      return { outputs: { hn }, loss: losses.mse(ops.reshape(hn, ["batch", 4]), y) };
    });
    const net = await load(await compile(padded, { batch: 2 }), { seed: 1 });
    const gradients = [Number.NaN, 1e30].map((padding) => {
      const rows = [1, 2, -1, 0.5, padding, 1e30, 0.25, 1, 2, -2, 0.5, 3];
      return [...(net.gradients({ x: rows, y: [0, 1, 0, -1, 1, 0, 0, 0] }).gradients["rec.weight_ih_l0_reverse"] ?? [])];
    });
    expect(gradients[0]?.every(Number.isFinite)).toBe(true);
    expect(gradients[0]).toEqual(gradients[1]);
  });

  it("name parameters and give shapes as PyTorch", () => {
    const { graph, outputs } = define({ x: f32("batch", 4, 3) }, ({ x }) => {
      const { output, hn, cn } = nn.lstm(x, 5, { numLayers: 2, bidirectional: true, name: "rec" });
      return { outputs: { output, hn, cn } };
    });
    const shapes = [...graph.declarations].flatMap(([node, { name, role }]) => (role === "parameter" ? [`${name} [${node.shape}]`] : []));
    expect(shapes.slice(0, 5)).toEqual([
      "rec.weight_ih_l0 [3,20]",
      "rec.weight_hh_l0 [5,20]",
      "rec.bias_ih_l0 [20]",
      "rec.bias_hh_l0 [20]",
      "rec.weight_ih_l0_reverse [3,20]",
    ]);
    expect(shapes).toContain("rec.weight_ih_l1_reverse [10,20]");
    expect(shapes).toHaveLength(16);
    expect(Object.values(outputs).map(({ shape }) => shape)).toEqual([
      ["batch", 4, 10],
      ["batch", 4, 5],
      ["batch", 4, 5],
    ]);
  });

  it("take [T, batch, width] with batchFirst: false", () => {
    const turned = () => {
      const { output, hn } = nn.gru(ops.permute(x(), [1, 0, 2]), 2, { batchFirst: false, numLayers: 2 });
      return ops.concat([ops.reshape(ops.permute(output, [1, 0, 2]), [-1]), ops.reshape(ops.permute(hn, [1, 0, 2]), [-1])]);
    };
    const straight = () => {
      const { output, hn } = nn.gru(x(), 2, { numLayers: 2 });
      return ops.concat([ops.reshape(output, [-1]), ops.reshape(hn, [-1])]);
    };
    expect(of(turned)).toEqual(of(straight));
  });

  it("count the steps of a mask as those of lengths", () => {
    const all = (options: { lengths?: Tensor; mask?: Tensor }) => {
      const { output, hn } = nn.rnn(x(), 2, { ...options, bidirectional: true });
      return ops.concat([ops.reshape(output, [-1]), ops.reshape(hn, [-1])]);
    };
    const byMask = of(() => all({ mask: constant(new Int32Array([1, 1, 0, 0, 1, 1, 1, 1]), [2, 4]) }));
    expect(byMask).toEqual(of(() => all({ lengths: constant(new Int32Array([2, 4])) })));
    expect(byMask.slice(8, 16)).toEqual(Array(8).fill(0));
  });

  it("take what is of one sequence where they are applied, before what the layer says", () => {
    const start = (value: number) => data(Array(4).fill(value), [2, 1, 2]);
    const flat = ({ output }: { output: Tensor }) => ops.reshape(output, [-1]);
    const lengths = constant.bind(null, new Int32Array([2, 4]), [2]);
    const mask = constant.bind(null, new Int32Array([1, 1, 1, 1, 1, 1, 0, 0]), [2, 4]);
    const given = of(() => flat(nn.lstm(x(), 2, { h0: start(1), c0: start(0.5), lengths: lengths() })));
    expect(of(() => flat(nn.lstm(2)(x(), { h0: start(1), c0: start(0.5), lengths: lengths() })))).toEqual(given);
    expect(of(() => flat(nn.lstm(2, { h0: start(1), c0: start(7), mask: mask() })(x(), { c0: start(0.5), lengths: lengths() })))).toEqual(given);
    const layer = () => nn.rnn(2, { name: "rec" });
    expect(() => of(() => flat(layer()(x(), { c0: start(1) } as never)))).toThrowError(/no option "c0".*h0, lengths, mask/s);
    expect(() => of(() => flat(layer()(x(), start(1) as never)))).toThrowError(/an object with any of h0, lengths, mask/);
    expect(() => of(() => flat(layer()(x(), { h0: x() })))).toThrowError(/\[2, 1, 2\] before the first step/);
  });

  it("drop between layers anew in each step, and not after the last", async () => {
    const net = model("dropping", { x: f32("batch", 2, 4) }, ({ x }) => {
      const { output } = nn.rnn(x, 64, { numLayers: 2, dropout: 0.5, init: { weight: 0.1, bias: 0 }, name: "rec" });
      return { outputs: { output }, loss: ops.mean(output) };
    });
    const net1 = await load(await compile(net, { batch: 1, optimizer: optim.sgd() }), { seed: 3 });
    const { loss, gradients } = net1.gradients({ x: Array(8).fill(1) });
    expect(loss).toBeGreaterThan(0);
    const slopes = Array.from(gradients["rec.weight_ih_l1"] as ArrayLike<number>);
    expect(slopes.filter((slope) => slope === 0).length).toBeGreaterThan(64);
    expect(net1.predict({ x: Array(8).fill(1) }).output).not.toContain(0);
  });

  it("cost calls and no kernels for a further step", async () => {
    const kernels = async (steps: number) => {
      const net = model("steps", { x: f32("batch", steps, 3), y: f32("batch", 1) }, ({ x, y }) => {
        const { hn } = nn.lstm(x, 8, { name: "rec" });
        return { outputs: { hn }, loss: losses.mse(nn.linear(ops.reshape(hn, ["batch", 8]), 1, { name: "p" }), y) };
      });
      return (await compile(net, { batch: 4, optimizer: optim.adam() })).kernels.length;
    };
    expect(await kernels(12)).toBe(await kernels(6));
  });

  it("refuse what is no sequence, and starts of another shape", () => {
    expect(() => of(() => nn.rnn(data([1, 2], [1, 2]), 2).output)).toThrowError(/\[batch, T, width\]/);
    expect(() => of(() => nn.rnn(x(), 2, { h0: data([1, 2], [1, 2]) }).output)).toThrowError(/\[2, 1, 2\] before the first step/);
    expect(() => of(() => nn.gru(x(), 2, { lengths: constant(new Int32Array([1])) }).output)).toThrowError(/lengths of \[2\]/);
    expect(() => of(() => nn.lstm(x(), 2, { mask: constant(new Int32Array([1])) }).output)).toThrowError(/a mask of \[2, 4\]/);
    expect(() => of(() => nn.gru(x(), 2, { nonlinearity: "relu" } as never).output)).toThrowError(/nonlinearity/);
    expect(() => of(() => nn.rnn(x(), 3, 2 as never).output)).toThrowError(/input width is inferred|nn\.rnn/);
  });
});
