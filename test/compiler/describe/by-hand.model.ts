// What layers do, written by hand of ops and names.
import { constant, f32, i32, losses, model, nn, ops, parameter } from "gradc";

export const attention = model("attention", { x: f32("batch", 5, 4), y: f32("batch", 5, 4) }, ({ x, y }) => {
  const q = nn.linear(x, 3);
  const k = nn.linear(x, 3);
  const v = nn.linear(x, 4);
  const S = ops.div(ops.matmul(q, ops.transpose(k, 1, 2)), Math.sqrt(3));
  const A = nn.softmax(S);
  const out = ops.matmul(A, v);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** Two inputs with the same layer, and how far they are apart. */
export const twins = model("twins", { a: f32("batch", 4), b: f32("batch", 4), y: f32("batch", 1) }, ({ a, b, y }) => {
  const enc = nn.linear(3);
  const ea = enc(a);
  const eb = enc(b);
  const d = ops.norm(ops.sub(ea, eb), { dim: 1, keepDim: true });
  const out = nn.linear(d, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** Residual sums of what is dropped. */
export const sums = model("sums", { x: f32("batch", 4), y: f32("batch", 4) }, ({ x, y }) => {
  const one = nn.linear(4);
  const two = nn.linear(4);
  const middle = nn.tanh(ops.add(x, nn.dropout(one(x), 0.2)));
  const out = nn.linear(ops.add(middle, nn.dropout(two(middle), 0.2)), 4);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** The smaller of two gains, taken away. */
export const smaller = model("smaller", { x: f32("batch", 3), gain: f32("batch", 2) }, ({ x, gain }) => {
  const ratio = nn.linear(x, 2);
  const clipped = ops.clamp(ratio, 0.8, 1.2);
  return { outputs: { ratio }, loss: ops.neg(ops.mean(ops.minimum(ops.mul(ratio, gain), ops.mul(clipped, gain)))) };
});

/** The loss of quantiles, whose slope is another one below and above. */
export const quantiles = model("quantiles", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const q = nn.linear(x, 3);
  const tau = constant([0.1, 0.5, 0.9]);
  const e = ops.sub(y, q);
  const pinball = ops.maximum(ops.mul(tau, e), ops.mul(ops.sub(tau, 1), e));
  return { outputs: { q }, loss: ops.mean(ops.sum(pinball, { dim: 1 })) };
});

/** All paths through a chain of labels, by log Σ exp in each step. */
export const paths = model("paths", { x: f32("batch", 4, 3) }, ({ x }) => {
  const emission = nn.linear(x, 2);
  const between = parameter([2, 2], { init: { normal: [0, 1] } });
  const { carry } = ops.scan(
    ({ carry, inputs }) => {
      const both = ops.add(ops.reshape(carry.alpha, ["batch", 2, 1]), between);
      return { carry: { alpha: ops.add(ops.logSumExp(both, { dim: 1 }), inputs.e) } };
    },
    { carry: { alpha: ops.broadcast(0, ["batch", 2]) }, inputs: { e: emission }, dim: 1 },
  );
  const logZ = ops.logSumExp(carry.alpha, { dim: 1 });
  return { outputs: { logZ }, loss: ops.mean(logZ) };
});

/** Steps that look at a sequence. */
export const decoder = model("decoder", { x: f32("batch", 4, 3), y: f32("batch", 3) }, ({ x, y }) => {
  const cell = nn.linear(3);
  const { carry } = ops.scan(
    ({ carry }) => {
      const scores = ops.einsum("bth,bh->bt", x, carry.s);
      const a = nn.softmax(scores);
      const c = ops.einsum("bt,bth->bh", a, x);
      return { carry: { s: ops.tanh(cell(ops.concat([c, carry.s], { dim: 1 }))) } };
    },
    { carry: { s: y }, length: 3 },
  );
  return { outputs: { last: carry.s }, loss: losses.mse(carry.s, y) };
});

/** Normalisation over the rows, with a scale and a shift. */
export const normalised = model("normalised", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const z = nn.linear(x, 4);
  const mu = ops.mean(z, { dim: 0 });
  const variance = ops.mean(ops.square(ops.sub(z, mu)), { dim: 0 });
  const zhat = ops.div(ops.sub(z, mu), ops.sqrt(ops.add(variance, 1e-5)));
  const gamma = parameter([4], { init: 1 });
  const beta = parameter([4], { init: 0 });
  const shaped = ops.add(ops.mul(gamma, zhat), beta);
  const out = nn.linear(nn.relu(shaped), 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** Distances from the mean in standard deviations of a sample. */
export const deviations = model("deviations", { x: f32("batch", 4), y: f32("batch", 3) }, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const zhat = ops.div(ops.sub(z, ops.mean(z, { dim: 0 })), ops.std(z, { dim: 0 }));
  return { outputs: { zhat }, loss: losses.mse(zhat, y) };
});

/** What an action is worth, among what all of them are. */
export const worth = model("worth", { x: f32("batch", 4), action: i32("batch"), goal: f32("batch") }, ({ x, action, goal }) => {
  const values = nn.linear(x, 3);
  const q = ops.reshape(ops.takeAlongDim(values, ops.reshape(action, ["batch", 1]), { dim: 1 }), ["batch"]);
  return { outputs: { q }, loss: losses.mse(q, goal) };
});

/** How far all numbers of a layer lie apart. */
export const apart = model("apart", { x: f32("batch", 3) }, ({ x }) => {
  const z = nn.linear(x, 3);
  return { outputs: { z }, loss: ops.std(z) };
});

/** An attention of which only what it gives has a name. */
export const looked = model("looked", { x: f32("batch", 4, 3), y: f32("batch", 4, 2) }, ({ x, y }) => {
  const q = nn.linear(x, 3);
  const k = nn.linear(x, 3);
  const v = nn.linear(x, 2);
  const out = ops.matmul(nn.softmax(ops.div(ops.matmul(q, ops.transpose(k, 1, 2)), Math.sqrt(3))), v);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** A scale and a shift that are no layer, before an activation that has no name. */
export const shifted = model("shifted", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const z = nn.linear(x, 4);
  const gamma = parameter([4], { init: 1 });
  const beta = parameter([4], { init: 0 });
  const out = nn.linear(nn.relu(ops.add(ops.mul(gamma, ops.tanh(z)), beta)), 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** Rows of length 1 that are to be alike, and unlike those of others. */
export const alike = model("alike", { left: f32("batch", 4), right: f32("batch", 4) }, ({ left, right }) => {
  const u = ops.normalize(nn.linear(left, 3));
  const v = ops.normalize(nn.linear(right, 3));
  const similarity = ops.div(ops.matmul(u, ops.transpose(v, 0, 1)), 0.1);
  const positive = ops.div(ops.sum(ops.mul(u, v), { dim: 1 }), 0.1);
  return { outputs: { u, v }, loss: ops.mean(ops.sub(ops.logSumExp(similarity, { dim: 1 }), positive)) };
});

/** Two gates of one value. */
export const gated = model("gated", { x: f32("batch", 4), y: f32("batch", 2) }, ({ x, y }) => {
  const H = nn.relu(nn.linear(x, 4));
  const T = nn.sigmoid(nn.linear(x, 4));
  const mixed = ops.add(ops.mul(H, T), ops.mul(x, ops.sub(1, T)));
  const out = nn.linear(mixed, 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** The likelihood of a mixture. */
export const mixture = model("mixture", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const pi = nn.softmax(nn.linear(x, 3));
  const density = ops.exp(ops.neg(ops.square(ops.sub(y, nn.linear(x, 3)))));
  const likelihood = ops.sum(ops.mul(pi, density), { dim: 1 });
  return { outputs: { pi }, loss: ops.neg(ops.mean(ops.log(likelihood))) };
});

/** A square table with a vector beside it, and columns of powers. */
export const beside = model("beside", { u: f32("batch"), x: f32("batch", 3), y: f32("batch", 3) }, ({ u, x, y }) => {
  const W = parameter([3, 3], { init: { normal: [0, 1] } });
  const b = parameter([3], { init: { normal: [0, 1] } });
  const powers = ops.stack([ops.broadcast(1, ["batch"]), u, ops.square(u)], { dim: 1 });
  const V = ops.add(W, b);
  const value = ops.reshape(nn.linear(x, 1), ["batch"]);
  const out = ops.add(ops.matmul(x, V), ops.mul(powers, ops.reshape(value, ["batch", 1])));
  return { outputs: { out }, loss: losses.mse(out, y) };
});
