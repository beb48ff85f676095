// Layers that have no effect beside the next one, written with layers, with ops, and through a helper; the nearest that have are not warned about.
import { load } from "gradc/runtime";
import { expect, test } from "vitest";
import { compile } from "../../../src/compile.ts";
import { constant, f32, losses, model, nn, ops, parameter, type Tensor } from "../../../src/index.ts";
import { type Body, codesOf, codesWith, type Given, inputs } from "./running.ts";

const weight = (name: string, ...shape: number[]) => parameter(shape, { name });
const dense = (x: Tensor, name: string, from: number, to: number) => ops.add(ops.matmul(x, weight(`${name}w`, from, to)), weight(`${name}b`, to));
const block = (x: Tensor, width: number) => nn.linear(x, width);
const tokens = ({ x }: Given) => ops.reshape(x, ["batch", 4, 1]);

test.each<[string, number, Body]>([
  ["two layers", 1, ({ x, y }) => losses.mse(nn.linear(nn.linear(x, 8), 1), y)],
  ["three layers", 2, ({ x, y }) => losses.mse(nn.linear(nn.linear(nn.linear(x, 8), 8), 1), y)],
  ["a sequence", 1, ({ x, y }) => losses.mse(nn.sequential(x, nn.linear(8), nn.linear(1)), y)],
  ["through a helper", 1, ({ x, y }) => losses.mse(block(nn.tanh(block(block(x, 5), 6)), 1), y)],
  ["by ops", 1, ({ x, y }) => losses.mse(dense(dense(x, "a", 4, 3), "c", 3, 1), y)],
  ["by ops without biases", 1, ({ x, y }) => losses.mse(ops.matmul(ops.matmul(x, weight("a", 4, 3)), weight("c", 3, 1)), y)],
  ["transposed", 1, ({ x, y }) => losses.mse(ops.einsum("bh,oh->bo", ops.matmul(x, ops.transpose(weight("a", 3, 4), 0, 1)), weight("c", 1, 3)), y)],
  ["scaled between", 1, ({ x, y }) => losses.mse(nn.linear(ops.mul(nn.linear(x, 8), 0.5), 1), y)],
  ["of each token", 1, (g) => ops.mean(ops.square(nn.linear(nn.linear(tokens(g), 2), 3)))],
])("two linear layers: %s", (_, count, loss) => {
  expect(codesOf(loss)).toEqual(Array(count).fill("two-linear-layers"));
  expect(codesOf(loss, { allow: ["two-linear-layers"] })).toEqual([]);
});

/** Each step carries one product, and gives the product of that. */
const carried = (given: Given) =>
  ops.scan(
    ({ carry: { h }, inputs: { v } }) => {
      const next = ops.matmul(ops.add(h, v), weight("a", 1, 4));
      return { carry: { h: ops.mean(next, { dim: 1, keepDim: true }) }, outputs: { y: ops.matmul(next, weight("b", 4, 1)) } };
    },
    { carry: { h: ops.sum(given.x, { dim: 1, keepDim: true }) }, inputs: { v: tokens(given) } },
  ).outputs.y;

const shared = (x: Tensor) => {
  const again = nn.linear(4);
  return again(again(x));
};

test.each<[string, Body]>([
  ["an activation", ({ x, y }) => losses.mse(nn.linear(nn.relu(nn.linear(x, 8)), 1), y)],
  ["dropout", ({ x, y }) => losses.mse(nn.linear(nn.dropout(nn.linear(x, 8)), 1), y)],
  ["layer norm", ({ x, y }) => losses.mse(nn.linear(nn.layerNorm(nn.linear(x, 8)), 1), y)],
  ["a bottleneck", ({ x }) => losses.mse(nn.linear(nn.linear(x, 2), 4), x)],
  ["a factor of low rank", ({ x }) => losses.mse(ops.add(nn.linear(x, 4), ops.matmul(ops.matmul(x, weight("a", 4, 1)), weight("c", 1, 4))), x)],
  ["an embedding of classes", ({ k }) => losses.crossEntropy(nn.linear(nn.linear(ops.oneHot(k, 3), 2), 3), k)],
  ["a table of embeddings", ({ k }) => losses.crossEntropy(nn.linear(nn.embedding(k, 3, 8), 3), k)],
  [
    "two users",
    ({ x, y }) => {
      const h = nn.linear(x, 8);
      return losses.mse(ops.add(nn.linear(h, 1), nn.linear(nn.tanh(h), 1)), y);
    },
  ],
  ["factors of a weight", ({ x }) => losses.mse(ops.matmul(x, ops.matmul(ops.matmul(weight("a", 4, 4), weight("b", 4, 4)), weight("c", 4, 4))), x)],
  ["a carry and an output of a loop", (g) => ops.mean(ops.square(carried(g)))],
  ["a residual", ({ x, y }) => losses.mse(nn.linear(ops.add(x, nn.linear(x, 4)), 1), y)],
  ["one weight twice", ({ x }) => losses.mse(shared(x), x)],
  ["a fixed projection", ({ x, y }) => losses.mse(nn.linear(ops.matmul(x, constant([[1], [2], [3], [4]])), 1), y)],
  ["along another axis", (g) => ops.mean(ops.square(nn.linear(ops.permute(nn.linear(tokens(g), 4), [0, 2, 1]), 3)))],
  ["of all tokens", (g) => losses.mse(nn.linear(ops.reshape(nn.linear(tokens(g), 3), ["batch", 12]), 1), g.y)],
  ["attention", (g) => losses.mse(ops.mean(nn.linear(nn.multiheadAttention(2)(nn.linear(tokens(g), 4)), 1), { dim: 1 }), g.y)],
  ["a recurrence", (g) => losses.mse(nn.linear(ops.mean(nn.gru(nn.linear(tokens(g), 6), 3).output, { dim: 1 }), 1), g.y)],
])("two linear layers, no warning: %s", (_, loss) => expect(codesOf(loss)).toEqual([]));

test("a frozen layer before another is meant", () => {
  const loss: Body = ({ x, y }) => losses.mse(nn.linear(nn.linear(x, 8, { name: "fixed" }), 1), y);
  expect([codesOf(loss), codesOf(loss, { freeze: ["fixed.*"] })]).toEqual([["two-linear-layers"], []]);
});

const rows = { dim: 0, keepDim: true } as const;
const normalised = (z: Tensor, options: object = rows) => {
  const centred = ops.sub(z, ops.mean(z, options));
  return ops.div(centred, ops.sqrt(ops.add(ops.mean(ops.square(centred), options), 1e-5)));
};
const images = ({ x }: Given) => ops.reshape(x, ["batch", 1, 2, 2]);
const last = (h: Tensor, y: Tensor) => losses.mse(nn.linear(nn.relu(h), 1), y);

test.each<[string, Body]>([
  ["batch norm", ({ x, y }) => last(nn.batchNorm1d(nn.linear(x, 8)), y)],
  ["by ops", ({ x, y }) => last(normalised(dense(x, "a", 4, 3)), y)],
  ["through a helper", ({ x, y }) => last(normalised(block(x, 3)), y)],
  ["without running statistics", ({ x, y }) => last(nn.batchNorm1d(nn.linear(x, 8), { trackRunningStats: false }), y)],
  ["images", (g) => last(nn.flatten(nn.batchNorm2d(nn.conv2d(images(g), 2, 1))), g.y)],
  ["instance norm", (g) => last(nn.flatten(nn.instanceNorm2d(nn.conv2d(images(g), 2, 1))), g.y)],
])("a bias before a norm: %s", (_, loss) => {
  expect(codesOf(loss)).toEqual(["bias-before-norm"]);
  expect(codesOf(loss, { allow: ["bias-before-norm"] })).toEqual([]);
});

test("the gradient of a bias before a norm is 0", async () => {
  const source = model("normed", { x: inputs.x, y: inputs.y }, ({ x, y }) => {
    const hidden = nn.linear(x, 8);
    const out = nn.linear(nn.relu(nn.batchNorm1d(hidden)), 1);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
  const net = await load(await compile(source, { batch: 8 }));
  const spread = (count: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(at * at + 1));
  const { gradients } = net.gradients({ x: spread(32), y: spread(8) });
  const largest = (name: string) => Math.max(...[...(gradients[name] as Float32Array)].map(Math.abs));
  expect(largest("linear.0.bias")).toBeLessThan(1e-6);
  expect(largest("linear.1.bias")).toBeGreaterThan(1e-3);
});

test.each<[string, Body]>([
  ["no bias", ({ x, y }) => last(nn.batchNorm1d(nn.linear(x, 8, { bias: false })), y)],
  ["layer norm", ({ x, y }) => last(nn.layerNorm(nn.linear(x, 8)), y)],
  ["group norm of groups", (g) => last(nn.flatten(nn.groupNorm(nn.conv2d(images(g), 4, 1), 2)), g.y)],
  ["an activation between", ({ x, y }) => last(nn.batchNorm1d(nn.tanh(nn.linear(x, 8))), y)],
  [
    "what is not normalised too",
    ({ x, y }) => {
      const z = nn.linear(x, 8);
      return last(ops.add(z, nn.batchNorm1d(z)), y);
    },
  ],
  [
    "the mean too",
    ({ x, y }) => {
      const z = nn.linear(x, 8);
      return last(ops.add(normalised(z), ops.mean(z, rows)), y);
    },
  ],
  [
    "another count than that of the rows",
    ({ x, y }) => {
      const z = dense(x, "a", 4, 3);
      return last(ops.sub(z, ops.div(ops.sum(z, rows), 7)), y);
    },
  ],
])("a bias before a norm, no warning: %s", (_, loss) => expect(codesOf(loss)).toEqual([]));

type Columns = (p: Tensor, y: Tensor) => Tensor;
const columns = { x: f32("batch", 4), y: f32("batch") };
const codesOfColumns = (body: Columns, allow: readonly string[] = []) => codesWith(columns, ({ x, y }) => body(nn.linear(x, 1), y), { allow });

test.each<[string, Columns]>([
  ["a column and a row", (p, y) => ops.mean(ops.square(ops.sub(p, y)))],
  ["a row and a column, absolute", (p, y) => ops.mean(ops.abs(ops.sub(y, p)))],
  ["a softmax of the rows", (p, y) => ops.neg(ops.mean(ops.mul(ops.log(nn.softmax(p, { dim: 0 })), ops.reshape(y, ["batch", 1]))))],
  ["the largest of the rows", (p, y) => ops.amax(ops.square(ops.sub(ops.reshape(p, ["batch"]), y)), { dim: 0 })],
])("a loss that mixes rows: %s", (_, loss) => {
  expect(codesOfColumns(loss)).toEqual(["loss-mixes-rows"]);
  expect(codesOfColumns(loss, ["loss-mixes-rows"])).toEqual([]);
});

const flat = (p: Tensor) => ops.reshape(p, ["batch"]);
const distances = (a: Tensor, b: Tensor) => ops.sub(ops.reshape(a, ["batch", 1]), ops.reshape(b, [1, "batch"]));

test.each<[string, Columns]>([
  ["one shape", (p, y) => ops.mean(ops.square(ops.sub(flat(p), y)))],
  ["the root of a mean", (p, y) => ops.sqrt(ops.mean(ops.square(ops.sub(flat(p), y))))],
  ["each with each on purpose", (p, y) => ops.mean(ops.abs(distances(flat(p), y)))],
  ["pairs of predictions", (p, y) => ops.mean(ops.square(ops.sub(distances(flat(p), flat(p)), distances(y, y))))],
  ["batch norm", (p, y) => ops.mean(ops.square(ops.sub(flat(nn.linear(nn.relu(nn.batchNorm1d(nn.linear(p, 2, { bias: false }))), 1)), y)))],
])("a loss that mixes rows, no warning: %s", (_, loss) => expect(codesOfColumns(loss, ["two-linear-layers"])).toEqual([]));
