import { test, expect } from "vitest";
import { compile, interpret } from "gradc/compiler";
import { load, fit } from "gradc/runtime";
import { optim, model, nn, f32, i32, losses, ops } from "gradc";
const rnd = (n: number) => Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898) * 2);
test("cnn", async () => {
  const m = model("cnn", { x: f32("batch", 1, 28, 28), y: i32("batch") }, ({ x, y }) => {
    const c1 = nn.maxPool2d(nn.relu(nn.conv2d(x, 8, 5, { padding: 2, name: "c1" })), 2);
    const c2 = nn.maxPool2d(nn.relu(nn.conv2d(c1, 16, 5, { padding: 2, name: "c2" })), 2);
    const logits = nn.linear(nn.flatten(c2), 10, { name: "out" });
    return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
  });
  let t0 = performance.now();
  const built = await compile(m, { batch: 32, optimizer: optim.sgd({ lr: 0.01 }) });
  console.log("compile", performance.now() - t0, built.wasm.length, built.manifest.bytes);
  console.log(built.kernels.filter((k) => k.startsWith("kernel step")).join("\n"));
  const net = await load(built);
  const x = Float32Array.from(rnd(32 * 784)); const y = Int32Array.from({ length: 32 }, (_, i) => i % 10);
  for (let i = 0; i < 3; i++) console.log(net.step({ x, y }));
  t0 = performance.now(); for (let i = 0; i < 5; i++) net.step({ x, y }); console.log("step ms", (performance.now() - t0) / 5);
}, 60000);
test("w2", async () => {
  const m = model("w2", { x: f32("batch", 784), y: i32("batch") }, ({ x, y }) => {
    const logits = nn.linear(nn.relu(nn.linear(x, 128, { name: "h" })), 10, { name: "out" });
    return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
  });
  let t0 = performance.now();
  const built = await compile(m, { batch: 64, optimizer: optim.sgd({ lr: 0.01 }) });
  console.log("compile", performance.now() - t0, built.wasm.length, built.manifest.bytes);
  console.log(built.kernels.filter((k) => k.startsWith("kernel step")).join("\n"), built.formulas);
  const net = await load(built);
  const x = Float32Array.from(rnd(64 * 784)); const y = Int32Array.from({ length: 64 }, (_, i) => i % 10);
  for (let i = 0; i < 1000; i++) net.step({ x, y });
  t0 = performance.now(); for (let i = 0; i < 1000; i++) net.step({ x, y }); console.log("step us", (performance.now() - t0));
}, 60000);
