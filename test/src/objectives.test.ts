// What PyTorch's values do not show of losses: that evaluation runs in parts, that training does, and the words for what is wrong.
import { describe, expect, it, test } from "vitest";
import { GradcError } from "../../runtime/error.ts";
import { load } from "../../runtime/index.ts";
import { compile } from "../../src/compile.ts";
import { f32, i32, losses, model, nn, ops, optim, type Tensor } from "../../src/index.ts";
import { define } from "./running.ts";

const types = { x: f32("batch", 4), y: f32("batch", 1), s: f32("batch", 4), k: i32("batch") } as const;
type Inputs = { readonly [name in keyof typeof types]: Tensor };

/** Every loss whose rows are of one batch, of the scores z and the number f that a network gives. */
const all: Readonly<Record<string, (f: Tensor, z: Tensor, inputs: Inputs) => Tensor>> = {
  smoothL1: (f, _, { y }) => losses.smoothL1(f, y),
  huber: (f, _, { y }) => losses.huber(f, y, { delta: 0.5 }),
  nll: (_, z, { k }) => losses.nll(nn.logSoftmax(z), k, { weight: [1, 2, 3, 4], ignoreIndex: 3 }),
  bceWithLogits: (f, _, { y }) => losses.bceWithLogits(f, ops.cast(ops.compare(y, 0, "gt"), "f32"), { weight: 2, posWeight: 3 }),
  hinge: (f, _, { y }) => losses.hinge(f, y),
  squaredHinge: (f, _, { y }) => losses.squaredHinge(f, y),
  perceptron: (f, _, { y }) => losses.perceptron(f, y),
  softMargin: (f, _, { y }) => losses.softMargin(f, y),
  multiMargin: (_, z, { k }) => losses.multiMargin(z, k),
  kl: (_, z, { s }) => losses.kl(nn.logSoftmax(z), s),
  klByRow: (_, z, { s }) => losses.kl(nn.logSoftmax(z), s, { reduction: "batchmean" }),
  poissonNll: (f, _, { y }) => losses.poissonNll(f, y, { full: true }),
  gaussianNll: (f, _, { y }) => losses.gaussianNll(f, y, nn.softplus(f)),
  marginRanking: (f, _, { y }) => losses.marginRanking(f, 0.5, y),
  cosineEmbedding: (_, z, { s, k }) => losses.cosineEmbedding(z, s, ops.sub(ops.mul(2, ops.cast(ops.compare(k, 1, "gt"), "f32")), 1)),
  tripletMargin: (_, z, { s, x }) => losses.tripletMargin(z, s, x),
};

const rows = 11;
const wave = (count: number, scale: number) => Array.from({ length: count }, (_, i) => scale * Math.sin(1 + i));
const data = (scale = 1) => ({
  x: wave(4 * rows, scale),
  y: wave(rows, 1).map(Math.sign),
  s: wave(4 * rows, 1).map(Math.abs),
  k: Array.from({ length: rows }, (_, i) => i % 4),
});

/** A network with the sum of all losses, on the rows at hand or in parts. */
async function trained(batch: number) {
  const definition = model("all", types, (inputs) => {
    const [f, z] = [nn.linear(inputs.x, 1, { name: "f" }), nn.linear(inputs.x, 4, { name: "z" })];
    const terms = Object.values(all).map((loss) => loss(f, z, inputs));
    return { outputs: { f }, loss: terms.reduce((sum, term) => ops.add(sum, term)) };
  });
  return load(await compile(definition, { batch, optimizer: optim.sgd({ lr: 0.01 }) }));
}

describe("all losses together", () => {
  it("are sums over rows, so that evaluation in parts of 4 gives what one of all rows gives", async () => {
    const [parts, whole] = await Promise.all([trained(4), trained(rows)]);
    const [a, b] = [parts, whole].map((net) => net.evaluate(data()).loss) as [number, number];
    // 11 rows of terms of about 1 in f32.
    expect(Math.abs(a - b)).toBeLessThan(1e-5 * Math.abs(b));
    expect(whole.evaluate(data(1e-3)).loss).not.toBe(b);
  });

  it("get smaller by training", async () => {
    const net = await trained(rows);
    const before = net.step(data()).loss;
    for (let step = 0; step < 20; step++) net.step(data());
    expect(net.evaluate(data()).loss).toBeLessThan(before);
  });
});

const odd = (value: unknown) => value as never;

type Body = (f: Tensor, z: Tensor, inputs: Inputs) => Tensor;

function refusal(body: Body): string {
  try {
    define(types, (inputs) => ({ outputs: { y: body(inputs.y, inputs.x, inputs) } }));
  } catch (error) {
    if (error instanceof GradcError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("There was no error");
}

test.each<[string, Body]>([
  ['unknown-option: Cannot apply "losses.huber": there is no option "beta"', (f, _, { y }) => losses.huber(f, y, odd({ beta: 1 }))],
  ['setting-out-of-range: Cannot apply "losses.huber": "delta" is out of range\n  got       0', (f, _, { y }) => losses.huber(f, y, { delta: 0 })],
  [
    'setting-out-of-range: Cannot apply "losses.smoothL1": "beta" is out of range\n  got       -1',
    (f, _, { y }) => losses.smoothL1(f, y, { beta: -1 }),
  ],
  ['setting-out-of-range: Cannot apply "losses.mse": "reduction"', (f, _, { y }) => losses.mse(f, y, { reduction: odd("batchmean") })],
  ['setting-out-of-range: Cannot apply "losses.bce": "weight"', (f, _, { y }) => losses.bce(f, y, { weight: odd("2") })],
  [
    'setting-out-of-range: Cannot apply "losses.bce": "weight" is out of range\n  got       NaN',
    (f, _, { y }) => losses.bce(f, y, { weight: [Number.NaN] }),
  ],
  ['shape-mismatch: Cannot apply "losses.bceWithLogits"', (f, _, { y }) => losses.bceWithLogits(f, y, { posWeight: [1, 2] })],
  ["loss-shape: ", (_, z, { y }) => losses.hinge(z, y)],
  ["loss-shape: ", (_, z, { y }) => losses.nll(z, ops.cast(y, "i32"))],
  ["dtype-mismatch: ", (_, z, { s }) => losses.nll(z, s)],
  [
    'setting-out-of-range: Cannot apply "losses.multiMargin": "p" is out of range\n  got       3',
    (_, z, { k }) => losses.multiMargin(z, k, { p: odd(3) }),
  ],
  ['shape-mismatch: Cannot apply "losses.multiMargin" with class weights', (_, z, { k }) => losses.multiMargin(z, k, { weight: [1, 2] })],
  ["loss-shape: ", (_, z, { y }) => losses.marginRanking(z, z, y)],
  ["loss-shape: ", (_, z, { s, y }) => losses.cosineEmbedding(z, s, y)],
  ["loss-shape: ", (_, z, { s, y }) => losses.tripletMargin(z, s, y)],
  [
    'setting-out-of-range: Cannot apply "losses.tripletMargin": "p" is out of range\n  got       0',
    (_, z, { s }) => losses.tripletMargin(z, s, s, { p: 0 }),
  ],
  ["loss-shape: ", (_, z, { s, y }) => losses.gaussianNll(z, s, ops.concat([y, y], { dim: 1 }))],
  [
    'setting-out-of-range: Cannot apply "losses.kl": "reduction" is out of range\n  got       "batchMean"',
    (_, z, { s }) => losses.kl(z, s, { reduction: odd("batchMean") }),
  ],
])("%j", (message, body) => expect(refusal(body)).toContain(message));
