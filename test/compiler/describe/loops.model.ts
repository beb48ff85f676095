// Loops of which a page has to say by other names what steps are handed, what all steps have, and what goes from one loop into another.
import { f32, i32, losses, model, nn, ops, parameter, type Tensor } from "gradc";

/** The last step of what is handed on has its name. */
export const lastByName = model("lastByName", { x: f32("batch", 2), y: f32("batch", 2) }, ({ x, y }) => {
  const W = parameter([2, 2], { name: "W" });
  const f = (z: Tensor) => ops.tanh(ops.matmul(z, W));
  const { carry } = ops.scan(({ carry: { h } }) => ({ carry: { h: ops.add(h, f(h)) } }), { carry: { h: x }, length: 4 });
  const h = carry.h;
  return { outputs: { h }, loss: losses.mse(h, y) };
});

/** The same, and all steps of it are taken as a whole. */
export const lastBesideAll = model("lastBesideAll", { x: f32("batch", 2), y: f32("batch", 2) }, ({ x, y }) => {
  const W = parameter([2, 2], { name: "W" });
  const { carry, outputs } = ops.scan(
    ({ carry: { h } }) => {
      const after = () => ops.add(h, ops.tanh(ops.matmul(h, W)));
      return { carry: { h: after() }, outputs: { h: after() } };
    },
    { carry: { h: x }, length: 4 },
  );
  const h = carry.h;
  const turned = ops.roll(outputs.h, 1, 1);
  return { outputs: { h, turned }, loss: ops.add(losses.mse(h, y), ops.mean(ops.cumsum(turned, { dim: 1 }))) };
});

/** What goes from the steps of one loop into those of another. */
export const layers = model("layers", { s: f32("batch", 4, 2), y: f32("batch", 3) }, ({ s, y }) => {
  const rec = nn.lstm(s, 3, { numLayers: 2, dropout: 0.2 });
  const out = nn.linear(ops.mean(rec.output, { dim: 1 }), 3);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** The same from both directions. */
export const directions = model("directions", { s: f32("batch", 4, 2), y: f32("batch", 6) }, ({ s, y }) => {
  const rec = nn.gru(s, 3, { numLayers: 2, dropout: 0.2, bidirectional: true });
  const out = ops.mean(rec.output, { dim: 1 });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** An error that steps hand on as it is, and one that is taken as a whole. */
export const handedOn = model("handedOn", { x: f32("batch", 5, 2) }, ({ x }) => {
  const learned = nn.linear(x, 2);
  const rest = ops.slice(learned, [0, 1, 0], ["batch", 4, 2]);
  const start = ops.reshape(ops.slice(learned, [0, 0, 0], ["batch", 1, 2]), ["batch", 2]);
  const { carry } = ops.scan(({ carry: { a, e }, inputs: { r } }) => ({ carry: { a: ops.add(ops.tanh(a), r), e: ops.add(e, ops.square(a)) } }), {
    carry: { a: start, e: ops.broadcast(0, ["batch", 2]) },
    inputs: { r: rest },
  });
  return { outputs: { e: carry.e }, loss: ops.add(ops.mean(carry.e), ops.mean(ops.square(carry.a))) };
});

/** Steps that count in some rows alone. */
export const counted = model("counted", { s: f32("batch", 4, 2), n: f32("batch", 4), y: f32("batch", 3) }, ({ s, n, y }) => {
  const rec = nn.lstm(s, 3, { mask: n });
  const out = ops.mean(rec.output, { dim: 1 });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** The same of gates whose errors are parts of each other. */
export const countedGates = model("countedGates", { s: f32("batch", 4, 2), n: f32("batch", 4), y: f32("batch", 3) }, ({ s, n, y }) => {
  const rec = nn.gru(s, 3, { mask: n });
  const out = ops.mean(rec.output, { dim: 1 });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** A body on a spring, by the method of the midpoint: what a step computes on the way has names. */
export const spring = model("spring", { place: f32("batch"), y: f32("batch", 4) }, ({ place, y }) => {
  const stiffness = parameter([], { init: 1, name: "stiffness" });
  const start = { place, speed: ops.broadcast(0, ["batch"]) };
  const body = ({ carry }: { carry: { place: Tensor; speed: Tensor } }) => {
    const force = ops.neg(ops.mul(stiffness, ops.mul(carry.place, carry.place)));
    const half = { place: ops.add(carry.place, ops.mul(carry.speed, 0.25)), speed: ops.add(carry.speed, ops.mul(force, 0.25)) };
    const halfForce = ops.neg(ops.mul(stiffness, ops.mul(half.place, half.place)));
    const next = { place: ops.add(carry.place, ops.mul(half.speed, 0.5)), speed: ops.add(carry.speed, ops.mul(halfForce, 0.5)) };
    return { carry: next, outputs: { place: next.place } };
  };
  const path = ops.scan(body, { carry: start, length: 4 }).outputs.place;
  return { outputs: { path }, loss: losses.mse(path, y) };
});

/** Two layers without names in one expression. */
export const unnamed = model("unnamed", { s: f32("batch", 4, 2), y: f32("batch", 4, 2) }, ({ s, y }) => {
  const out = nn.linear(ops.add(nn.gru(s, 3).output, nn.lstm(s, 3).output), 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** The same, of which the last steps are taken. */
export const unnamedLast = model("unnamedLast", { s: f32("batch", 4, 2), y: f32("batch", 1, 2) }, ({ s, y }) => {
  const out = nn.linear(ops.add(nn.rnn(s, 3).hn, nn.gru(s, 3).hn), 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** A variance that begins with 1 in each row, and one number that all steps share. */
export const filter = model("filter", { z: f32("batch", 5) }, ({ z }) => {
  const Q = ops.exp(parameter([], { name: "q" }));
  const R = ops.exp(parameter([], { name: "r" }));
  const run = ops.scan(
    ({ carry, inputs }) => {
      const Pm = ops.add(carry.P, Q);
      const K = ops.div(Pm, ops.add(Pm, R));
      const e = ops.sub(inputs.z, carry.m);
      const cost = ops.add(ops.log(ops.add(Pm, R)), ops.div(ops.square(e), ops.add(Pm, R)));
      return { carry: { m: ops.add(carry.m, ops.mul(K, e)), P: ops.mul(ops.sub(1, K), Pm) }, outputs: { cost } };
    },
    { carry: { m: ops.broadcast(0, ["batch"]), P: ops.broadcast(1, ["batch"]) }, inputs: { z }, dim: 1 },
  );
  return { outputs: { m: run.carry.m }, loss: ops.mean(run.outputs.cost) };
});

/** A state to begin with that is learned, the same in each row. */
export const learnedStart = model("learnedStart", { s: f32("batch", 4, 2), y: f32("batch", 3) }, ({ s, y }) => {
  const first = parameter([3], { init: 0.1 });
  const cell = nn.linear(3);
  const { carry } = ops.scan(({ carry, inputs }) => ({ carry: { h: ops.tanh(cell(ops.concat([inputs.x, carry.h], { dim: 1 }))) } }), {
    carry: { h: ops.broadcast(first, ["batch", 3]) },
    inputs: { x: s },
    dim: 1,
  });
  return { outputs: { h: carry.h }, loss: losses.mse(carry.h, y) };
});

/** Steps that look at all steps of another loop. */
export const looking = model("looking", { s: f32("batch", 4, 2), y: f32("batch", 3, 2) }, ({ s, y }) => {
  const seen = nn.rnn(s, 2).output;
  const { outputs } = ops.scan(
    ({ carry }) => {
      const c = ops.einsum("bt,bth->bh", ops.einsum("bth,bh->bt", seen, carry.d), seen);
      const d = ops.tanh(c);
      return { carry: { d }, outputs: { d } };
    },
    { carry: { d: ops.broadcast(1, ["batch", 2]) }, length: 3, dim: 1 },
  );
  return { outputs: { d: outputs.d }, loss: losses.mse(outputs.d, y) };
});

/** Each step has an error of its own, of a layer behind the loop. */
export const letters = model("letters", { s: f32("batch", 4, 2), next: i32("batch", 4) }, ({ s, next }) => {
  const W = parameter([2, 3], { name: "W", init: "ones" });
  const U = parameter([3, 3], { name: "U", init: "ones" });
  const { outputs } = ops.scan(
    ({ carry, inputs }) => {
      const h = ops.tanh(ops.add(ops.matmul(inputs.s, W), ops.matmul(carry.h, U)));
      return { carry: { h }, outputs: { h } };
    },
    { carry: { h: ops.broadcast(0, ["batch", 3]) }, inputs: { s }, dim: 1 },
  );
  const scores = nn.linear(outputs.h, 5);
  return { outputs: { scores }, loss: losses.crossEntropy(scores, next) };
});

/** A cell from matrices, whose sum has a name. */
export const cell = model("cell", { x: f32("batch", 4, 2), y: f32("batch", 3) }, ({ x, y }) => {
  const U = parameter([2, 3], { init: "xavierUniform" });
  const V = parameter([3, 3], { init: "xavierUniform" });
  const run = ops.scan(
    ({ carry, inputs }) => {
      const a = ops.add(ops.matmul(inputs.x, U), ops.matmul(carry.h, V));
      return { carry: { h: ops.tanh(a) }, outputs: {} };
    },
    { carry: { h: ops.broadcast(0, ["batch", 3]) }, inputs: { x } },
  );
  return { outputs: { h: run.carry.h }, loss: losses.mse(run.carry.h, y) };
});
