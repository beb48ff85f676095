// What the test of the compiler in a page does there and in Node.

import { elementwise, f32, losses, model, nn, ops, optim, type Tensor } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";

const inputs = { x: f32("batch", 2), y: f32("batch", 1) };

const xor = model("xor", inputs, ({ x, y }) => {
  const out = nn.linear(nn.tanh(nn.linear(x, 4)), 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

const data = { x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 0] };

/** The module of the network that learns to tell whether two bits differ, and what it says when it is trained. */
export async function trainXor() {
  const { wasm } = await compile(xor, { batch: 4, optimizer: optim.adam({ lr: 0.05 }) });
  const net = await load(wasm, { seed: 1 });
  for (let step = 0; step < 400; step++) net.step(data);
  return { wasm: Array.from(wasm), out: Array.from(net.predict(data).out as Float32Array) };
}

/** A penalty with a formula, which is read when the body has run. */
const penalty = { lambda: 0.1, weights: ["*"], measure: (w: Tensor) => ops.sum(elementwise("w^2 / (1 + w^2)")(w)) };

/** The module of a network with an arrow, and how often its body ran. */
export async function compileScalars() {
  let bodies = 0;
  const scalars = model("scalars", inputs, ({ x, y }) => {
    bodies += 1;
    const out = nn.linear(elementwise((v) => v / (1 + Math.abs(v)))(x), 1);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
  const { wasm } = await compile(scalars, { optimizer: optim.sgd(), penalties: [penalty] });
  return { wasm: Array.from(wasm), bodies };
}

/** What is said of a definition file. */
export const compileFile = (path: string): Promise<string> => compile(path).then(() => "compiled", String);
