// Predictions that a loss takes for something else than they are, written with layers and losses, with ops, and through a helper.
import { expect, test } from "vitest";
import { elementwise, losses, nn, ops, parameter, type Tensor } from "../../../src/index.ts";
import { type Body, codesOf, type Given } from "./running.ts";

const scores = ({ x }: Given, width = 3) => nn.linear(x, width);
const byOps = ({ x }: Given, width = 3) =>
  ops.add(ops.matmul(x, parameter([4, width], { name: "w" })), parameter([width], { name: "b", init: "zeros" }));
const truth = ({ k }: Given) => ops.oneHot(k, 3);
const rowsOf = (value: Tensor) => ops.sum(value, { dim: 1 });
/** -Σ t log softmax z */
const entropy = (z: Tensor, t: Tensor) => ops.neg(ops.mean(rowsOf(ops.mul(t, ops.logSoftmax(z)))));
const entropyOfShares = (p: Tensor, t: Tensor) => ops.neg(ops.mean(rowsOf(ops.mul(t, ops.log(p)))));
const binary = (z: Tensor, y: Tensor) => ops.mean(ops.sub(ops.softplus(z), ops.mul(z, y)));
const squares = (p: Tensor, t: Tensor) => ops.mean(ops.pow(ops.sub(t, p), 2));
const rectify = (z: Tensor) => ops.maximum(z, 0);
const powers = (z: Tensor) => ops.exp(z);
const written = (z: Tensor) => ops.div(1, ops.add(1, ops.exp(ops.neg(z))));
const growth = elementwise((z) => Math.exp(z) / (1 + Math.exp(z)));
const shares = (z: Tensor) => ops.div(powers(z), ops.sum(powers(z), { dim: 1, keepDim: true }));

test.each<[string, string, Body]>([
  ["a softmax", "softmax-before-cross-entropy", (g) => losses.crossEntropy(nn.softmax(scores(g)), g.k)],
  ["a softmax, of shares", "softmax-before-cross-entropy", (g) => losses.crossEntropy(ops.softmax(scores(g)), g.t)],
  ["a softmax in channels", "softmax-before-cross-entropy", (g) => losses.crossEntropy(nn.softmax(scores(g)), g.k, { dim: 1 })],
  ["a softmax by ops", "softmax-before-cross-entropy", (g) => entropy(shares(byOps(g)), truth(g))],
  ["a softmax twice", "softmax-before-cross-entropy", (g) => entropyOfShares(ops.softmax(ops.softmax(byOps(g))), truth(g))],
  ["a sigmoid", "softmax-before-cross-entropy", (g) => losses.bceWithLogits(nn.sigmoid(scores(g)), g.t)],
  ["a sigmoid by ops", "softmax-before-cross-entropy", (g) => binary(ops.sigmoid(byOps(g, 1)), g.y)],
  ["a sigmoid, weighted", "softmax-before-cross-entropy", (g) => losses.bceWithLogits(nn.sigmoid(scores(g)), g.t, { posWeight: 2 })],
  ["a sigmoid written out", "softmax-before-cross-entropy", (g) => losses.bceWithLogits(written(scores(g)), g.t)],
  ["a sigmoid as a formula", "softmax-before-cross-entropy", (g) => losses.bceWithLogits(growth(scores(g)), g.t)],
  ["bce of logits", "logits-as-probabilities", (g) => losses.bce(scores(g), g.t)],
  ["logarithms of logits", "logits-as-probabilities", (g) => entropyOfShares(byOps(g), truth(g))],
  ["nll of a softmax", "probabilities-as-logarithms", (g) => losses.nll(nn.softmax(scores(g)), g.k)],
  ["nll of a softmax by ops, weighted", "probabilities-as-logarithms", (g) => losses.nll(shares(byOps(g)), g.k, { weight: [1, 2, 3] })],
  ["nll of a softmax in channels", "probabilities-as-logarithms", (g) => losses.nll(nn.softmax(scores(g)), g.k, { dim: 1, reduction: "sum" })],
  ["nll of a sigmoid", "probabilities-as-logarithms", (g) => losses.nll(nn.sigmoid(scores(g)), g.k)],
  ["kl of a softmax", "probabilities-as-logarithms", (g) => losses.kl(nn.softmax(scores(g)), g.t, { reduction: "batchmean" })],
  ["kl of a softmax, of logarithms", "probabilities-as-logarithms", (g) => losses.kl(nn.softmax(scores(g)), g.t, { logTarget: true })],
  ["kl by ops", "probabilities-as-logarithms", (g) => ops.mean(ops.mul(ops.sub(ops.log(g.t), shares(byOps(g))), g.t))],
  ["relu", "activation-after-logits", (g) => losses.crossEntropy(nn.relu(scores(g)), g.k)],
  ["relu by ops", "activation-after-logits", (g) => entropy(rectify(byOps(g)), truth(g))],
  ["tanh", "activation-after-logits", (g) => entropyOfShares(shares(ops.tanh(byOps(g))), truth(g))],
  ["a sigmoid of classes", "activation-after-logits", (g) => losses.crossEntropy(nn.sigmoid(scores(g)), g.k)],
  ["gelu", "activation-after-logits", (g) => losses.crossEntropy(nn.gelu(scores(g)), g.k)],
  ["relu of a binary loss", "activation-after-logits", (g) => losses.bceWithLogits(nn.relu(scores(g, 1)), g.y)],
  ["relu of a binary loss by ops", "activation-after-logits", (g) => binary(rectify(byOps(g, 1)), g.y)],
  ["squares of a sigmoid", "squared-error-of-classes", (g) => losses.mse(nn.sigmoid(scores(g, 1)), ops.cast(g.n, "f32"))],
  ["squares of a sigmoid written out", "squared-error-of-classes", (g) => losses.mse(written(scores(g, 1)), ops.cast(g.n, "f32"))],
  ["squares of a softmax by ops", "squared-error-of-classes", (g) => squares(shares(byOps(g)), truth(g))],
  ["dropout", "dropout-after-last-layer", (g) => losses.mse(nn.dropout(scores(g, 1)), g.y)],
  ["dropout of logits", "dropout-after-last-layer", (g) => entropy(nn.dropout(byOps(g)), truth(g))],
  ["dropout before a sigmoid", "dropout-after-last-layer", (g) => losses.bce(nn.sigmoid(nn.dropout(scores(g))), g.t)],
  ["dropout before a sigmoid of a distance", "dropout-after-last-layer", (g) => losses.l1(nn.sigmoid(nn.dropout(scores(g))), g.t)],
  ["dropout of probabilities", "dropout-after-last-layer", (g) => losses.bce(nn.dropout(nn.sigmoid(scores(g))), g.t)],
  ["dropout behind a sigmoid", "dropout-after-last-layer", (g) => losses.l1(nn.dropout(nn.sigmoid(scores(g))), g.t)],
  ["batch norm", "norm-after-last-layer", (g) => losses.mse(nn.batchNorm1d(nn.linear(g.x, 1, { bias: false })), g.y)],
  ["batch norm of logits", "norm-after-last-layer", (g) => entropy(nn.batchNorm1d(ops.matmul(g.x, parameter([4, 3], { name: "w" }))), truth(g))],
])("%s: %s", (_, code, loss) => {
  expect(codesOf(loss)).toEqual([code]);
  expect(codesOf(loss, { allow: [code] })).toEqual([]);
});

/** Shares of rows that attend to each other, which are no probabilities of the loss. */
const attention = ({ x, y }: Given) => {
  const tokens = ops.tanh(nn.linear(ops.reshape(x, ["batch", 4, 1]), 2));
  const weights = ops.softmax(ops.softmax(nn.relu(nn.linear(tokens, 1)), { dim: 1 }), { dim: 1 });
  return losses.mse(ops.sum(ops.mul(weights, tokens), { dim: [1, 2], keepDim: true }), ops.reshape(y, ["batch", 1, 1]));
};

const shifted = (z: Tensor) => ops.sub(z, ops.mean(z, { dim: 0, keepDim: true }));
const unit = (z: Tensor) => ops.div(shifted(z), ops.sqrt(ops.add(ops.mean(ops.square(shifted(z)), { dim: 0, keepDim: true }), 1e-5)));

test.each<[string, Body]>([
  ["logits of classes", (g) => losses.crossEntropy(scores(g), g.k)],
  ["their logarithms", (g) => losses.crossEntropy(ops.logSoftmax(scores(g)), g.k)],
  ["logarithms of shares", (g) => losses.nll(nn.logSoftmax(scores(g)), g.k)],
  ["logarithms of shares by ops", (g) => losses.nll(ops.log(shares(scores(g))), g.k)],
  ["a distance of distributions", (g) => losses.kl(nn.logSoftmax(scores(g)), ops.softmax(g.t))],
  ["what another network says, softened", (g) => losses.kl(nn.logSoftmax(ops.div(scores(g), 2)), nn.softmax(nn.linear(g.x, 3)))],
  ["the probability of the class", (g) => ops.neg(ops.mean(rowsOf(ops.mul(truth(g), nn.softmax(scores(g))))))],
  ["rewards by probability", (g) => ops.neg(ops.mean(rowsOf(ops.mul(nn.softmax(scores(g)), g.t))))],
  ["squares of a sigmoid and of logarithms", (g) => losses.mse(nn.sigmoid(scores(g, 1)), ops.log(g.y))],
  ["logits", (g) => losses.bceWithLogits(scores(g), g.t)],
  ["a sigmoid and bce", (g) => losses.bce(nn.sigmoid(scores(g)), g.t)],
  ["a softmax and bce", (g) => losses.bce(nn.softmax(scores(g)), g.t)],
  ["a clamped value", (g) => losses.bce(ops.clamp(scores(g), { min: 0, max: 1 }), g.t)],
  ["a logarithm of what is above 0", (g) => entropyOfShares(nn.softplus(scores(g)), g.t)],
  ["logits between bounds that are wide", (g) => losses.crossEntropy(ops.mul(ops.tanh(scores(g)), 10), g.k)],
  ["leaky relu", (g) => losses.crossEntropy(nn.leakyRelu(scores(g)), g.k)],
  ["relu inside", (g) => losses.crossEntropy(nn.linear(nn.relu(scores(g, 8)), 3), g.k)],
  ["means of relu, as in SqueezeNet", (g) => losses.crossEntropy(ops.mean(nn.relu(ops.reshape(scores(g, 12), ["batch", 3, 4])), { dim: 2 }), g.k)],
  ["relu of counts", (g) => losses.poissonNll(nn.softplus(scores(g, 1)), g.y, { logInput: false })],
  ["squares of a sigmoid and of numbers", (g) => losses.mse(nn.sigmoid(scores(g, 1)), g.y)],
  ["squares of a softmax and of shares", (g) => losses.mse(nn.softmax(scores(g)), g.t)],
  ["squares of numbers and of counts", (g) => losses.mse(scores(g, 1), ops.cast(g.n, "f32"))],
  ["attention", attention],
  ["dropout inside", (g) => losses.mse(nn.linear(nn.dropout(nn.relu(scores(g, 8))), 1), g.y)],
  ["dropout beside a residual", (g) => losses.mse(ops.add(g.x, nn.dropout(nn.linear(nn.relu(scores(g)), 4))), g.x)],
  ["dropout of the input", (g) => losses.mse(nn.linear(nn.dropout(g.x), 1), g.y)],
  ["layer norm of logits", (g) => losses.crossEntropy(nn.layerNorm(scores(g)), g.k)],
  ["batch norm inside", (g) => losses.mse(nn.linear(nn.relu(nn.batchNorm1d(nn.linear(g.x, 8, { bias: false }))), 1), g.y)],
  ["a correlation", (g) => losses.mse(unit(nn.linear(g.x, 1, { bias: false })), unit(g.y))],
])("no warning: %s", (_, loss) => expect(codesOf(loss)).toEqual([]));
