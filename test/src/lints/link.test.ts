// A softmax of a softmax, a sigmoid of a sigmoid and logarithms of logits train badly or not at all, and are named.
import { compile } from "gradc/compiler";
import { expect, test } from "vitest";
import { f32, i32, losses, model, nn, ops, type Tensor } from "../../../src/index.ts";

type Body = (z: Tensor, k: Tensor, t: Tensor) => Tensor;

const warningsOf = async (loss: Body) => {
  const source = model("links", { x: f32("batch", 2), k: i32("batch"), t: f32("batch", 3) }, ({ x, k, t }) => {
    const z = nn.linear(x, 3);
    return { outputs: { z, unused: ops.add(ops.mean(t), ops.mean(ops.cast(k, "f32"))) }, loss: loss(z, k, t) };
  });
  return (await compile(source)).warnings;
};

test.each<[string, string, Body]>([
  ["a softmax", "losses.crossEntropy takes logits, and its prediction is a softmax already", (z, k) => losses.crossEntropy(nn.softmax(z), k)],
  ["a softmax, of shares", "losses.crossEntropy takes logits", (z, _, t) => losses.crossEntropy(ops.softmax(z), t)],
  ["a sigmoid", "losses.bceWithLogits takes logits, and its prediction is a sigmoid", (z, _, t) => losses.bceWithLogits(nn.sigmoid(z), t)],
  ["a linear layer", "losses.bce takes probabilities, and its prediction can be any number", (z, _, t) => losses.bce(z, t)],
])("%s", async (_, start, loss) => {
  const warnings = await warningsOf(loss);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(start);
  expect(warnings[0]).toContain("\n  help: ");
});

test.each<[string, Body]>([
  ["logits of classes", (z, k) => losses.crossEntropy(z, k)],
  ["their logarithms", (z, k) => losses.crossEntropy(ops.logSoftmax(z), k)],
  ["logits", (z, _, t) => losses.bceWithLogits(z, t)],
  ["a sigmoid", (z, _, t) => losses.bce(nn.sigmoid(z), t)],
  ["a softmax", (z, _, t) => losses.bce(nn.softmax(z), t)],
  ["a clamped value", (z, _, t) => losses.bce(ops.clamp(z, { min: 0, max: 1 }), t)],
])("no warning: %s", async (_, loss) => expect(await warningsOf(loss)).toEqual([]));
