// Definitions with one op, layer or loss each, of every kind there is.
import { constant, f32, i32, losses, type Model, model, nn, ops, parameter } from "../../src/index.ts";
import type { Tensor } from "../../src/tensor.ts";

/** What a kind may be made of; each is learned through, but for classes and what is only compared with. */
interface Made {
  /** Rows of four. */
  readonly x: Tensor;
  readonly z: Tensor;
  /** Rows of four that are positive. */
  readonly positive: Tensor;
  /** Rows of four targets, and of four signs. */
  readonly y: Tensor;
  readonly signs: Tensor;
  /** Six steps of four. */
  readonly steps: Tensor;
  /** Images of four channels, and of one row alone. */
  readonly image: Tensor;
  readonly signal: Tensor;
  readonly volume: Tensor;
  /** Classes from 0 to 3, of each row and of six places. */
  readonly classes: Tensor;
  readonly places: Tensor;
}

export type Kind = (made: Made) => Tensor;

const inputs = {
  ...{ x: f32("batch", 4), y: f32("batch", 4), steps: f32("batch", 6, 4), image: f32("batch", 4, 6, 6), signal: f32("batch", 4, 8) },
  ...{ volume: f32("batch", 2, 4, 4, 4), classes: i32("batch"), places: i32("batch", 6) },
};

/** A definition whose loss is of `kind` alone. */
export const definitionOfKind = (name: string, kind: Kind): Model =>
  model(name, inputs, (given) => {
    const known = new Map<string, Tensor>();
    const learned = (what: Tensor, called: string, width: number): Tensor => {
      const found = known.get(called) ?? nn.linear(what, width, { name: called });
      known.set(called, found);
      return found;
    };
    const out = kind({
      ...given,
      get x() {
        return learned(given.x, "h", 4);
      },
      get z() {
        return learned(given.x, "g", 4);
      },
      get positive() {
        return ops.add(ops.square(learned(given.x, "h", 4)), 0.5);
      },
      get signs() {
        return ops.sign(given.y);
      },
      get steps() {
        return learned(given.steps, "s", 4);
      },
      get image() {
        return learned(given.image, "m", 6);
      },
      get signal() {
        return learned(given.signal, "f", 8);
      },
      get volume() {
        return learned(given.volume, "u", 4);
      },
    } as Made);
    return { outputs: { out }, loss: out.shape.length === 0 ? out : ops.mean(ops.square(ops.sub(out, 0.3))) };
  }) as unknown as Model;

const each = (names: readonly (keyof typeof ops)[]): Record<string, Kind> =>
  Object.fromEntries(names.map((name) => [name, ({ x }: Made) => ops.mul((ops[name] as (x: Tensor) => Tensor)(x), x)]));

const positive = (names: readonly (keyof typeof ops)[]): Record<string, Kind> =>
  Object.fromEntries(names.map((name) => [name, (made: Made) => (ops[name] as (x: Tensor) => Tensor)(made.positive)]));

export const kindsOfOps: Readonly<Record<string, Kind>> = {
  ...each(["neg", "abs", "sign", "exp", "expm1", "sinh", "cosh", "tanh", "sigmoid", "softplus", "erf", "sin", "cos", "atan", "asinh"]),
  ...each(["floor", "ceil", "round", "trunc", "square", "stopGradient"]),
  ...positive(["log", "log2", "log1p", "sqrt"]),
  ...{ acos: ({ x }) => ops.acos(ops.mul(0.5, ops.tanh(x))), pow: ({ positive: p, z }) => ops.pow(p, z) },
  ...{ add: ({ x, z }) => ops.add(x, z), sub: ({ x, z }) => ops.sub(x, z), mul: ({ x, z }) => ops.mul(x, z) },
  ...{ div: ({ x, positive: p }) => ops.div(x, p), minimum: ({ x, z }) => ops.minimum(x, z), maximum: ({ x, z }) => ops.maximum(x, z) },
  ...{ amax: ({ x }) => ops.amax(x, { dim: 1 }), amin: ({ x }) => ops.amin(x, { dim: 1 }), max: ({ steps }) => ops.max(steps, { dim: 1 }) },
  ...{
    min: ({ steps }) => ops.min(steps, { dim: 2 }),
    sum: ({ steps }) => ops.sum(steps, { dim: 1 }),
    mean: ({ steps }) => ops.mean(steps, { dim: 2 }),
  },
  ...{ var: ({ x }) => ops.var(x, { dim: 1 }), std: ({ x }) => ops.std(x, { dim: 1 }), norm: ({ steps }) => ops.norm(steps, { dim: 1 }) },
  ...{ prod: ({ x }) => ops.prod(x, { dim: 1 }), logSumExp: ({ steps }) => ops.logSumExp(steps, { dim: 1 }), softmax: ({ x }) => ops.softmax(x) },
  ...{ softmaxMiddle: ({ steps }) => ops.softmax(steps, { dim: 1 }), logSoftmax: ({ x }) => ops.logSoftmax(x) },
  argmax: ({ x }) => ops.mul(ops.cast(ops.argmax(x, { dim: 1 }), "f32"), ops.sum(x, { dim: 1 })),
  argmin: ({ x }) => ops.mul(ops.cast(ops.argmin(x, { dim: 1 }), "f32"), ops.sum(x, { dim: 1 })),
  broadcast: ({ x }) => ops.broadcast(ops.reshape(x, ["batch", 1, 4]), ["batch", 3, 4]),
  cast: ({ x, classes }) => ops.mul(x, ops.reshape(ops.cast(classes, "f32"), ["batch", 1])),
  cdist: ({ steps }) => ops.cdist(steps, ops.mul(2, steps)),
  clamp: ({ x }) => ops.clamp(x, -0.5, 0.5),
  compare: ({ x, z }) => ops.mul(x, ops.cast(ops.compare(x, z, "gt"), "f32")),
  where: ({ x, z }) => ops.where(ops.compare(x, 0, "gt"), x, z),
  maskedFill: ({ x, z }) => ops.maskedFill(x, ops.compare(z, 0, "lt"), 2),
  concat: ({ x, z }) => ops.concat([x, z], { dim: 1 }),
  concatMiddle: ({ steps }) => ops.concat([steps, ops.mul(2, steps)], { dim: 1 }),
  stack: ({ x, z }) => ops.stack([x, z], { dim: 1 }),
  stackWithNumbers: ({ x, z }) => ops.stack([ops.broadcast(2, ["batch", 4]), x, z, ops.broadcast(-1, ["batch", 4])], { dim: 2 }),
  split: ({ x }) => ops.split(x, 2, { dim: 1 }).reduce((a, b) => ops.mul(a, b)),
  contract: ({ steps, x }) => ops.einsum("bti,bi->bt", steps, x),
  einsum: ({ x, z }) => ops.einsum("bi,bj->bij", x, z),
  matmul: ({ steps }) => ops.matmul(steps, ops.transpose(steps, 1, 2)),
  conv2d: ({ image }) => ops.conv2d(image, parameter([2, 4, 3, 3], { name: "W" }), { stride: 2, padding: 1 }),
  cosineSimilarity: ({ x, z }) => ops.cosineSimilarity(x, z),
  normalize: ({ x }) => ops.normalize(x, { dim: 1 }),
  cumsum: ({ steps }) => ops.cumsum(steps, { dim: 1 }),
  cumprod: ({ x }) => ops.cumprod(x, { dim: 1 }),
  flip: ({ steps }) => ops.flip(steps, { dim: 1 }),
  window: ({ steps }) => ops.window(steps, 3, { dim: 1, stride: 2 }),
  fold: ({ steps }) => ops.fold(ops.window(steps, 3, { dim: 1 }), 6, { dim: 1 }),
  unfold: ({ image }) => ops.unfold(image, 2, { stride: 2 }),
  gather: ({ places }) => ops.gather(parameter([4, 3], { name: "E" }), places),
  scatterAdd: ({ x, classes }) => ops.scatterAdd(x, classes, 4),
  oneHot: ({ x, classes }) => ops.mul(x, ops.oneHot(classes, 4)),
  indexSelect: ({ x }) => ops.indexSelect(x, constant(new Int32Array([2, 0]), [2]), { dim: 1 }),
  takeAlongDim: ({ x, classes }) => ops.takeAlongDim(x, ops.reshape(classes, ["batch", 1]), { dim: 1 }),
  takeAlongDimOfMany: ({ steps }) => ops.takeAlongDim(steps, ops.argmax(ops.stack([steps, ops.neg(steps)], { dim: 1 }), { dim: 2 }), { dim: 1 }),
  takeAlongDimOfOne: ({ steps }) =>
    ops.reshape(ops.takeAlongDim(steps, ops.reshape(ops.argmax(steps, { dim: 1 }), ["batch", 1, 4]), { dim: 1 }), ["batch", 4]),
  pad: ({ steps }) => ops.pad(steps, [0, 1, 0], [0, 0, 2], 0.5),
  permute: ({ steps }) => ops.permute(steps, [0, 2, 1]),
  reshape: ({ steps }) => ops.reshape(steps, ["batch", 3, 8]),
  transpose: ({ x, steps }) => ops.matmul(ops.transpose(steps, 1, 2), ops.matmul(steps, ops.reshape(x, ["batch", 4, 1]))),
  slice: ({ steps }) => ops.slice(steps, [0, 1, 0], ["batch", 4, 2]),
  columnAndRow({ steps }) {
    const column = nn.linear(steps, 1);
    return ops.tanh(ops.add(column, ops.transpose(nn.linear(steps, 1), 1, 2)));
  },
  repeat: ({ x }) => ops.repeat(x, [1, 2]),
  repeatInterleave: ({ x }) => ops.repeatInterleave(x, 2, { dim: 1 }),
  roll: ({ steps }) => ops.roll(steps, 2, 1),
  size: ({ x }) => ops.div(x, ops.size(x, { dim: 0 })),
  sort: ({ x }) => ops.sort(x).values,
  topK: ({ x }) => ops.topK(x, 2).values,
  tril: ({ steps }) => ops.tril(ops.matmul(steps, ops.transpose(steps, 1, 2))),
  triu: ({ steps }) => ops.triu(ops.matmul(steps, ops.transpose(steps, 1, 2)), 1),
  positionalEncoding: ({ steps }) => ops.mul(steps, ops.positionalEncoding(6, 4)),
  scan: ({ steps, x }) =>
    ops.scan(({ carry: { h }, inputs: { s } }) => ({ carry: { h: ops.tanh(ops.add(h, s)) } }), { carry: { h: x }, inputs: { s: steps } }).carry.h,
};

const activations = (names: readonly (keyof typeof nn)[]): Record<string, Kind> =>
  Object.fromEntries(names.map((name) => [name, ({ x }: Made) => (nn[name] as unknown as (x: Tensor) => Tensor)(x)]));

export const kindsOfLayers: Readonly<Record<string, Kind>> = {
  ...activations(["celu", "elu", "gelu", "glu", "hardsigmoid", "hardswish", "hardtanh", "leakyRelu", "logSoftmax", "logsigmoid", "mish", "relu"]),
  ...activations(["relu6", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh", "tanhshrink", "standardize", "dropout"]),
  ...activations(["layerNorm", "rmsNorm", "batchNorm1d", "prelu"]),
  sign: ({ x }) => ops.mul(x, nn.sign(x)),
  step: ({ x }) => ops.mul(x, nn.step(x)),
  linear: ({ steps }) => nn.linear(steps, 3),
  bilinear: ({ x, z }) => nn.bilinear(x, z, 3),
  sequential: ({ x }) => nn.sequential(nn.linear(5), nn.tanh, nn.linear(2), { name: "net" })(x),
  residual: ({ x }) => nn.residual(nn.linear(4))(x),
  flatten: ({ image }) => nn.flatten(image),
  conv1d: ({ signal }) => nn.conv1d(signal, 3, 3, { stride: 2, padding: 1 }),
  conv2d: ({ image }) => nn.conv2d(image, 3, 3, { padding: 1 }),
  conv2dGroups: ({ image }) => nn.conv2d(image, 6, [3, 2], { stride: [2, 1], groups: 2 }),
  conv2dDilated: ({ image }) => nn.conv2d(image, 3, 2, { dilation: 2, padding: [1, 2] }),
  conv3d: ({ volume }) => nn.conv3d(volume, 3, 2),
  convTranspose1d: ({ signal }) => nn.convTranspose1d(signal, 3, 3, { stride: 2 }),
  convTranspose2d: ({ image }) => nn.convTranspose2d(image, 3, 3, { stride: 2, padding: 1, outputPadding: 1 }),
  convTranspose3d: ({ volume }) => nn.convTranspose3d(volume, 3, 2),
  maxPool1d: ({ signal }) => nn.maxPool1d(signal, 2),
  maxPool2d: ({ image }) => nn.maxPool2d(image, 3, { stride: 2, padding: 1 }),
  maxPool3d: ({ volume }) => nn.maxPool3d(volume, 2),
  avgPool1d: ({ signal }) => nn.avgPool1d(signal, 2),
  avgPool2d: ({ image }) => nn.avgPool2d(image, 3, { stride: 1, padding: 1 }),
  avgPool3d: ({ volume }) => nn.avgPool3d(volume, 2),
  adaptiveAvgPool1d: ({ signal }) => nn.adaptiveAvgPool1d(signal, 4),
  adaptiveAvgPool2d: ({ image }) => nn.adaptiveAvgPool2d(image, 3),
  adaptiveMaxPool1d: ({ signal }) => nn.adaptiveMaxPool1d(signal, 4),
  adaptiveMaxPool2d: ({ image }) => nn.adaptiveMaxPool2d(image, [3, 2]),
  upsample: ({ image }) => nn.upsample(image, { scaleFactor: 2 }),
  upsampleBilinear: ({ image }) => nn.upsample(image, { scaleFactor: 2, mode: "bilinear" }),
  pixelShuffle: ({ image }) => nn.pixelShuffle(image, 2),
  batchNorm2d: ({ image }) => nn.batchNorm2d(image),
  batchNorm3d: ({ volume }) => nn.batchNorm3d(volume),
  groupNorm: ({ image }) => nn.groupNorm(image, 2),
  instanceNorm1d: ({ signal }) => nn.instanceNorm1d(signal),
  instanceNorm2d: ({ image }) => nn.instanceNorm2d(image, { affine: true }),
  layerNormSteps: ({ steps }) => nn.layerNorm(steps),
  dropout1d: ({ signal }) => nn.dropout1d(signal, 0.25),
  dropout2d: ({ image }) => nn.dropout2d(image, 0.25),
  embedding: ({ places }) => nn.embedding(places, 4, 3),
  embeddingBag: ({ places }) => nn.embeddingBag(places, 4, 3),
  rnn: ({ steps }) => nn.rnn(steps, 3).output,
  gru: ({ steps }) => nn.gru(steps, 3).output,
  lstm: ({ steps }) => nn.lstm(steps, 3).output,
  scaledDotProductAttention: ({ steps }) => nn.scaledDotProductAttention(steps, steps, steps, { isCausal: true }),
  multiheadAttention: ({ steps }) => nn.multiheadAttention(steps, steps, steps, 2),
  transformerEncoderLayer: ({ steps }) => nn.transformerEncoderLayer(steps, 2, { dimFeedforward: 5, dropout: 0 }),
  transformerDecoderLayer: ({ steps }) => nn.transformerDecoderLayer(steps, ops.mul(2, steps), 2, { dimFeedforward: 5, dropout: 0 }),
  positionalEncoding: ({ steps }) => nn.positionalEncoding(steps),
};

export const kindsOfLosses: Readonly<Record<string, Kind>> = {
  mse: ({ x, y }) => losses.mse(x, y),
  l1: ({ x, y }) => losses.l1(x, y),
  smoothL1: ({ x, y }) => losses.smoothL1(x, y, { beta: 0.75 }),
  huber: ({ x, y }) => losses.huber(x, y, { delta: 0.75 }),
  bce: ({ x, y }) => losses.bce(nn.sigmoid(x), nn.sigmoid(y)),
  bceWithLogits: ({ x, y }) => losses.bceWithLogits(x, nn.sigmoid(y)),
  bceWeighted: ({ x, y }) => losses.bceWithLogits(x, nn.sigmoid(y), { posWeight: 3 }),
  crossEntropy: ({ x, classes }) => losses.crossEntropy(x, classes),
  crossEntropySmooth: ({ x, classes }) => losses.crossEntropy(x, classes, { labelSmoothing: 0.25, weight: [1, 2, 0.5, 1.5] }),
  crossEntropySoft: ({ x, y }) => losses.crossEntropy(x, nn.softmax(y)),
  nll: ({ x, classes }) => losses.nll(nn.logSoftmax(x), classes),
  kl: ({ x, y }) => losses.kl(nn.logSoftmax(x), nn.softmax(y)),
  gaussianNll: ({ x, y, positive: p }) => losses.gaussianNll(x, y, p),
  poissonNll: ({ x, y }) => losses.poissonNll(x, ops.abs(y)),
  hinge: ({ x, signs }) => losses.hinge(x, signs),
  squaredHinge: ({ x, signs }) => losses.squaredHinge(x, signs),
  perceptron: ({ x, signs }) => losses.perceptron(x, signs),
  softMargin: ({ x, signs }) => losses.softMargin(x, signs),
  multiMargin: ({ x, classes }) => losses.multiMargin(x, classes),
  marginRanking: ({ x, z, signs }) => losses.marginRanking(x, z, signs, { margin: 0.5 }),
  cosineEmbedding: ({ x, z, signs }) => losses.cosineEmbedding(x, z, ops.max(signs, { dim: 1 }), { margin: 0.25 }),
  tripletMargin: ({ x, z, y }) => losses.tripletMargin(x, z, y),
};
