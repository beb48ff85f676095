// Networks that are no chain of layers, of which a teacher writes short lines.
import { constant, f32, losses, model, nn, ops, parameter } from "gradc";

export const codes = model("codes", { x: f32("batch", 4) }, ({ x }) => {
  const ze = nn.linear(x, 2);
  const table = parameter([5, 2], { init: "ones" });
  const d = ops.sum(ops.square(ops.sub(ops.reshape(ze, ["batch", 1, 2]), table)), { dim: 2 });
  const nearest = ops.gather(table, ops.argmin(d, { dim: 1 }));
  return { outputs: { d, nearest }, loss: losses.mse(ze, nearest) };
});

export const judge = model("judge", { x: f32("batch", 2) }, ({ x }) => {
  const score = nn.linear(x, 1);
  return { outputs: { score }, loss: losses.bceWithLogits(score, ops.broadcast(0, ["batch", 1])) };
});

export const neighbours = model("neighbours", { X: f32("batch", 4, 3), y: f32("batch", 4, 2) }, ({ X, y }) => {
  const A = constant([0.5, 0.5, 0, 0, 0.33, 0.33, 0.33, 0, 0, 0.33, 0.33, 0.33, 0, 0, 0.5, 0.5], [4, 4]);
  const W = parameter([3, 2], { init: "ones" });
  const H = ops.tanh(ops.matmul(A, ops.matmul(X, W)));
  return { outputs: { H }, loss: losses.mse(H, y) };
});

export const pairs = model("pairs", { X: f32("batch", 3, 2), y: f32("batch", 3, 3) }, ({ X, y }) => {
  const left = nn.linear(X, 1);
  const right = nn.linear(X, 1);
  const e = ops.tanh(ops.add(left, ops.transpose(right, 1, 2)));
  return { outputs: { left, right, e }, loss: losses.mse(e, y) };
});

export const twice = model("twice", { x: f32("batch", 2), y: f32("batch", 2) }, ({ x, y }) => {
  const field = nn.sequential(nn.linear(3), nn.tanh, nn.linear(2));
  const middle = ops.add(x, ops.mul(0.5, field(x)));
  const next = ops.add(x, field(middle));
  return { outputs: { middle, next }, loss: losses.mse(next, y) };
});

export const margins = model("margins", { x: f32("batch", 4), y: f32("batch", 3) }, ({ x, y }) => {
  const rows = ops.reshape(nn.linear(x, 6), ["batch", 3, 2]);
  const length = ops.sqrt(ops.add(ops.sum(ops.square(rows), { dim: 2 }), 1));
  const above = ops.square(ops.maximum(0, ops.sub(length, 0.1)));
  return { outputs: { length, above }, loss: ops.mean(ops.mul(y, above)) };
});

export const sequence = model("sequence", { s: f32("batch", 3, 9), y: f32("batch", 2, 7) }, ({ s, y }) => {
  const c = nn.conv1d(s, 2, 3);
  return { outputs: { c }, loss: losses.mse(c, y) };
});

export const ranks = model("ranks", { x: f32("batch", 3), y: f32("batch", 3) }, ({ x, y }) => {
  const score = nn.linear(x, 1, { bias: false });
  const steps = parameter([3], { name: "steps", init: 0.5 });
  const cut = ops.cumsum(ops.softplus(steps), { dim: 0 });
  const logits = ops.sub(score, cut);
  return { outputs: { logits }, loss: losses.bceWithLogits(logits, y, { reduction: "sum" }) };
});

export const centred = model("centred", { x: f32("batch", 3), y: f32("batch", 4) }, ({ x, y }) => {
  const h = nn.linear(x, 4);
  const m = ops.mean(h, { dim: 1, keepDim: true });
  const c = ops.sub(h, m);
  return { outputs: { m, c }, loss: losses.mse(c, y) };
});

export const lowRank = model("lowRank", { x: f32("batch", 4), y: f32("batch", 3) }, ({ x, y }) => {
  const A = parameter([4, 2], { init: "ones" });
  const B = parameter([2, 3], { init: "ones" });
  const out = ops.matmul(ops.matmul(ops.mul(4, x), A), B);
  return { outputs: { out }, loss: losses.mse(out, y, { reduction: "sum" }) };
});

export const hidden = model("hidden", { x: f32("batch", 4), y: f32("batch", 4) }, ({ x, y }) => {
  const z = nn.linear(x, 4);
  const kept = ops.where(ops.compare(y, 0.25, "gt"), z, -30);
  return { outputs: { kept }, loss: losses.mse(nn.softmax(kept), y) };
});

export const experts = model("experts", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
  const g = nn.softmax(nn.linear(x, 4));
  const E = parameter([4, 3, 2], { init: { normal: [0, 0.5] } });
  const opinions = ops.einsum("bi,eio->beo", x, E);
  const out = ops.einsum("be,beo->bo", g, opinions);
  const load = ops.mean(g, { dim: 0 });
  return { outputs: { out, load }, loss: ops.add(losses.mse(out, y), ops.mul(0.01, ops.sum(ops.square(load)))) };
});

export const maxout = model("maxout", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
  const pieces = ops.reshape(nn.linear(x, 8), ["batch", 4, 2]);
  const h = ops.max(pieces, { dim: 2 });
  const yhat = nn.linear(h, 2);
  return { outputs: { yhat }, loss: losses.mse(yhat, y) };
});

/** Channels side by side, of which the mean over all places is taken at once. */
export const branches = model("branches", { x: f32("batch", 2, 4, 4), y: f32("batch", 3) }, ({ x, y }) => {
  const one = nn.relu(nn.conv2d(x, 2, 1));
  const three = nn.conv2d(x, 3, 3, { padding: 1 });
  const all = ops.concat([one, three], { dim: 1 });
  const out = nn.linear(ops.mean(all, { dim: [2, 3] }), 3);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const highway = model("highway", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const H = nn.tanh(nn.linear(x, 3));
  const T = nn.sigmoid(nn.linear(x, 3));
  const h = ops.add(ops.mul(H, T), ops.mul(x, ops.sub(1, T)));
  const score = nn.linear(h, 1);
  const p = nn.sigmoid(score);
  const cost = ops.mul(ops.square(ops.tanh(h)), 0.1);
  return { outputs: { p }, loss: ops.add(losses.bce(p, y), ops.mean(cost)) };
});

/** A row that stands before others, the same in each example. */
export const before = model("before", { tokens: f32("batch", 4, 3), y: f32("batch", 2) }, ({ tokens, y }) => {
  const cls = parameter([1, 3], { init: 0.1 });
  const all = ops.concat([ops.broadcast(cls, ["batch", 1, 3]), tokens], { dim: 1 });
  const out = nn.linear(ops.max(all, { dim: 1 }), 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** Each row beside each other one: both axes are of the rows. */
export const bothWays = model("bothWays", { image: f32("batch", 4), text: f32("batch", 3) }, ({ image, text }) => {
  const u = nn.linear(image, 2);
  const v = nn.linear(text, 2);
  const S = ops.matmul(u, ops.transpose(v, 0, 1));
  const P = ops.add(ops.softmax(S, { dim: 0 }), ops.softmax(S, { dim: 1 }));
  const rest = ops.mean(ops.logSumExp(S, { dim: 0 }));
  return { outputs: { P, rest }, loss: ops.add(ops.mean(ops.square(P)), rest) };
});
