// No lint speaks of sound networks: those of `test/bits`, and some that tutorials show.
import { expect, test } from "vitest";
import { declareSource } from "../../../src/definition-file.ts";
import { withWarnings } from "../../../src/entries.ts";
import { f32, i32, losses, nn, ops, type Tensor } from "../../../src/index.ts";
import { networkOf } from "../../bits/networks.ts";
import { codesOf, codesWith } from "./running.ts";

test("networks by number: none but of biases that are centred away, as they are there", async () => {
  const spoken = new Map<number, readonly string[]>();
  for (let number = 0; number < 200; number++) {
    const { model, options } = networkOf(number);
    // Each has a target that it does not compare with.
    const { warnings } = withWarnings(await declareSource(model), { ...options, allow: ["unused-input"] });
    if (warnings.length > 0) spoken.set(number, warnings);
  }
  for (const warnings of spoken.values())
    expect(warnings).toEqual([expect.stringMatching(/^"linear\.0\.bias" changes nothing.*allow: bias-before-norm$/s)]);
  // Every tenth normalises, half of them over the rows: a bias that is subtracted again has gradient 0 there.
  expect([...spoken.keys()]).toEqual([4, 24, 44, 54, 74, 94, 124, 144, 174, 194]);
});

const tokens = (x: Tensor) => nn.linear(ops.reshape(x, ["batch", 4, 1]), 4);
const normal = ({ shape }: Tensor, seed: Tensor) => ops.reshape(seed, shape);

test.each<[string, Parameters<typeof codesOf>[0]]>([
  ["linear regression", ({ x, y }) => losses.mse(nn.linear(nn.standardize(x), 1), y)],
  ["logistic regression", ({ x, y }) => losses.bceWithLogits(nn.linear(x, 1), ops.clamp(y, 0, 1))],
  [
    "a classifier with batch norm and dropout",
    ({ x, k }) => {
      const block = (h: Tensor, width: number) => nn.dropout(nn.relu(nn.batchNorm1d(nn.linear(h, width, { bias: false }))), 0.2);
      return losses.crossEntropy(nn.linear(block(block(x, 16), 8), 3), k, { labelSmoothing: 0.1 });
    },
  ],
  [
    "a convolutional net",
    ({ x, k }) => {
      const images = ops.reshape(x, ["batch", 1, 2, 2]);
      const maps = nn.relu(nn.batchNorm2d(nn.conv2d(images, 4, 1, { bias: false })));
      return losses.crossEntropy(nn.linear(nn.flatten(nn.conv2d(nn.conv2d(maps, 4, 1, { groups: 4 }), 8, 1)), 3), k);
    },
  ],
  [
    "a transformer",
    ({ x, k }) => {
      const h = nn.transformerEncoderLayer(nn.positionalEncoding(tokens(x)), 2, { dimFeedforward: 8 });
      return losses.crossEntropy(nn.linear(ops.mean(nn.layerNorm(h), { dim: 1 }), 3), k);
    },
  ],
  ["an LSTM over what a linear layer gives", ({ x, k }) => losses.crossEntropy(nn.linear(ops.reshape(nn.lstm(tokens(x), 5).hn, ["batch", 5]), 3), k)],
  ["a linear autoencoder", ({ x }) => losses.mse(nn.linear(nn.linear(x, 2), 4), x)],
  [
    "a variational autoencoder",
    ({ x, t }) => {
      const h = nn.tanh(nn.linear(x, 8));
      const [mean, logVariance] = [nn.linear(h, 3), nn.linear(h, 3)];
      const code = ops.add(mean, ops.mul(normal(mean, t), ops.exp(ops.mul(0.5, logVariance))));
      const kl = ops.mean(ops.sub(ops.add(ops.square(mean), ops.exp(logVariance)), ops.add(1, logVariance)));
      return ops.add(losses.mse(nn.linear(nn.tanh(nn.linear(code, 8)), 4), x), ops.mul(0.5, kl));
    },
  ],
  ["words by their neighbours", ({ k, n }) => losses.crossEntropy(nn.linear(nn.embedding(ops.reshape(n, ["batch"]), 3, 2), 3, { bias: false }), k)],
  [
    "a contrast of pairs",
    ({ x, t }) => {
      const unit = (h: Tensor) => ops.div(h, ops.norm(h, { dim: 1, keepDim: true }));
      const [a, b] = [unit(nn.linear(nn.relu(nn.linear(x, 8)), 4)), unit(nn.linear(nn.relu(nn.linear(t, 8)), 4))];
      const scores = ops.mul(10, ops.matmul(a, ops.transpose(b, 0, 1)));
      return ops.neg(ops.mean(ops.logSoftmax(scores, { dim: 1 })));
    },
  ],
  [
    "experts and a gate",
    ({ x, y }) => {
      const gate = nn.softmax(nn.linear(x, 2));
      const experts = ops.concat([nn.linear(x, 1), nn.linear(nn.tanh(nn.linear(x, 4)), 1)], { dim: 1 });
      return losses.mse(ops.sum(ops.mul(gate, experts), { dim: 1, keepDim: true }), y);
    },
  ],
  [
    "mean and variance",
    ({ x, y }) => {
      const h = nn.relu(nn.linear(x, 8));
      return losses.gaussianNll(nn.linear(h, 1), y, nn.softplus(nn.linear(h, 1)));
    },
  ],
  ["counts", ({ x, n }) => losses.poissonNll(nn.linear(x, 1), ops.cast(n, "f32"))],
  ["a perceptron", ({ x, y }) => losses.perceptron(nn.linear(x, 1), ops.sub(ops.mul(2, y), 1))],
  ["several labels", ({ x, t }) => losses.bceWithLogits(nn.linear(nn.dropout(nn.gelu(nn.linear(x, 8)), 0.1), 3), ops.clamp(t, 0, 1))],
  ["two neurons of the course, with squares", ({ x, y }) => losses.mse(nn.sigmoid(nn.linear(nn.sigmoid(nn.linear(x, 2)), 1)), y)],
  [
    "a value of actions",
    ({ x, k, y }) => {
      const values = nn.linear(nn.relu(nn.linear(x, 16)), 3);
      return losses.huber(ops.sum(ops.mul(values, ops.oneHot(k, 3)), { dim: 1, keepDim: true }), y);
    },
  ],
  ["residuals", ({ x, y }) => losses.mse(nn.linear(nn.layerNorm(ops.add(x, nn.dropout(nn.linear(nn.gelu(nn.linear(x, 8)), 4), 0.1))), 1), y)],
])("%s", (_, loss) => expect(codesOf(loss)).toEqual([]));

test("a recommendation by factors of users and things", () => {
  const inputs = { user: i32("batch"), thing: i32("batch"), stars: f32("batch") };
  const codes = codesWith(inputs, ({ user, thing, stars }) =>
    losses.mse(ops.sum(ops.mul(nn.embedding(user, 20, 4), nn.embedding(thing, 30, 4)), { dim: 1 }), stars),
  );
  expect(codes).toEqual([]);
});
