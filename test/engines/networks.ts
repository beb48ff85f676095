// Four small networks, their data and a hash of what training leaves of them. Runs in every engine: no module of Node, no sine, no `Math.random`.
import { fit, load } from "../../runtime/index.ts";
import type { Inputs } from "../../runtime/types.ts";
import { compile } from "../../src/compile.ts";
import { f32, i32, losses, type Model, model, nn, ops, optim } from "../../src/index.ts";
import type { Optimizer } from "../../src/optim/optimizer.ts";

interface Network {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly data: Inputs;
}

/** SHA-256 of the compiled module, and of all tensors that `net.state` gives after training. */
export interface Bits {
  readonly wasm: string;
  readonly state: string;
}

/** Not a multiple of the batch, so that every epoch ends with a part of one. */
const rows = 37;
const batch = 8;
const epochs = 40;

/** Numbers in [-1, 1) that every engine computes alike: a linear congruential generator (Numerical Recipes), 24 bits of each state. */
export function numbers(count: number, seed = count): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >> 8) / 2 ** 23;
  });
}

const classes = Int32Array.from({ length: rows }, (_, row) => (row * row) % 3);

const tanhWithSgd: Network = {
  model: model("tanh", { x: f32("batch", 6), y: f32("batch", 1) }, ({ x, y }) => {
    const z = nn.linear(nn.tanh(nn.linear(nn.standardize(x), 9)), 1);
    return { outputs: { z }, loss: losses.mse(z, y) };
  }),
  optimizer: optim.sgd({ lr: 0.05, momentum: 0.9 }),
  data: { x: numbers(rows * 6), y: numbers(rows) },
};

const reluWithAdam: Network = {
  model: model("relu", { x: f32("batch", 5), y: i32("batch") }, ({ x, y }) => {
    const z = nn.linear(nn.relu(nn.linear(x, 12)), 3);
    return { outputs: { p: nn.softmax(z) }, loss: losses.crossEntropy(z, y) };
  }),
  optimizer: optim.adam({ lr: 0.01 }),
  data: { x: numbers(rows * 5), y: classes },
};

const convolution: Network = {
  model: model("convolution", { x: f32("batch", 1, 8, 8), y: i32("batch") }, ({ x, y }) => {
    const maps = nn.maxPool2d(nn.softplus(nn.conv2d(x, 4, 3)), 2);
    const z = nn.linear(nn.flatten(maps), 3);
    return { outputs: { z }, loss: losses.crossEntropy(z, y) };
  }),
  optimizer: optim.sgd({ lr: 0.05 }),
  data: { x: numbers(rows * 64), y: classes },
};

const dropout: Network = {
  model: model("dropout", { x: f32("batch", 7), y: f32("batch", 2) }, ({ x, y }) => {
    const z = nn.linear(nn.dropout(nn.sigmoid(nn.linear(x, 16)), 0.3), 2);
    return { outputs: { z }, loss: losses.bceWithLogits(z, ops.square(y)) };
  }),
  optimizer: optim.adam({ lr: 0.02, weightDecay: 0.01 }),
  data: { x: numbers(rows * 7), y: numbers(rows * 2) },
};

const networks: Readonly<Record<string, Network>> = { tanhWithSgd, reluWithAdam, convolution, dropout };

async function hash(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The tensors of a file of `net.state`, without the header, which says nothing that was computed. */
const tensorsOf = (state: Uint8Array): Uint8Array => state.subarray(8 + new DataView(state.buffer, state.byteOffset).getUint32(0, true));

async function train({ model, optimizer, data }: Network): Promise<Bits> {
  const built = await compile(model, { batch, optimizer });
  const net = await load(built.wasm, { seed: 7 });
  await fit(net, data, { epochs, seed: 7 });
  return { wasm: await hash(built.wasm), state: await hash(tensorsOf(net.state())) };
}

/** The bits of each network after 200 steps in this engine. */
export async function bitsHere(): Promise<Record<string, Bits>> {
  const bits: Record<string, Bits> = {};
  for (const [name, network] of Object.entries(networks)) bits[name] = await train(network);
  return bits;
}
