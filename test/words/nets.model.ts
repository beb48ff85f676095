// Nets whose names are single letters, so that every word on a page is one of the page's own.
import { f32, i32, losses, model, nn, ops } from "gradc";

/** Neurons, drawn one by one. */
export const q = model("q", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const h = nn.tanh(nn.linear(x, 2));
  const p = nn.gelu(nn.linear(nn.linear(h, 2), 1));
  return { outputs: { p }, loss: losses.mse(p, y) };
});

/** Vectors alone. */
export const v = model("v", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const h = nn.tanh(nn.linear(x, 2));
  const p = nn.linear(h, 1);
  return { outputs: { p }, loss: losses.mse(p, y) };
});

/** A standardised input and classes. */
export const c = model("c", { x: f32("batch", 2), y: i32("batch") }, ({ x, y }) => {
  const h = nn.leakyRelu(nn.linear(nn.standardize(x), 3));
  const p = nn.linear(h, 3);
  return { outputs: { p }, loss: losses.crossEntropy(p, y) };
});

/** Windows, norms and what is drawn at random; many layers alike. */
export const w = model("w", { x: f32("batch", 2, 12, 12), y: i32("batch"), s: f32("batch", 2) }, ({ x, y, s }) => {
  const k = nn.maxPool2d(nn.relu(nn.batchNorm2d(nn.conv2d(x, 4, 3, { stride: 2, padding: 1 }))), 2);
  const u = nn.avgPool2d(nn.upsample(nn.convTranspose2d(k, 2, 3, { padding: 1 }), { size: [6, 6], mode: "bilinear" }), 2, { padding: 1 });
  const d = nn.adaptiveMaxPool2d(nn.dropout(u, 0.5), 2);
  let h = nn.linear(nn.flatten(d), 4);
  for (let i = 0; i < 5; i++) h = nn.elu(nn.linear(h, 4), { alpha: 0.5 });
  const r = ops.concat([h, ops.flip(s, { dim: 1 }), ops.stopGradient(ops.square(s))], { dim: 1 });
  const p = nn.linear(ops.div(r, ops.add(ops.norm(r), 1)), 3);
  return { outputs: { p }, loss: ops.add(losses.crossEntropy(p, y), ops.mean(ops.maximum(s, 0.5))) };
});

/** Steps in time, words and what attends to them. */
export const t = model("t", { x: i32("batch", 4), y: f32("batch", 2) }, ({ x, y }) => {
  const e = nn.layerNorm(nn.embedding(x, 5, 4));
  const a = nn.multiheadAttention(e, e, e, 2);
  const l = nn.lstm(ops.add(a, e), 3);
  const g = nn.gru(l.output, 3);
  const h = ops.sum(g.output, { dim: 1 });
  const p = ops.where(ops.compare(h, 0, "gt"), ops.abs(h), ops.mul(h, 0.5));
  return { outputs: { p }, loss: losses.mse(nn.linear(p, 2), y) };
});
