// Definitions that differ in one setting of an op, layer or loss, each of which computes something else.
import { constant, gradient, losses, nn, ops, parameter, random } from "../../src/index.ts";
import type { Tensor } from "../../src/tensor.ts";
import type { Kind } from "./kinds.ts";

type Made = Parameters<Kind>[0];

/** One kind with each of `settings`. */
const each = <const O extends readonly unknown[]>(kind: (made: Made, settings: O[number]) => Tensor, ...settings: O): Kind[] =>
  settings.map((own) => (made) => kind(made, own));

const asNumbers = (x: Tensor): Tensor => ops.cast(x, "f32");
const products = (x: Tensor): Tensor => ops.matmul(x, ops.transpose(x, 1, 2));
const mask = (value: number): Tensor =>
  constant(
    Float32Array.from({ length: 36 }, (_, at) => (at % 5 === 0 ? value : 0)),
    [6, 6],
  );
const table = (...shape: number[]): Tensor => parameter(shape, { name: "G" });
const indices = (...of: number[]): Tensor => constant(Int32Array.from(of), [of.length]);

const ofOps: Readonly<Record<string, readonly Kind[]>> = {
  sum: each(({ steps }, dim) => ops.sum(steps, { dim }), 0, 1, 2, [1, 2], [0, 1, 2]),
  keepDim: each(({ steps }, dim) => ops.sub(steps, ops.sum(steps, { dim, keepDim: true })), 0, 1, 2, [0, 1], [0, 2], [1, 2]),
  mean: each(({ steps }, dim) => ops.mean(steps, { dim }), 0, 1, 2, [1, 2]),
  var: each(({ steps }, correction) => ops.var(steps, { dim: 1, correction }), 0, 1, 2),
  std: each(({ x }, correction) => ops.std(x, { dim: 1, correction }), 0, 1, 2),
  norm: each(({ steps }, p) => ops.norm(steps, { dim: 1, p }), 1, 2, 3, Number.POSITIVE_INFINITY),
  normalize: each(({ steps }, settings) => ops.normalize(steps, settings), {}, { dim: 2 }, { p: 1 }, { eps: 0.5 }, { dim: 0 }),
  cosineSimilarity: each(({ x, z }, eps) => ops.cosineSimilarity(x, z, { eps }), 1e-8, 0.1),
  cdist: each(({ steps }, p) => ops.cdist(steps, ops.square(steps), { p }), 1, 2, 3),
  largest: [
    ({ x }) => ops.max(x, { dim: 1 }),
    ({ x }) => ops.amax(x, { dim: 1 }),
    ({ x }) => ops.min(x, { dim: 1 }),
    ({ x }) => ops.amin(x, { dim: 1 }),
  ],
  bounds: [
    ({ x, z }) => ops.maximum(x, z),
    ({ x, z }) => ops.minimum(x, z),
    ({ x, z }) => ops.where(ops.compare(x, z, "gt"), x, z),
    ({ x, z }) => ops.where(ops.compare(x, z, "ge"), x, z),
  ],
  compare: each(({ x, z }, sign) => ops.mul(x, asNumbers(ops.compare(x, z, sign))), "gt", "ge", "lt", "le", "eq", "ne"),
  clamp: each(({ x }, bounds) => ops.clamp(x, bounds), { min: -1, max: 1 }, { min: -0.5, max: 1 }, { min: -1, max: 0.5 }, { max: 1 }, { min: -1 }),
  argmax: each(({ steps }, dim) => ops.mul(asNumbers(ops.argmax(steps, { dim })), ops.sum(steps, { dim })), 1, 2),
  cumulative: [...each(({ steps }, dim) => ops.cumsum(steps, { dim }), 1, 2), ...each(({ steps }, dim) => ops.cumprod(steps, { dim }), 1, 2)],
  softmax: each(({ steps }, dim) => nn.softmax(steps, { dim }), 0, 1, 2),
  logSoftmax: each(({ steps }, dim) => nn.logSoftmax(steps, { dim }), 0, 1, 2),
  logSumExp: each(({ steps }, dim) => ops.logSumExp(steps, { dim }), 1, 2, [1, 2]),
  roll: each(({ steps }, [by, dim]) => ops.roll(steps, by, dim), [1, 1], [2, 1], [-1, 1], [1, 2]),
  padding: each(
    ({ steps }, around) => ops.pad(steps, [0, 1, 0], [0, 1, 0], around),
    ...[0, 1, -2],
    ...([{ mode: "reflect" }, { mode: "replicate" }, { mode: "circular" }] as const),
  ),
  step: each(({ steps }, step) => ops.slice(steps, [0, 0, 0], ["batch", 2, 2], { step }), [1, 1, 1], [1, 2, 1], [1, 3, 1], [1, 1, 2]),
  repeat: [({ x }) => ops.repeat(x, [1, 2]), ({ x }) => ops.repeatInterleave(x, 2, { dim: 1 })],
  order: [...each(({ steps }, order) => ops.permute(steps, order), [0, 1, 2], [0, 2, 1]), ({ steps }) => ops.reshape(steps, ["batch", 4, 6])],
  unfold: each(({ image }, settings) => ops.unfold(image, 2, settings), {}, { stride: 2 }, { padding: 1 }, { dilation: 2 }),
  triangle: [...each(({ steps }, diagonal) => ops.tril(products(steps), diagonal), 0, 1, -1), ({ steps }) => ops.triu(products(steps))],
  sort: each(({ steps }, settings) => ops.sort(steps, settings).values, { dim: 1 }, { dim: 2 }, { dim: 1, descending: true }),
  places: each(({ x }, descending) => ops.mul(x, asNumbers(ops.sort(x, { descending }).indices)), false, true),
  topK: each(({ x }, [k, largest]) => ops.topK(x, k, { largest }).values, [2, true], [3, true], [2, false]),
  maskedFill: each(({ x, z }, value) => ops.maskedFill(x, ops.compare(z, 0, "lt"), value), 2, 3),
  scatterAdd: each(({ x, classes }, rows) => ops.scatterAdd(x, classes, rows), 4, 5),
  oneHot: each(({ classes }, count) => ops.mul(ops.mean(ops.oneHot(classes, count)), table(1)), 4, 5),
  indexSelect: each(({ x }, of) => ops.indexSelect(x, indices(...of), { dim: 1 }), [0, 1], [1, 0], [1, 1], [1]),
  concat: each(({ steps }, dim) => ops.mean(ops.concat([steps, ops.square(steps)], { dim })), 1, 2),
  stack: each(({ x, z }, dim) => ops.mean(ops.stack([x, z], { dim }), { dim: 0 }), 1, 2),
  prod: each(({ steps }, dim) => ops.prod(steps, { dim }), 1, 2),
  einsum: each(
    ({ steps }, spec) => ops.einsum(spec, steps, steps),
    ...["bti,bsi->bts", "bti,btj->bij", "bti,bti->bt", "bti,bti->bi", "bti,bti->b", "bti,bsj->bts", "bti,bti->bti"],
  ),
  diagonal: each(({ steps }, spec) => ops.einsum(spec, products(steps)), "bii->bi", "bij->bi", "bij->bj", "bii->b"),
  beside: [
    ({ steps }) => ops.mul(products(steps), table(6)),
    ({ steps }) => ops.mul(products(steps), table(6, 1)),
    ({ steps }) => ops.mul(products(steps), table(6, 6)),
    ({ steps }) => ops.mul(products(steps), table(1)),
  ],
  transposed: [({ x }) => ops.matmul(x, table(4, 4)), ({ x }) => ops.matmul(x, ops.transpose(table(4, 4), 0, 1))],
  filled: each(({ x }, [value, count]) => ops.concat([x, ops.broadcast(value, ["batch", count])], { dim: 1 }), [0, 2], [0, 3], [1, 2]),
  drawn: [
    ({ x }) => ops.add(x, random.uniform([4])),
    ({ x }) => ops.add(x, random.uniform(["batch", 4])),
    ({ x }) => ops.add(x, random.uniform(["batch", 1])),
  ],
  rounding: each(({ x }, how) => ops.mul(x, ops[how](x)), "floor", "ceil", "round", "trunc"),
  length: each(
    ({ x }, [first, second]) => {
      const halve = (length: number, h: Tensor) =>
        ops.scan(({ carry: { h } }) => ({ carry: { h: ops.tanh(ops.mul(0.5, h)) } }), { carry: { h }, length }).carry.h;
      return halve(second, halve(first, x));
    },
    [2, 3],
    [3, 2],
  ),
  scan: each(
    ({ steps, x }, reverse) =>
      ops.scan(({ carry: { h }, inputs: { s } }) => ({ carry: { h: ops.tanh(ops.add(h, s)) } }), { carry: { h: x }, inputs: { s: steps }, reverse })
        .carry.h,
    ...[false, true],
  ),
};

const plain = { name: "c" } as const;

/** Norms behind norms, of other axes each. */
const inARow: readonly Kind[] = [
  ({ image }) =>
    nn.rmsNorm(ops.mean(nn.layerNorm(nn.instanceNorm2d(ops.add(nn.groupNorm(image, 2), 1)), { normalizedShape: [4, 6, 6] }), { dim: [2, 3] })),
  ({ steps }) => ops.std(nn.batchNorm1d(ops.transpose(nn.layerNorm(steps), 1, 2), { affine: false }), { dim: 1 }),
];

/** Slopes within a loss, of a curve and of a table. */
const slopes: readonly Kind[] = [
  ({ x }) => {
    const t = ops.slice(x, [0, 0], ["batch", 1]);
    const [first] = gradient(ops.sum(nn.linear(nn.tanh(nn.linear(t, 4)), 1)), [t]) as [Tensor];
    const [second] = gradient(ops.sum(first), [t]) as [Tensor];
    return ops.add(second, first);
  },
];

const ofLayers: Readonly<Record<string, readonly Kind[]>> = {
  inARow,
  slopes,
  maskedMean: each(
    ({ steps }, value) => ops.mean(nn.scaledDotProductAttention(steps, steps, steps, { mask: ops.compare(mask(value), 0, "gt") }), { dim: 1 }),
    ...[1],
  ),
  leakyRelu: each(({ x }, slope) => nn.leakyRelu(x, slope), 0.01, 0.1),
  elu: [...each(({ x }, alpha) => nn.elu(x, alpha), 1, 2), ...each(({ x }, alpha) => nn.celu(x, alpha), 2, 0.5)],
  hardtanh: each(({ x }, [low, high]) => nn.hardtanh(x, low, high), [-1, 1], [-2, 1], [-1, 2], [0, 6]),
  softplus: each(({ x }, settings) => nn.softplus(x, settings), {}, { beta: 2 }, { threshold: 1 }, { threshold: 5 }),
  gelu: each(({ x }, approximate) => nn.gelu(x, { approximate }), "none", "tanh"),
  glu: each(({ image }, dim) => ops.mean(nn.glu(image, { dim })), 1, 2, 3),
  prelu: each(({ image }, numParameters) => nn.prelu(image, { numParameters }), 1, 4),
  conv1d: each(
    ({ signal }, settings) => nn.conv1d(signal, 4, 3, { ...plain, ...settings }),
    ...[{}, { padding: 1 }, { stride: 2 }, { dilation: 2 }, { groups: 2 }, { groups: 4 }, { padding: 2, dilation: 2 }, { bias: false }],
  ),
  conv2d: each(
    ({ image }, settings) => nn.conv2d(image, 4, 3, { ...plain, ...settings }),
    ...([
      {},
      { padding: [1, 0] },
      { padding: [0, 1] },
      { stride: [1, 2] },
      { stride: [2, 1] },
      { dilation: [1, 2] },
      { groups: 2, padding: 1 },
    ] as const),
  ),
  convTranspose1d: each(
    ({ signal }, settings) => nn.convTranspose1d(signal, 4, 3, { ...plain, ...settings }),
    ...[{}, { padding: 1 }, { stride: 2 }, { stride: 2, outputPadding: 1 }, { stride: 2, padding: 1 }, { dilation: 2 }, { groups: 4 }],
  ),
  maxPool1d: each(
    ({ signal }, [size, settings]) => nn.maxPool1d(signal, size, settings),
    ...([
      [2, {}],
      [3, {}],
      [2, { stride: 1 }],
      [3, { stride: 2 }],
      [2, { padding: 1 }],
      [2, { dilation: 2 }],
      [3, { ceilMode: true }],
    ] as const),
  ),
  avgPool1d: each(
    ({ signal }, [size, settings]) => nn.avgPool1d(signal, size, settings),
    ...([
      [2, {}],
      [3, {}],
      [2, { stride: 1 }],
      [2, { padding: 1 }],
      [2, { padding: 1, countIncludePad: false }],
      [3, { ceilMode: true }],
    ] as const),
    ...([
      [3, { ceilMode: true, padding: 1 }],
      [3, { ceilMode: true, padding: 1, countIncludePad: false }],
    ] as const),
  ),
  avgPool2d: each(({ image }, countIncludePad) => nn.avgPool2d(image, 2, { padding: 1, countIncludePad }), false, true),
  adaptive: [
    ...each(({ image }, size) => nn.adaptiveAvgPool2d(image, size), 2, 4),
    ...each(({ image }, size) => nn.adaptiveMaxPool2d(image, size), 2, 4),
  ],
  upsample: each(
    ({ image }, settings) => nn.upsample(image, { size: 9, ...settings }),
    ...([{}, { mode: "bilinear" }, { mode: "bilinear", alignCorners: true }, { size: [9, 4] }, { size: 4 }] as const),
  ),
  pixelShuffle: [({ image }) => nn.pixelShuffle(image, 2), ({ image }) => ops.reshape(image, ["batch", 1, 12, 12])],
  batchNorm1d: each(({ x }, settings) => nn.batchNorm1d(x, settings), {}, { eps: 0.1 }, { affine: false }),
  instanceNorm2d: each(({ image }, settings) => nn.instanceNorm2d(image, settings), {}, { eps: 0.1 }, { affine: true }),
  layerNorm: each(
    ({ steps }, settings) => nn.layerNorm(steps, settings),
    ...[{}, { eps: 0.1 }, { normalizedShape: [6, 4] }, { elementwiseAffine: false }, { bias: false }],
  ),
  rmsNorm: each(({ steps }, settings) => nn.rmsNorm(steps, settings), {}, { eps: 0.1 }, { normalizedShape: [6, 4] }),
  groupNorm: each(({ image }, [groups, eps]) => nn.groupNorm(image, groups, { eps }), [1, 1e-5], [2, 1e-5], [4, 1e-5], [2, 0.1]),
  dropout: [...each(({ image }, p) => nn.dropout(image, p), 0.5, 0.25), ...each(({ image }, p) => nn.dropout2d(image, p), 0.5, 0.25)],
  embedding: each(({ places }, paddingIdx) => nn.embedding(places, 4, 3, { paddingIdx }), 0, 1),
  embeddingBag: each(({ places }, mode) => nn.embeddingBag(places, 4, 3, { mode }), "mean", "sum", "max"),
  rnn: each(
    ({ steps }, settings) => nn.rnn(steps, 3, { ...plain, ...settings }).output,
    ...([{}, { nonlinearity: "relu" }, { bidirectional: true }, { numLayers: 2 }, { bias: false }, { numLayers: 2, dropout: 0.5 }] as const),
  ),
  states: each(({ steps }, settings) => nn.rnn(steps, 3, { ...plain, ...settings }).hn, {}, { bidirectional: true }, { numLayers: 2 }),
  gru: each(({ steps }, bidirectional) => nn.gru(steps, 3, { ...plain, bidirectional }).output, false, true),
  attention: [
    ...each(
      ({ steps }, settings) => nn.scaledDotProductAttention(steps, steps, steps, settings),
      ...[{}, { isCausal: true }, { scale: 1 }, { dropout: 0.5 }],
    ),
    ...each(({ steps }, value) => nn.scaledDotProductAttention(steps, steps, steps, { mask: mask(value) }), 1, 2),
    ({ steps }) => nn.scaledDotProductAttention(steps, steps, steps, { mask: ops.compare(mask(1), 0, "gt") }),
  ],
  heads: each(
    ({ steps }, [count, settings]) => nn.multiheadAttention(steps, steps, steps, count, { ...plain, ...settings }),
    [1, {}],
    [2, {}],
    [2, { bias: false }],
  ),
  encoder: each(
    ({ steps }, settings) => nn.transformerEncoderLayer(steps, 2, { ...plain, dimFeedforward: 5, dropout: 0, ...settings }),
    ...([{}, { normFirst: true }, { activation: "gelu" }, { isCausal: true }, { layerNormEps: 0.1 }] as const),
  ),
};

const ofLosses: Readonly<Record<string, readonly Kind[]>> = {
  distance: [
    ...each(({ x, y }, reduction) => losses.mse(x, y, { reduction }), "mean", "sum"),
    ...each(({ x, y }, beta) => losses.smoothL1(x, y, { beta }), 0.5, 2),
    ...each(({ x, y }, delta) => losses.huber(x, y, { delta }), 0.5, 2),
    ({ x, y }) => losses.l1(x, y),
  ],
  crossEntropy: each(
    ({ x, classes }, settings) => losses.crossEntropy(x, classes, settings),
    ...([{}, { reduction: "sum" }, { labelSmoothing: 0.1 }, { labelSmoothing: 0.2 }, { ignoreIndex: 0 }, { ignoreIndex: 1 }] as const),
    ...[{ weight: [1, 2, 3, 4] }, { weight: [1, 2, 3, 5] }, { weight: [1, 2, 3, 4], ignoreIndex: 0 }],
  ),
  classes: each(({ steps, places }, dim) => losses.crossEntropy(products(steps), places, { dim }), 1, 2),
  nll: each(({ x, classes }, settings) => losses.nll(nn.logSoftmax(x), classes, settings), {}, { ignoreIndex: 0 }, { weight: [1, 2, 3, 4] }),
  bce: each(
    ({ x, y }, settings) => losses.bceWithLogits(x, nn.sigmoid(y), settings),
    ...([{}, { reduction: "sum" }, { weight: [1, 2, 3, 4] }, { posWeight: 2 }, { posWeight: 3 }, { posWeight: [1, 2, 3, 4] }] as const),
  ),
  kl: each(({ x, y }, reduction) => losses.kl(nn.logSoftmax(x), nn.softmax(y), { reduction }), "mean", "sum", "batchmean"),
  gaussianNll: each(({ x, y, positive }, settings) => losses.gaussianNll(x, y, positive, settings), {}, { full: true }, { eps: 0.6 }),
  poissonNll: each(
    ({ positive, y }, settings) => losses.poissonNll(positive, ops.abs(y), settings),
    {},
    { full: true },
    { logInput: false },
    {
      logInput: false,
      eps: 0.1,
    },
  ),
  margins: [
    ({ x, signs }) => losses.hinge(x, signs),
    ({ x, signs }) => losses.squaredHinge(x, signs),
    ...each(({ x, signs }, strict) => losses.perceptron(x, signs, { strict }), true, false),
    ({ x, signs }) => losses.softMargin(x, signs),
  ],
  multiMargin: each(({ x, classes }, settings) => losses.multiMargin(x, classes, settings), {}, { p: 2 }, { margin: 0.5 }, { weight: [1, 2, 3, 4] }),
  marginRanking: each(({ x, z, signs }, margin) => losses.marginRanking(x, z, signs, { margin }), 0, 0.5),
  cosineEmbedding: each(({ x, z, signs }, margin) => losses.cosineEmbedding(x, z, ops.max(signs, { dim: 1 }), { margin }), 0, 0.5),
  tripletMargin: each(
    ({ x, z, y }, settings) => losses.tripletMargin(x, z, y, settings),
    ...([{}, { margin: 0.5 }, { p: 1 }, { p: 3 }, { eps: 0.1 }, { swap: true }] as const),
  ),
};

export const settings: Readonly<Record<string, readonly Kind[]>> = { ...ofOps, ...ofLayers, ...ofLosses };
