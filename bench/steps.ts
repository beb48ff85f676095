// Times whole training steps: npm run bench
// Each figure is the fastest of eight rounds, as a single thread in the profile exact; compare only figures of one run.
import { gzipSync } from "node:zlib";
import { f32, i32, losses, type Model, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";

interface Workload {
  readonly model: Model;
  readonly batch: number;
  readonly inputs: Readonly<Record<string, Float32Array | Int32Array>>;
  /** Steps of one round. */
  readonly steps: number;
}

const values = (count: number) => Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 257) / 64 - 2);
const classes = (count: number) => Int32Array.from({ length: count }, (_, i) => i % 10);

const regression = model("w1", { x: f32("batch", 13), y: f32("batch", 1) }, ({ x, y }) => {
  const price = nn.linear(nn.tanh(nn.linear(x, 5)), 1);
  return { outputs: { price }, loss: losses.mse(price, y) };
});

const digits = model("w2", { x: f32("batch", 784), y: i32("batch") }, ({ x, y }) => {
  const logits = nn.linear(nn.relu(nn.linear(x, 128)), 10);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
});

const images = model("w4", { x: f32("batch", 1, 28, 28), y: i32("batch") }, ({ x, y }) => {
  const first = nn.maxPool2d(nn.relu(nn.conv2d(x, 8, 5, { padding: 2 })), 2);
  const second = nn.maxPool2d(nn.relu(nn.conv2d(first, 16, 5, { padding: 2 })), 2);
  const logits = nn.linear(nn.flatten(second), 10);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
});

const workloads: readonly Workload[] = [
  { model: regression, batch: 32, inputs: { x: values(32 * 13), y: values(32) }, steps: 20_000 },
  { model: digits, batch: 64, inputs: { x: values(64 * 784), y: classes(64) }, steps: 250 },
  { model: images, batch: 32, inputs: { x: values(32 * 784), y: classes(32) }, steps: 40 },
];

for (const { model: network, batch, inputs, steps } of workloads) {
  const { wasm, manifest } = await compile(network, { batch, optimizer: optim.sgd({ lr: 0.001 }) });
  const net = await load(wasm);
  const round = () => {
    const start = performance.now();
    for (let step = 0; step < steps; step++) net.step(inputs);
    return (1000 * (performance.now() - start)) / steps;
  };
  const fastest = Math.min(...Array.from({ length: 8 }, round));
  console.log(
    `${manifest.name}  ${fastest.toFixed(2)} us a step  ${wasm.length} bytes (${gzipSync(wasm).length} gzip)  ${manifest.bytes} bytes of memory`,
  );
}
