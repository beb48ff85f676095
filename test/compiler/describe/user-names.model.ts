// Values whose names stood on what rewriting looks through: axes of extent 1 that are added, products, other shapes.
import { f32, gradient, i32, losses, model, nn, ops, parameter, type Tensor } from "gradc";

const inputs = { x: f32("batch", 6), y: f32("batch", 3) };

export const length = model("length", inputs, ({ x, y }) => {
  const h = nn.linear(x, 3);
  const n = ops.norm(h, { dim: 1, keepDim: true });
  const out = ops.div(h, n);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const capsule = model("capsule", inputs, ({ x, y }) => {
  const s = ops.reshape(nn.linear(x, 12), ["batch", 3, 4]);
  const n2 = ops.sum(ops.square(s), { dim: 2, keepDim: true });
  const caps = ops.mul(ops.div(n2, ops.add(1, n2)), ops.div(s, ops.sqrt(ops.add(n2, 1e-6))));
  const out = ops.sum(caps, { dim: 2 });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const moments = model("moments", inputs, ({ x, y }) => {
  const h = nn.linear(x, 3);
  const mu = ops.mean(h, { dim: 1, keepDim: true });
  const v = ops.mean(ops.square(ops.sub(h, mu)), { dim: 1, keepDim: true });
  const out = ops.div(ops.sub(h, mu), ops.sqrt(ops.add(v, 1e-5)));
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const both = model("both", inputs, ({ x }) => {
  const r = ops.norm(x, { dim: 1, keepDim: true });
  const c = ops.norm(x, { dim: 0, keepDim: true });
  const out = nn.linear(ops.div(x, ops.mul(c, r)), 2);
  return { outputs: { out } };
});

/** What is added is one number a row, of the shape of a column: this reshape is told. */
export const column = model("column", { x: f32("batch", 5), y: f32("batch", 1) }, ({ x, y }) => {
  const pair = ops.sum(ops.square(nn.linear(x, 3)), { dim: 1, keepDim: true });
  const out = ops.add(nn.linear(x, 1), pair);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const decoder = model("decoder", { source: f32("batch", 4, 2), target: f32("batch", 3, 2) }, ({ source, target }) => {
  const encoded = nn.rnn(source, 3);
  const last = ops.reshape(ops.slice(encoded.output, [0, 3, 0], ["batch", 1, 3]), ["batch", 3]);
  const cell = nn.linear(3);
  const readout = nn.linear(2);
  const decoded = ops.scan(
    ({ carry }) => {
      const h = ops.tanh(cell(ops.concat([carry.h, carry.o], { dim: 1 })));
      const o = readout(h);
      return { carry: { h, o }, outputs: { o } };
    },
    { carry: { h: last, o: ops.broadcast(0, ["batch", 2]) }, length: 3, dim: 1 },
  );
  const out = decoded.outputs.o;
  return { outputs: { out }, loss: losses.mse(out, target) };
});

export const padded = model("padded", { tokens: i32("batch", 5), y: f32("batch", 1) }, ({ tokens, y }) => {
  const e = nn.embedding(tokens, 9, 4, { paddingIdx: 0 });
  const out = nn.linear(ops.sum(ops.square(e), { dim: 1 }), 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const directions = model("directions", { x: f32("batch", 4, 3), y: f32("batch", 4) }, ({ x, y }) => {
  const g = nn.gru(x, 2, { bidirectional: true });
  const out = ops.mean(g.output, { dim: 1 });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** Negatives, differences and constants over something keep their lines where arithmetic would take them apart. */
export const signs = model("signs", inputs, ({ x, y }) => {
  const h = nn.linear(x, 3);
  const force = ops.neg(ops.add(ops.cos(h), ops.sin(h)));
  const speed = ops.sub(h, force);
  const gap = ops.sub(ops.cos(h), h);
  const back = ops.neg(gap);
  const inverse = ops.div(1, ops.add(ops.square(h), 1));
  const out = ops.mul(ops.mul(ops.add(h, ops.mul(speed, 0.1)), back), inverse);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** What no loss depends on is read as it was written too. */
export const onlyPredicted = model("onlyPredicted", { x: f32("batch", 6) }, ({ x }) => {
  const h = nn.linear(x, 3);
  const force = ops.neg(ops.add(ops.cos(h), ops.sin(h)));
  const speed = ops.sub(h, force);
  const row = ops.reshape(speed, ["batch", 1, 3]);
  const out = ops.tanh(row);
  return { outputs: { out } };
});

export const best = model("best", { x: f32("batch", 5), y: f32("batch", 2) }, ({ x, y }) => {
  const best = ops.topK(nn.linear(x, 4), 2);
  return { outputs: { out: best.values, idx: best.indices }, loss: losses.mse(best.values, y) };
});

/** A sequence of one step, whose state turned is no more than that with an axis added. */
export const oneStep = model("oneStep", { x: f32("batch", 1, 3), h0: f32("batch", 1, 2) }, ({ x, h0 }) => {
  const rec = nn.gru(x, 2, { h0 });
  const out = nn.linear(rec.output, 2);
  return { outputs: { out, hn: rec.hn } };
});

/** Of a step the layer says what gates and states are called, and so what their errors are. */
export const memory = model("memory", { x: f32("batch", 4, 3), y: f32("batch", 2) }, ({ x, y }) => {
  const rec = nn.lstm(x, 2);
  const out = ops.mean(rec.output, { dim: 1 });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const stacked = model("stacked", { x: f32("batch", 4, 3), y: f32("batch", 2) }, ({ x, y }) => {
  const { output } = nn.gru(x, 2, { numLayers: 2 });
  return { outputs: { output }, loss: losses.mse(ops.mean(output, { dim: 1 }), y) };
});

/** Elements of an array that variables take. */
export const triple = model("triple", { a: f32("batch", 3), p: f32("batch", 3), n: f32("batch", 3) }, ({ a, p, n }) => {
  const embed = nn.sequential(nn.linear(4), nn.relu, nn.linear(2));
  const [ea, ep, en] = [embed(a), embed(p), embed(n)];
  const near = ops.sum(ops.square(ops.sub(ea, ep)), { dim: 1 });
  const far = ops.sum(ops.square(ops.sub(ea, en)), { dim: 1 });
  const slack = nn.relu(ops.add(ops.sub(near, far), 0.2));
  return { outputs: { near, far }, loss: ops.mean(slack) };
});

/** Values in another shape that are added. */
export const biases = model("biases", { user: i32("batch"), item: i32("batch"), r: f32("batch") }, ({ user, item, r }) => {
  const bu = ops.reshape(nn.embedding(user, 6, 1), ["batch"]);
  const bi = ops.reshape(nn.embedding(item, 5, 1), ["batch"]);
  const mu = parameter([], { init: 3 });
  const guess = ops.add(mu, ops.add(bu, bi));
  return { outputs: { guess }, loss: losses.mse(guess, r) };
});

/** A derivative that is there only to be differentiated once more. */
export const oscillator = model("oscillator", { t: f32("batch", 1) }, ({ t }) => {
  const u = nn.linear(nn.tanh(nn.linear(t, 5)), 1);
  const [du] = gradient(ops.sum(u), [t]) as [Tensor];
  const [ddu] = gradient(ops.sum(du), [t]) as [Tensor];
  const residual = ops.add(ddu, ops.mul(4, u));
  return { outputs: { u }, loss: ops.mean(ops.square(residual)) };
});
