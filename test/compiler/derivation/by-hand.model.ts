// Losses that a student writes by hand, in forms that overflow.
import { f32, model, nn, ops, parameter } from "gradc";

const inputs = { x: f32("batch", 2), y: f32("batch", 3) };

export const penalised = model("penalised", inputs, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const p = nn.sigmoid(z);
  const data = ops.neg(ops.mean(ops.add(ops.mul(y, ops.log(p)), ops.mul(ops.sub(1, y), ops.log(ops.sub(1, p))))));
  const w = parameter([2]);
  const penalty = ops.mul(0.01, ops.sum(ops.square(w)));
  return { outputs: { p }, loss: ops.add(data, penalty) };
});

export const softmax = model("softmax", inputs, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const e = ops.exp(z);
  const p = ops.div(e, ops.sum(e, { dim: 1, keepDim: true }));
  const lp = ops.log(p);
  return { outputs: { p }, loss: ops.neg(ops.mean(ops.sum(ops.mul(y, lp), { dim: 1 }))) };
});

export const twice = model("twice", inputs, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const p = nn.sigmoid(z);
  const first = ops.neg(ops.mean(ops.mul(y, ops.log(p))));
  const second = ops.neg(ops.sum(ops.mul(ops.sub(1, y), ops.log(ops.sub(1, p)))));
  return { outputs: { p }, loss: ops.add(first, ops.mul(2, second)) };
});

/** What is told of p in one term only runs through p. */
export const shared = model("shared", inputs, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const p = nn.sigmoid(z);
  const overlap = ops.mean(ops.mul(p, y));
  const bce = ops.neg(ops.mean(ops.add(ops.mul(y, ops.log(p)), ops.mul(ops.sub(1, y), ops.log(ops.sub(1, p))))));
  return { outputs: { p }, loss: ops.sub(bce, ops.mul(0.5, overlap)) };
});

/** A rate stands in one term of what runs, and in both as it was written. */
export const counts = model("counts", inputs, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const rate = ops.exp(z);
  const fit = ops.sub(ops.mul(y, ops.log(rate)), rate);
  return { outputs: { rate }, loss: ops.neg(ops.mean(fit)) };
});

/** Probabilities that lie on no way of each other. */
export const heads = model("heads", inputs, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const p = nn.sigmoid(nn.linear(z, 3));
  const q = nn.sigmoid(nn.linear(z, 3));
  const first = ops.neg(ops.mean(ops.log(p)));
  const second = ops.neg(ops.mean(ops.mul(y, ops.log(q))));
  return { outputs: { p, q }, loss: ops.add(first, second) };
});

/** The names m and s are those of columns, which what runs has none of. */
export const shifted = model("shifted", inputs, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const m = ops.max(z, { dim: 1, keepDim: true });
  const e = ops.exp(ops.sub(z, m));
  const s = ops.sum(e, { dim: 1, keepDim: true });
  const p = ops.div(e, s);
  return { outputs: { p }, loss: ops.neg(ops.mean(ops.sum(ops.mul(y, ops.log(p)), { dim: 1 }))) };
});

/** What p is made of runs with its factors the other way round. */
export const scaled = model("scaled", inputs, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const h = ops.mul(2, nn.tanh(z));
  const p = nn.sigmoid(nn.linear(h, 3));
  return { outputs: { h }, loss: ops.neg(ops.mean(ops.mul(y, ops.log(p)))) };
});

/** One example, one neuron, whose weights are declared by hand. */
export const neuron = model("neuron", { x: f32(2), y: f32() }, ({ x, y }) => {
  const w = parameter([2]);
  const b = parameter([]);
  const p = ops.sigmoid(ops.add(ops.matmul(x, w), b));
  return { outputs: { p }, loss: ops.add(ops.square(ops.sub(p, y)), ops.mul(0.1, ops.matmul(w, w))) };
});

/** One example whose products are summed element by element, with an error that the gradient by p is too. */
export const summed = model("summed", { x: f32(2), y: f32() }, ({ x, y }) => {
  const w = parameter([2]);
  const b = parameter([]);
  const z = ops.add(ops.sum(ops.mul(w, x)), b);
  const p = ops.sigmoid(z);
  return { outputs: { p }, loss: ops.mul(0.5, ops.square(ops.sub(p, y))) };
});

/** An entropy stands with p in both forms. */
export const entropy = model("entropy", inputs, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const p = nn.sigmoid(z);
  const fit = ops.mean(ops.square(ops.sub(p, y)));
  const doubt = ops.neg(ops.mean(ops.add(ops.mul(p, ops.log(p)), ops.mul(ops.sub(1, p), ops.log(ops.sub(1, p))))));
  return { outputs: { p }, loss: ops.sub(fit, doubt) };
});

/** One loss by two names. */
export const renamed = model("renamed", inputs, ({ x, y }) => {
  const p = nn.sigmoid(nn.linear(x, 3));
  const total = ops.neg(ops.mean(ops.mul(y, ops.log(p))));
  return { outputs: { p }, loss: total };
});

/** Rows by a vector. */
export const rows = model("rows", { x: f32("batch", 2), y: f32("batch") }, ({ x, y }) => {
  const w = parameter([2]);
  const s = ops.matmul(x, w);
  return { outputs: { s }, loss: ops.mean(ops.square(ops.sub(s, y))) };
});

/** Neurons of numbers: nothing has an axis. */
export const numbers = model("numbers", { x1: f32(), x2: f32(), y: f32() }, ({ x1, x2, y }) => {
  const w1 = parameter([]);
  const w2 = parameter([]);
  const v = parameter([]);
  const b = parameter([]);
  const a = ops.add(ops.mul(w1, x1), ops.mul(w2, x2));
  const h = ops.tanh(a);
  const out = ops.tanh(ops.add(ops.mul(v, h), b));
  const penalty = ops.mul(0.1, w1);
  return { outputs: { out }, loss: ops.add(ops.square(ops.sub(out, y)), penalty) };
});

/** What is affine within a loss without a name of its own is no neuron. */
export const plain = model("plain", { x: f32(), y: f32() }, ({ x, y }) => {
  const w = parameter([]);
  const b = parameter([]);
  return { outputs: { x }, loss: ops.square(ops.sub(ops.add(ops.mul(w, x), b), y)) };
});
