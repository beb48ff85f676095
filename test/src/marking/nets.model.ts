import { f32, i32, losses, model, nn, ops } from "gradc";

const rows = { x: f32("batch", 3), y: f32("batch", 2) };

export const deep = model("deep", rows, ({ x, y }) => {
  const a = nn.tanh(nn.linear(x, 6));
  const b = nn.tanh(nn.linear(a, 8));
  const out = nn.linear(b, 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const single = model("single", { x: f32(3), y: f32(2) }, ({ x, y }) => {
  const h = nn.sigmoid(nn.linear(x, 6));
  const out = nn.linear(h, 2);
  return { outputs: { out }, loss: losses.mse(out, y, { reduction: "sum" }) };
});

export const rectified = model("rectified", rows, ({ x, y }) => {
  const z = nn.linear(x, 6);
  const h = nn.relu(z);
  const out = nn.linear(h, 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const classes = model("classes", { x: f32("batch", 3), y: i32("batch") }, ({ x, y }) => {
  const h = nn.tanh(nn.linear(x, 6));
  const logits = nn.linear(h, 8);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
});

export const binary = model("binary", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const h = nn.sigmoid(nn.linear(x, 6));
  const z = nn.linear(h, 1);
  return { outputs: { z }, loss: losses.bceWithLogits(z, y) };
});

export const residual = model("residual", { x: f32("batch", 6), y: f32("batch", 2) }, ({ x, y }) => {
  const h = nn.tanh(nn.linear(x, 6));
  const s = ops.add(h, x);
  const out = nn.linear(s, 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const gated = model("gated", rows, ({ x, y }) => {
  const g = nn.sigmoid(nn.linear(x, 6));
  const v = nn.tanh(nn.linear(x, 6));
  const h = ops.mul(g, v);
  const out = nn.linear(h, 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const squares = model("squares", { x: f32(3), y: f32(2) }, ({ x, y }) => {
  const a = nn.linear(x, 2);
  const q = ops.square(a);
  return { outputs: { q }, loss: ops.sum(ops.square(ops.sub(q, y))) };
});

export const soft = model("soft", rows, ({ x, y }) => {
  const h = nn.softplus(nn.linear(x, 6));
  const out = nn.linear(h, 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const scaled = model("scaled", { x: f32("batch", 6), y: f32("batch", 6) }, ({ x, y }) => {
  const a = nn.tanh(nn.linear(x, 8));
  const b = nn.sigmoid(nn.linear(a, 6));
  const c = ops.mul(b, x);
  return { outputs: { c }, loss: losses.mse(c, y) };
});
