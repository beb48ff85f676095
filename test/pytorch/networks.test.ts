// Small networks with norms and attention, step by step.
import { f32, losses, model, nn, ops, optim } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { expect, it } from "vitest";
import type { Optimizer } from "../../src/index.ts";
import type { Tensor } from "../../src/tensor.ts";
import { expectClose, type Golden, readGolden } from "./golden.ts";

/** The losses before each of 20 steps, parameters and states after it, and predictions at the end. */
interface Run {
  readonly x: Golden;
  readonly y: Golden;
  /** In the order in which the trajectory has them. */
  readonly start: Readonly<Record<string, Golden>>;
  readonly losses: Golden;
  readonly trajectory: Golden;
  readonly predicted: Golden;
}

const runs = readGolden<Readonly<Record<string, Run>>>("networks");

type Network = (x: Tensor) => Tensor;

const perceptron =
  (bias: boolean): Network =>
  (x) =>
    nn.sequential(nn.linear(4, { bias }), nn.batchNorm1d, nn.relu, nn.linear(1), { name: "net" })(x);

const transformer: Network = (x) => {
  const block = nn.transformerEncoderLayer(2, { name: "block", dimFeedforward: 6, dropout: 0, isCausal: true });
  const h = nn.layerNorm(block(nn.linear(x, 4, { name: "into" })), { name: "norm" });
  return nn.linear(ops.mean(h, { dim: 1 }), 1, { name: "out" });
};

const networks: Readonly<Record<string, readonly [Network, Optimizer]>> = {
  batchNorm: [perceptron(true), optim.sgd({ lr: 0.0625, momentum: 0.5 })],
  // Without the bias, which has slope 0 before a batch norm: Adam divides what rounding leaves of that by its own size.
  batchNormAdam: [perceptron(false), optim.adam({ lr: 0.03125 })],
  transformer: [transformer, optim.sgd({ lr: 1 / 64 })],
  // A bias of keys has slope 0 too: beside this eps what is left of rounding is nothing.
  transformerAdam: [transformer, optim.adam({ lr: 1 / 64, eps: 1 / 64 })],
};

// Of a step's roundings the next steps make more: 20 steps may lose a digit of the five that gradients have.
const along = { relative: 1e-4, absolute: 1e-5 };

it("covers every run", () => expect(Object.keys(networks)).toEqual(Object.keys(runs)));

it.each(Object.entries(runs))("%s takes PyTorch's 20 steps", async (name, { x, y, start, ...wanted }) => {
  const [network, optimizer] = networks[name] as [Network, Optimizer];
  const [steps, rows, ...row] = x.shape as [number, number, ...number[]];
  const definition = model("network", { x: f32("batch", ...row), y: f32("batch", 1) }, ({ x, y }) => {
    const p = network(x);
    return { outputs: { p }, loss: losses.mse(p, y) };
  });
  const net = await load(await compile(definition, { batch: 8, optimizer }));
  const nameOf = (key: string) => (name.startsWith("batchNorm") ? `net.${key}` : key);
  for (const [key, { data }] of Object.entries(start)) net.write(nameOf(key), data);
  const ofStep = ({ data }: Golden, step: number) => data.slice((step * data.length) / steps, ((step + 1) * data.length) / steps);
  const found: { losses: number[]; trajectory: number[] } = { losses: [], trajectory: [] };
  for (let step = 0; step < steps; step++) {
    found.losses.push(net.step({ x: ofStep(x, step), y: ofStep(y, step) }).loss);
    for (const key of Object.keys(start)) found.trajectory.push(...net.read(nameOf(key)));
  }
  expect(rows).toBeLessThan(8);
  expectClose(found.losses, wanted.losses, along, "loss");
  expectClose(found.trajectory, wanted.trajectory, along, "parameters");
  expectClose(net.predict({ x: ofStep(x, 0) }).p as Float32Array, wanted.predicted, along, "prediction");
});
