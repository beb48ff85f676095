// What a setting of a layer, an op or a loss changes is seen on the page.
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { writeLegend } from "../../../compiler/formula/legend.ts";
import { writePage } from "../../../compiler/formula/page.ts";
import { readable } from "../../../compiler/index.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, i32, losses, nn, ops, type Tensor } from "../../../src/index.ts";
import { assigned, define } from "../../src/running.ts";

const inputs = {
  x: f32("batch", 6),
  s: f32("batch", 6, 6),
  image: f32("batch", 4, 6, 6),
  y: f32("batch", 6),
  v: f32("batch", 6),
  c: i32("batch"),
  n: i32("batch", 6),
  m: f32(6, 6),
  k: f32("batch", 6),
};

type Inputs = { readonly [name in keyof typeof inputs]: Tensor };
type Body = (inputs: Inputs) => Tensor;

/** The page, with its table of symbols and its conventions. */
const textOf = (body: Body): string => {
  const page = pageOf(partsToRead(readable(program(of(body)))));
  return `${writePage(page, "text", (title) => title)}\n\n${writeLegend(page, (title) => title)}`;
};

const of = (body: Body) =>
  define(inputs, (given) => {
    const out = assigned(1, "out", () => body(given));
    return { outputs: { out }, loss: out.shape.length === 0 ? out : ops.mean(out) };
  });

/** A body for each of `options`. */
const each = <const O>(options: readonly O[], apply: (inputs: Inputs, options: O) => Tensor): Body[] =>
  options.map((one) => (given: Inputs) => apply(given, one));

const h = { name: "h" };

const settings: Readonly<Record<string, readonly Body[]>> = {
  batchNorm1d: each([{}, { momentum: 0.3 }, { momentum: null }, { eps: 0.1 }, { affine: false }, { trackRunningStats: false }], ({ x }, o) =>
    nn.batchNorm1d(x, { ...h, ...o }),
  ),
  batchNorm2d: each([{}, { momentum: 0.3 }, { momentum: null }, { eps: 0.1 }], ({ image }, o) => nn.batchNorm2d(image, { ...h, ...o })),
  instanceNorm1d: each(
    [
      {},
      { eps: 0.1 },
      { affine: true },
      { trackRunningStats: true },
      { trackRunningStats: true, momentum: 0.3 },
      { trackRunningStats: true, momentum: null },
    ],
    ({ s }, o) => nn.instanceNorm1d(s, { ...h, ...o }),
  ),
  groupNorm: [
    ...each([1, 2, 4], ({ image }, groups: number) => nn.groupNorm(image, groups, h)),
    ...each([{ eps: 0.1 }, { affine: false }], ({ image }, o) => nn.groupNorm(image, 2, { ...h, ...o })),
  ],
  layerNorm: each(
    [
      {},
      { eps: 0.1 },
      { elementwiseAffine: false },
      { bias: false },
      { normalizedShape: [6, 6] },
      { normalizedShape: [6, 6], elementwiseAffine: false },
    ],
    ({ s }, o) => nn.layerNorm(s, { ...h, ...o }),
  ),
  rmsNorm: each([{}, { eps: 0.1 }, { elementwiseAffine: false }, { normalizedShape: [6, 6] }], ({ s }, o) => nn.rmsNorm(s, { ...h, ...o })),
  linear: each([{}, { bias: false }], ({ x }, o) => nn.linear(x, 3, { ...h, ...o })),
  bilinear: each([{}, { bias: false }], ({ x, y }, o) => nn.bilinear(x, y, 3, { ...h, ...o })),
  embedding: each([{}, { paddingIdx: 0 }, { paddingIdx: 1 }], ({ n }, o) => nn.embedding(n, 5, 3, { ...h, ...o })),
  embeddingBag: each(
    [{}, { mode: "sum" }, { mode: "max" }, { paddingIdx: 0 }, { paddingIdx: 1 }, { mode: "sum", paddingIdx: 1 }, { mode: "max", paddingIdx: 1 }],
    ({ n }, o) => nn.embeddingBag(n, 5, 3, { ...h, ...o }),
  ),
  dropout: each([0, 0.1, 0.5, 1], ({ s }, p: number) => nn.dropout(s, p)),
  "dropout of channels": [({ s }) => nn.dropout(s, 0.5), ({ s }) => nn.dropout1d(s, 0.5), ({ s }) => nn.dropout1d(s, 0.1)],
  "dropout of images": [({ image }) => nn.dropout(image, 0.5), ({ image }) => nn.dropout2d(image, 0.5), ({ image }) => nn.dropout2d(image, 0.1)],
  leakyRelu: each([0.01, 0.1, 0, 1], ({ x }, p: number) => nn.leakyRelu(x, p)),
  elu: each([1, 0.5], ({ x }, p: number) => nn.elu(x, p)),
  celu: each([1, 0.5], ({ x }, p: number) => nn.celu(x, p)),
  hardtanh: [({ x }) => nn.hardtanh(x), ({ x }) => nn.hardtanh(x, -2, 1), ({ x }) => nn.hardtanh(x, -1, 2)],
  gelu: each([{}, { approximate: "tanh" }], ({ x }, o) => nn.gelu(x, o)),
  softplus: each([{}, { beta: 2 }, { threshold: 5 }, { beta: 2, threshold: 5 }], ({ x }, o) => nn.softplus(x, o)),
  prelu: each([{}, { numParameters: 6 }], ({ s }, o) => nn.prelu(s, { ...h, ...o })),
  activations: [
    nn.relu,
    nn.relu6,
    nn.selu,
    nn.hardsigmoid,
    nn.hardswish,
    nn.sign,
    nn.step,
    nn.sigmoid,
    nn.silu,
    nn.logsigmoid,
    nn.mish,
    nn.softsign,
    nn.tanh,
    nn.tanhshrink,
  ].map(
    (apply) =>
      ({ x }: Inputs) =>
        apply(x),
  ),
  softmax: [-1, 1].flatMap((dim): Body[] => [({ s }) => nn.softmax(s, { dim }), ({ s }) => nn.logSoftmax(s, { dim })]),
  glu: each([{}, { dim: 1 }], ({ s }, o) => nn.glu(s, o)),
  upsample: each(
    [
      { scaleFactor: 2 },
      { scaleFactor: [2, 1] },
      { size: 9 },
      { size: [12, 9] },
      { scaleFactor: 2, mode: "bilinear" },
      { scaleFactor: 2, mode: "bilinear", alignCorners: true },
      { size: 9, mode: "bilinear" },
      { scaleFactor: 1.6, mode: "bilinear" },
    ],
    ({ image }, o) => nn.upsample(image, o),
  ),
  pixelShuffle: [({ image }) => nn.pixelShuffle(image, 2), ({ image }) => nn.pixelShuffle(image, 1)],
  conv2d: each(
    [
      {},
      { stride: 2 },
      { stride: [2, 1] },
      { stride: [1, 2] },
      { padding: 1 },
      { padding: [1, 0] },
      { dilation: 2 },
      { dilation: [1, 2] },
      { groups: 2 },
      { groups: 4 },
      { bias: false },
    ],
    ({ image }, o) => nn.conv2d(image, 4, 3, { ...h, ...o }),
  ),
  "kernels of conv2d": each([1, 2, 3, [2, 3], [3, 2]], ({ image }, k) => nn.conv2d(image, 4, k as number, h)),
  convTranspose2d: each(
    [{}, { stride: 2 }, { stride: [2, 1] }, { padding: 1 }, { outputPadding: 1, stride: 2 }, { dilation: 2 }, { groups: 2 }, { bias: false }],
    ({ image }, o) => nn.convTranspose2d(image, 4, 3, { ...h, ...o }),
  ),
  maxPool2d: each(
    [
      {},
      { stride: 1 },
      { stride: [1, 2] },
      { stride: [2, 1] },
      { padding: 1 },
      { dilation: 2 },
      { stride: 3 },
      { stride: 3, padding: 1 },
      { stride: 5 },
      { stride: 5, ceilMode: true },
    ],
    ({ image }, o) => nn.maxPool2d(image, 2, o),
  ),
  avgPool2d: each(
    [
      {},
      { stride: 1 },
      { stride: [1, 2] },
      { padding: 1 },
      { padding: 1, countIncludePad: false },
      { stride: 5 },
      { stride: 5, ceilMode: true },
      { stride: 5, ceilMode: true, padding: 1 },
      { stride: 5, ceilMode: true, padding: 1, countIncludePad: false },
    ],
    ({ image }, o) => nn.avgPool2d(image, 2, o),
  ),
  adaptive: [
    ...each([1, 2, 4, [2, 3], [3, 2]], ({ image }, o) => nn.adaptiveAvgPool2d(image, o as number)),
    ...each([1, 2, 4, [2, 3]], ({ image }, o) => nn.adaptiveMaxPool2d(image, o as number)),
  ],
  rnn: each(
    [
      {},
      { nonlinearity: "relu" },
      { numLayers: 2 },
      { bidirectional: true },
      { bias: false },
      { numLayers: 2, dropout: 0.5 },
      { numLayers: 2, dropout: 0.1 },
    ],
    ({ s }, o) => nn.rnn(s, 3, { ...h, ...o }).output,
  ),
  "rnn with inputs": [
    ({ s }) => nn.rnn(s, 6, h).output,
    ({ s, x }) => nn.rnn(s, 6, { ...h, h0: ops.reshape(x, ["batch", 1, 6]) }).output,
    ({ s, c }) => nn.rnn(s, 6, { ...h, lengths: c }).output,
    ({ s, k }) => nn.rnn(s, 6, { ...h, mask: ops.compare(k, 0, "ne") }).output,
    ({ s, c }) => nn.rnn(s, 6, { ...h, lengths: c, bidirectional: true }).output,
    ({ s }) => nn.rnn(s, 6, h).hn,
    ({ s, c }) => nn.rnn(s, 6, { ...h, lengths: c }).hn,
  ],
  gru: each([{}, { numLayers: 2 }, { bidirectional: true }, { bias: false }], ({ s }, o) => nn.gru(s, 3, { ...h, ...o }).output),
  lstm: [
    ...each([{}, { numLayers: 2 }, { bidirectional: true }, { bias: false }], ({ s }, o) => nn.lstm(s, 3, { ...h, ...o }).output),
    ({ s }) => nn.lstm(s, 3, h).cn,
  ],
  attention: each([{}, { isCausal: true }, { scale: 0.1 }, { dropout: 0.5 }, { dropout: 0.1 }], ({ s }, o) =>
    nn.scaledDotProductAttention(s, s, s, o),
  ),
  "attention with a mask": [
    ({ s }) => nn.scaledDotProductAttention(s, s, s),
    ({ s, m }) => nn.scaledDotProductAttention(s, s, s, { mask: ops.compare(m, 0, "ne") }),
    ({ s, m }) => nn.scaledDotProductAttention(s, s, s, { mask: ops.compare(m, 0, "ne"), isCausal: true }),
  ],
  multihead: [
    ...each([1, 2, 3], ({ s }, heads) => nn.multiheadAttention(s, s, s, heads, h)),
    ...each([{ isCausal: true }, { bias: false }, { dropout: 0.5 }, { dropout: 0.1 }], ({ s }, o) =>
      nn.multiheadAttention(s, s, s, 2, { ...h, ...o }),
    ),
    ({ s, m }) => nn.multiheadAttention(s, s, s, 2, { ...h, attnMask: ops.compare(m, 0, "ne") }),
    ({ s, k }) => nn.multiheadAttention(s, s, s, 2, { ...h, keyPaddingMask: ops.compare(k, 0, "ne") }),
    ({ s }) => nn.multiheadAttention(s, s, s, 2, { ...h, needWeights: true }).weights,
    ({ s }) => nn.multiheadAttention(s, s, s, 2, { ...h, needWeights: true, averageAttnWeights: false }).weights,
  ],
  encoder: each([{}, { dimFeedforward: 8 }, { dropout: 0 }, { activation: "gelu" }, { normFirst: true }, { isCausal: true }], ({ s }, o) =>
    nn.transformerEncoderLayer(s, 2, { ...h, ...o }),
  ),
  mse: each([{}, { reduction: "sum" }], ({ x, y }, o) => losses.mse(x, y, o)),
  smoothL1: each([{}, { beta: 2 }, { beta: 0 }], ({ x, y }, o) => losses.smoothL1(x, y, o)),
  huber: each([{}, { delta: 2 }], ({ x, y }, o) => losses.huber(x, y, o)),
  bce: [
    ({ x, y }) => losses.bce(ops.sigmoid(x), y),
    ({ x, y }) => losses.bce(ops.sigmoid(x), y, { weight: [1, 2, 3, 4, 5, 6] }),
    ({ x, y }) => losses.bce(ops.sigmoid(x), y, { weight: [1, 2, 3, 4, 5, 7] }),
  ],
  bceWithLogits: each(
    [{}, { weight: [1, 2, 3, 4, 5, 6] }, { posWeight: [1, 2, 3, 4, 5, 6] }, { posWeight: [2] }, { posWeight: [3] }, { weight: [2] }],
    ({ x, y }, o) => losses.bceWithLogits(x, y, o),
  ),
  crossEntropy: each(
    [
      {},
      { ignoreIndex: 1 },
      { ignoreIndex: 2 },
      { labelSmoothing: 0.1 },
      { labelSmoothing: 0.2 },
      { weight: [1, 2, 3, 4, 5, 6] },
      { weight: [1, 2, 3, 4, 5, 7] },
      { reduction: "sum" },
      { reduction: "sum", weight: [1, 2, 3, 4, 5, 7] },
      { weight: [1, 2, 3, 4, 5, 7], ignoreIndex: 1 },
      { weight: [1, 2, 3, 4, 5, 7], labelSmoothing: 0.1 },
    ],
    ({ x, c }, o) => losses.crossEntropy(x, c, o),
  ),
  "classes along an axis": each([{}, { dim: 1 }], ({ s, n }, o) => losses.crossEntropy(s, n, o)),
  nll: each([{}, { ignoreIndex: 1 }, { weight: [1, 2, 3, 4, 5, 6] }, { reduction: "sum" }], ({ x, c }, o) => losses.nll(x, c, o)),
  kl: each([{}, { logTarget: true }, { reduction: "sum" }, { reduction: "batchmean" }], ({ x, y }, o) => losses.kl(x, y, o)),
  poissonNll: each([{}, { logInput: false }, { full: true }], ({ x, y }, o) => losses.poissonNll(x, y, o)),
  gaussianNll: each([{}, { full: true }, { eps: 0.1 }], ({ x, y, v }, o) => losses.gaussianNll(x, y, v, o)),
  margins: [
    ({ x, y }) => losses.hinge(x, y),
    ({ x, y }) => losses.squaredHinge(x, y),
    ({ x, y }) => losses.softMargin(x, y),
    ({ x, y }) => losses.perceptron(x, y),
    ({ x, y }) => losses.perceptron(x, y, { strict: false }),
  ],
  multiMargin: each([{}, { p: 2 }, { margin: 2 }, { weight: [1, 2, 3, 4, 5, 6] }, { weight: [1, 2, 3, 4, 5, 7] }], ({ x, c }, o) =>
    losses.multiMargin(x, c, o),
  ),
  marginRanking: each([{}, { margin: 1 }], ({ x, y, v }, o) => losses.marginRanking(x, y, v, o)),
  cosineEmbedding: each([{}, { margin: 0.5 }], ({ x, y, v }, o) => losses.cosineEmbedding(x, y, ops.mean(v, { dim: 1 }), o)),
  tripletMargin: each([{}, { margin: 2 }, { p: 1 }, { p: 3 }, { eps: 0.1 }, { swap: true }], ({ x, y, v }, o) => losses.tripletMargin(x, y, v, o)),
  norm: each([{}, { p: 1 }, { p: 3 }, { p: Number.POSITIVE_INFINITY }, { dim: 1 }, { dim: 2 }, { dim: 1, keepDim: true }], ({ s }, o) =>
    ops.norm(s, o),
  ),
  normalize: each([{}, { p: 1 }, { dim: 2 }, { eps: 0.1 }], ({ s }, o) => ops.normalize(s, o)),
  cosineSimilarity: each([{}, { dim: 2 }, { eps: 0.1 }], ({ s }, o) => ops.cosineSimilarity(s, ops.flip(s, { dim: 1 }), o)),
  cdist: each([{}, { p: 1 }, { p: 3 }], ({ s, image }, o) => ops.cdist(s, ops.mean(image, { dim: 1 }), o)),
  variance: each([{}, { correction: 0 }, { dim: 1 }, { dim: 2 }, { dim: 2, correction: 2 }], ({ s }, o) => ops.var(s, o)),
  std: each([{}, { correction: 0 }, { dim: 1 }, { dim: 2 }], ({ s }, o) => ops.std(s, o)),
  reductions: [ops.sum, ops.mean, ops.amax, ops.amin, ops.max, ops.min, ops.logSumExp, ops.prod].flatMap((reduce) =>
    [1, 2].map(
      (dim): Body =>
        ({ s }) =>
          (reduce as typeof ops.sum)(nn.linear(s, 6, h), { dim }),
    ),
  ),
  cumulative: [ops.cumsum, ops.cumprod].flatMap((f) =>
    [{ dim: 1 }, { dim: 2 }].map(
      (o): Body =>
        ({ s }) =>
          f(s, o),
    ),
  ),
  places: [ops.argmax, ops.argmin].flatMap((f) =>
    [{ dim: 1 }, { dim: 2 }].map(
      (o): Body =>
        ({ s }) =>
          ops.mul(ops.mean(s), ops.cast(f(s, o), "f32")),
    ),
  ),
  sort: each([{}, { dim: 1 }, { descending: true }], ({ s }, o) => ops.mul(ops.sort(s, o).values, s)),
  topK: [...each([{}, { dim: 1 }, { largest: false }], ({ s }, o) => ops.topK(s, 2, o).values), ({ s }) => ops.topK(s, 3).values],
  roll: [
    ({ s }) => ops.mul(s, ops.roll(s, 1, 1)),
    ({ s }) => ops.mul(s, ops.roll(s, 2, 1)),
    ({ s }) => ops.mul(s, ops.roll(s, 1, 2)),
    ({ s }) => ops.mul(s, ops.roll(s, -1, 2)),
  ],
  repeat: [
    ({ s }) => ops.square(ops.repeat(s, [1, 2, 1])),
    ({ s }) => ops.square(ops.repeat(s, [1, 1, 2])),
    ({ s }) => ops.square(ops.repeatInterleave(s, 2, { dim: 1 })),
    ({ s }) => ops.square(ops.repeatInterleave(s, 2, { dim: 2 })),
    ({ s }) => ops.square(ops.repeatInterleave(s, 3, { dim: 2 })),
  ],
  triangles: [ops.tril, ops.triu].flatMap((f) =>
    [0, 1, -1].map(
      (diagonal): Body =>
        ({ s }) =>
          ops.square(f(s, diagonal as never)),
    ),
  ),
  stack: each([0, 1, 2], ({ s }, dim) => ops.mul(ops.stack([s, ops.square(s)], { dim: dim + 1 }), 2)),
  split: each([0, 1], ({ s }, at) => ops.square(ops.split(s, 3, { dim: 1 })[at] as Tensor)),
  transpose: [({ s }) => ops.mul(s, ops.transpose(s)), ({ s }) => ops.mul(s, s)],
  reshape: [
    ({ s }) => ops.square(ops.reshape(s, ["batch", 4, 9])),
    ({ s }) => ops.square(ops.reshape(s, ["batch", 9, 4])),
    ({ s }) => ops.square(ops.reshape(s, ["batch", 36])),
  ],
  "reshape in a product": [
    ({ s }) => nn.linear(ops.reshape(s, ["batch", 4, 9]), 1, h),
    ({ s }) => nn.linear(ops.reshape(s, ["batch", 9, 4]), 1, h),
    ({ s }) => nn.linear(ops.reshape(ops.transpose(s), ["batch", 9, 4]), 1, h),
  ],
  fold: [{}, { stride: 2 }, { dilation: 2 }].map(
    (o): Body =>
      ({ s }) =>
        ops.square(ops.fold(ops.window(s, 2, { dim: 1, ...o }), 6, { dim: 1, ...o })),
  ),
  window: [{ dim: 1 }, { dim: 2 }].map(
    (o): Body =>
      ({ s }) =>
        ops.square(ops.window(s, 2, o)),
  ),
  pad: [{ mode: "reflect" }, { mode: "replicate" }, { mode: "circular" }].map(
    (o): Body =>
      ({ s }) =>
        ops.square(ops.pad(s, [0, 1, 0], [0, 1, 0], o as never)),
  ),
  unfold: [{}, { stride: 2 }, { padding: 1 }, { dilation: 2 }].map(
    (o): Body =>
      ({ image }) =>
        ops.square(ops.unfold(image, 2, o)),
  ),
  clamp: [{ min: 0 }, { max: 0 }, { min: -1, max: 1 }, { min: -1, max: 2 }].map(
    (o): Body =>
      ({ s }) =>
        ops.clamp(s, o),
  ),
  compare: (["lt", "le", "gt", "ge", "eq", "ne"] as const).map(
    (relation): Body =>
      ({ x, y }) =>
        ops.where(ops.compare(x, y, relation), x, y),
  ),
  indexSelect: [
    ({ s }) => ops.indexSelect(s, ops.argmax(ops.mean(s, { dim: 0 }), { dim: 0 }) as Tensor, { dim: 1 }),
    ({ s }) => ops.indexSelect(s, ops.argmax(ops.mean(s, { dim: 0 }), { dim: 0 }) as Tensor, { dim: 2 }),
  ],
};

test.each(Object.entries(settings))("%s", (_, bodies) => {
  const texts = bodies.map(textOf);
  const alike = texts.flatMap((text, i) => (texts.indexOf(text) < i ? [`${texts.indexOf(text)} = ${i}\n${text}`] : []));
  expect(alike.join("\n\n"), "alike").toBe("");
});
