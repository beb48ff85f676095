import { f32, i32, losses, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { writeFileSync } from "node:fs";
const values = (count: number) => Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 257) / 64 - 2);
const classes = (count: number) => Int32Array.from({ length: count }, (_, i) => i % 10);
const conv = model("conv", { x: f32("batch", 3, 32, 32), y: i32("batch") }, ({ x, y }) => {
  const a = nn.relu(nn.conv2d(x, 32, 3, { padding: 1 }));
  const c = nn.relu(nn.conv2d(a, 64, 3, { stride: 2, padding: 1 }));
  const logits = nn.linear(nn.flatten(c), 10);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
});
const w4 = model("w4", { x: f32("batch", 1, 28, 28), y: i32("batch") }, ({ x, y }) => {
  const first = nn.maxPool2d(nn.relu(nn.conv2d(x, 8, 5, { padding: 2 })), 2);
  const second = nn.maxPool2d(nn.relu(nn.conv2d(first, 16, 5, { padding: 2 })), 2);
  const logits = nn.linear(nn.flatten(second), 10);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
});
const all: [any, number, number, number][] = [[conv, 16, 3072, 4], [w4, 32, 784, 20]];
for (const [net, batch, width, steps] of all) {
  if (process.argv[2] && net.name !== process.argv[2]) continue;
  const { wasm, manifest } = await compile(net, { batch, optimizer: optim.sgd({ lr: 0.001 }) });
  writeFileSync(`/tmp/${net.name}.wasm`, wasm);
  const r = await load(wasm);
  const inputs = { x: values(batch * width), y: classes(batch) };
  let loss: any;
  const round = () => { const s = performance.now(); for (let i = 0; i < steps; i++) loss = r.step(inputs); return (performance.now() - s) / steps; };
  const t = Math.min(...Array.from({ length: 6 }, round));
  console.log(manifest.name, t.toFixed(3), "ms", wasm.length, manifest.bytes, JSON.stringify(loss));
}
