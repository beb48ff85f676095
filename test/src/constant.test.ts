import { expect, test } from "vitest";
import { load } from "../../runtime/index.ts";
import { compile } from "../../src/compile.ts";
import { fitConstants } from "../../src/constant/best.ts";
import { constantModel } from "../../src/constant/model.ts";
import { readingsOf } from "../../src/constant/readings.ts";
import { type Rows, sampleOf } from "../../src/constant/rows.ts";
import { f32, i32, losses, model, nn, ops, optim } from "../../src/index.ts";
import type { InputTypes, Model } from "../../src/model.ts";
import { openModule } from "../../src/open.ts";
import type { Tensor } from "../../src/tensor.ts";

const rows = 40;
const y = Float32Array.from({ length: rows }, (_, i) => 1 + ((i * i) % 17));
const answer = Float32Array.from({ length: rows }, (_, i) => Number(i % 4 === 0));
const kind = Int32Array.from({ length: rows }, (_, i) => (i % 5 < 3 ? 2 : i % 5 === 3 ? 0 : 1));

const mean = (values: ArrayLike<number>, term = (value: number) => value): number =>
  Array.from(values).reduce((sum, value) => sum + term(value), 0) / values.length;
const median = (values: ArrayLike<number>): number => {
  const sorted = Array.from(values).sort((a, b) => a - b);
  return ((sorted[rows / 2 - 1] as number) + (sorted[rows / 2] as number)) / 2;
};
const entropy = (...shares: number[]) => -shares.reduce((sum, share) => sum + share * Math.log(share), 0);

/** The best constant of a model and what its outputs are found to tell. */
async function bestOf<I extends InputTypes, O extends string>(declared: Model<I, O>, targets: Rows) {
  const { wasm, manifest } = await compile(declared, { batch: 8, optimizer: optim.sgd({}) });
  const net = await load(wasm);
  const { program } = await openModule(wasm.slice());
  const constant = await constantModel(program, manifest);
  if (!constant) return undefined;
  for (const name of constant.trained) constant.net.write(name, net.read(name));
  const constants = fitConstants(constant, targets);
  const readings = readingsOf(constant, constants, targets);
  return { constant, kinds: constants.map((each) => each.kind), readings, scores: constant.net.evaluate(targets) };
}

const x = f32("batch", 3);
const column = f32("batch", 1);

test("squares: the mean, with the model's metrics, whatever dropout and standardization do", async () => {
  const squares = model("m", { x, y: column }, ({ x, y }) => {
    const price = nn.linear(nn.dropout(nn.tanh(nn.linear(nn.standardize(x), 4)), 0.5), 1);
    const difference = ops.abs(ops.sub(price, y));
    return {
      outputs: { price },
      loss: losses.mse(price, y),
      metrics: { mae: { sum: ops.sum(difference), count: ops.sum(ops.add(ops.mul(y, 0), 1)) } },
    };
  });
  const best = await bestOf(squares, { y });
  expect(best?.kinds).toEqual(["mean"]);
  expect(best?.scores.loss).toBeCloseTo(
    mean(y, (value) => (value - mean(y)) ** 2),
    4,
  );
  expect(best?.scores.mae).toBeCloseTo(
    mean(y, (value) => Math.abs(value - mean(y))),
    4,
  );
  expect(best?.readings).toMatchObject([{ output: "price", target: "y", kind: "number" }]);
});

test("absolute values: the median", async () => {
  const best = await bestOf(
    model("m", { x, y: column }, ({ x, y }) => {
      const price = nn.linear(x, 1);
      return { outputs: { price }, loss: losses.l1(price, y) };
    }),
    { y },
  );
  expect(best?.kinds).toEqual(["median"]);
  expect(best?.scores.loss).toBeCloseTo(
    mean(y, (value) => Math.abs(value - median(y))),
    4,
  );
});

test("a target that is changed before it is compared, and an output that changes the prediction back", async () => {
  const best = await bestOf(
    model("m", { x, y: column }, ({ x, y }) => {
      const log = nn.linear(x, 1);
      return { outputs: { price: ops.exp(log), half: ops.mul(log, 0.5) }, loss: losses.mse(log, ops.log(y)) };
    }),
    { y },
  );
  const middle = mean(y, Math.log);
  expect(best?.scores.loss).toBeCloseTo(
    mean(y, (value) => (Math.log(value) - middle) ** 2),
    4,
  );
  expect(best?.constant.net.predict({ y })["constant.price"]?.[0]).toBeCloseTo(Math.exp(middle), 4);
  expect(best?.readings).toMatchObject([{ output: "price", target: "y", kind: "number" }]);
});

test("classes: their frequencies; the output that tells them is the one whose largest value it is", async () => {
  const best = await bestOf(
    model("m", { x, kind: i32("batch") }, ({ x, kind }) => {
      const logits = nn.linear(x, 3);
      return { outputs: { against: ops.neg(logits), probability: nn.softmax(logits) }, loss: losses.crossEntropy(logits, kind) };
    }),
    { kind },
  );
  expect(best?.kinds).toEqual(["frequencies"]);
  expect(best?.scores.loss).toBeCloseTo(entropy(0.2, 0.2, 0.6), 4);
  expect(best?.readings).toMatchObject([{ output: "probability", target: "kind", kind: "class" }]);
  expect(best?.readings[0]?.read([0.1, 0.7, 0.2, 0.5, 0.2, 0.3])).toEqual([1, 0]);
});

test.each([
  ["logits", (z: Tensor, y: Tensor) => losses.bceWithLogits(z, y), 0],
  ["probabilities", (z: Tensor, y: Tensor) => losses.bce(nn.sigmoid(z), y), 0],
  ["probabilities of another kind", (z: Tensor, y: Tensor) => losses.bce(ops.clamp(nn.sigmoid(z), 0.01, 0.99), y), undefined],
])("yes or no by %s: their share", async (_, loss, limit) => {
  const best = await bestOf(
    model("m", { x, answer: column }, ({ x, answer }) => {
      const z = nn.linear(x, 1);
      return { outputs: { z }, loss: loss(z, answer) };
    }),
    { answer },
  );
  expect(best?.kinds).toEqual(["mean"]);
  expect(best?.scores.loss).toBeCloseTo(entropy(0.25, 0.75), 4);
  if (limit === undefined) return;
  expect(best?.readings).toMatchObject([{ output: "z", target: "answer", kind: "class" }]);
  expect(best?.readings[0]?.read([limit - 0.1, limit + 0.1])).toEqual([0, 1]);
});

test("several predictions from one trunk, a penalty, and a loss of one's own", async () => {
  const best = await bestOf(
    model("m", { x, y: column, kind: i32("batch") }, ({ x, y, kind }) => {
      const trunk = nn.linear(4);
      const hidden = nn.tanh(trunk(x));
      const price = nn.linear(hidden, 1);
      const logits = nn.linear(hidden, 3);
      const own = ops.mean(ops.add(ops.square(ops.sub(price, y)), ops.mul(0, ops.abs(ops.sub(price, y)))));
      const penalty = ops.mul(0, ops.sum(ops.square(trunk.weight)));
      return { outputs: { price, logits }, loss: ops.add(ops.add(own, penalty), ops.mul(0.5, losses.crossEntropy(logits, kind))) };
    }),
    { y, kind },
  );
  expect([...(best?.kinds ?? [])].sort()).toEqual(["frequencies", "mean"]);
  expect(best?.scores.loss).toBeCloseTo(mean(y, (value) => (value - mean(y)) ** 2) + 0.5 * entropy(0.2, 0.2, 0.6), 3);
  expect(best?.readings.map(({ output, target }) => [output, target]).sort()).toEqual([
    ["logits", "kind"],
    ["price", "y"],
  ]);
});

test("a loss that sees the features besides has no constant", async () => {
  const sees = model("m", { x, y: column }, ({ x, y }) => {
    const price = nn.linear(x, 1);
    return { outputs: { price }, loss: ops.add(losses.mse(price, y), ops.mean(x)) };
  });
  expect(await bestOf(sees, { y })).toBeUndefined();
  const itself = model("m", { x }, ({ x }) => {
    const again = nn.linear(nn.linear(x, 1), 3);
    return { outputs: { again }, loss: losses.mse(again, x) };
  });
  expect(await bestOf(itself, {})).toBeUndefined();
});

test("a sample of rows has every second, third and so on of them, whole", async () => {
  const fixed = model("wide", { x: f32("batch", 2), w: f32(3) }, (given) => ({ outputs: { p: ops.add(given.x, ops.sum(given.w)) } }));
  const net = await load((await compile(fixed)).wasm);
  const w = Float32Array.of(7, 8, 9);
  const all = { x: Float32Array.from({ length: 14 }, (_, i) => i), w };
  expect(sampleOf(net, all, 7)).toEqual(all);
  expect(sampleOf(net, all, 3)).toEqual({ x: Float32Array.of(0, 1, 6, 7, 12, 13), w });
  expect(sampleOf(net, { x: all.x }, 6)).toEqual({ x: Float32Array.of(0, 1, 4, 5, 8, 9, 12, 13) });
});
