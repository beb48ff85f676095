import { constant, nn, ops } from "gradc";
import type { MultiheadOptions } from "../../src/nn/attention/multihead.ts";
import type { DotProductOptions } from "../../src/nn/attention/scaled-dot-product.ts";
import type { DecoderOptions, EncoderOptions } from "../../src/nn/attention/transformer.ts";
import type { Tensor } from "../../src/tensor.ts";
import { type Bodies, type Groups, type Operands, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("attention");

// The root of a width, which divides the scores, is a constant of f32.
const testAttention = (group: string, bodies: Bodies): void => testGroup(group, groups[group] ?? {}, bodies, Object.keys(bodies));

/** `pattern` of attention.py, as 0 and 1 of i32. */
function pattern(...shape: number[]): Tensor {
  const count = shape.reduce((product, extent) => product * extent);
  return constant(
    Int32Array.from({ length: count }, (_, i) => Number(i % 3 === 1)),
    shape,
  );
}

/** `numbers` of cases.py. */
function numbers(seed: number, ...shape: number[]): Tensor {
  let state = seed * 7919;
  const count = shape.reduce((product, extent) => product * extent);
  const next = () => {
    // 1664525 · 2^32 is no exact double.
    state = Number((BigInt(state) * 1664525n + 1013904223n) % 4294967296n);
    return Math.floor((-2 + (4 * state) / 2 ** 32) * 64) / 64;
  };
  return constant(Float32Array.from({ length: count }, next), shape);
}

const dotProduct =
  (options: (operands: Operands) => DotProductOptions = () => ({})): Bodies[string] =>
  (operands) =>
    nn.scaledDotProductAttention(operands.x, operands.y, operands.z, options(operands));

testAttention("dot_products", {
  attention: dotProduct(),
  attentionWeights: ({ x, y }) => nn.scaledDotProductAttention(x, y, y, { needWeights: true }).weights,
  attentionSelf: ({ x }) => nn.scaledDotProductAttention()(x),
  attentionMasked: dotProduct(() => ({ mask: ops.compare(pattern(4, 3), 0, "eq") })),
  attentionIntegers: dotProduct(({ i, x }) => ({ mask: ops.reshape(i, [x.shape[0] as number, 1, 3]) })),
  attentionBiased: dotProduct(() => ({ mask: numbers(234, 4, 3) })),
  attentionScaled: dotProduct(() => ({ scale: 0.25 })),
  attentionFar: dotProduct(),
  attentionNothing: dotProduct(() => ({ mask: constant(new Int32Array([1, 0, 1, 0, 0, 0]), [2, 3]) })),
  attentionSample0: dotProduct(() => ({ isCausal: true })),
  attentionSample1: dotProduct(),
  attentionSample2: dotProduct(() => ({ isCausal: true })),
  attentionSample3: dotProduct(),
});

const multihead =
  (options: (operands: Operands) => MultiheadOptions = () => ({})): Bodies[string] =>
  (operands, name) =>
    nn.multiheadAttention(2, { ...options(operands), name })(operands.x, operands.y, operands.z);

testAttention("multiheads", {
  multihead: multihead(),
  multiheadPlain: multihead(() => ({ bias: false })),
  multiheadWidths: multihead(),
  multiheadPair: multihead(),
  multiheadWeights: ({ x }, name) => nn.multiheadAttention(x, x, x, 2, { name, needWeights: true }).weights,
  multiheadWeightsByHead: ({ x }, name) => nn.multiheadAttention(x, x, x, 2, { name, needWeights: true, averageAttnWeights: false }).weights,
  multiheadMasked: multihead(() => ({ attnMask: pattern(3, 3) })),
  multiheadByHead: multihead(() => ({ attnMask: ops.cast(pattern(8, 3, 3), "bool") })),
  multiheadBiased: multihead(() => ({ attnMask: numbers(244, 3, 3) })),
  multiheadCausal: multihead(() => ({ isCausal: true })),
  multiheadPadded: multihead(({ i }) => ({ keyPaddingMask: i })),
  multiheadAll: multihead(({ i }) => ({ isCausal: true, keyPaddingMask: ops.cast(i, "bool") })),
});

const encoder =
  (options: (operands: Operands) => EncoderOptions = () => ({})): Bodies[string] =>
  (operands, name) =>
    nn.transformerEncoderLayer(operands.x, 2, { dimFeedforward: 3, dropout: 0, ...options(operands), name });

const decoder =
  (options: (operands: Operands) => DecoderOptions = () => ({})): Bodies[string] =>
  (operands, name) =>
    nn.transformerDecoderLayer(operands.x, operands.y, 2, { dimFeedforward: 3, dropout: 0, ...options(operands), name });

testAttention("transformers", {
  encoder: encoder(),
  encoderFirst: encoder(() => ({ normFirst: true, activation: "gelu", layerNormEps: 0.25 })),
  encoderMasked: encoder(({ i }) => ({ isCausal: true, keyPaddingMask: i })),
  encoderTanh: encoder(() => ({ activation: ops.tanh, mask: numbers(272, 3, 3) })),
  decoder: decoder(),
  decoderFirst: decoder(() => ({ normFirst: true, isCausal: true })),
  decoderMasked: decoder(({ i }) => ({ activation: "gelu", isCausal: true, keyPaddingMask: i, memoryMask: pattern(3, 2) })),
  decoderPadded: decoder(({ i }) => ({ memoryKeyPaddingMask: i })),
});
