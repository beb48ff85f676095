// Layers of sequences: attention and recurrence.
import { f32, nn, ops } from "../../../src/index.ts";
import { type Examples, example } from "./example.ts";

const sequences = { x: f32("batch", 5, 4) };

export const sequence: Examples = {
  "nn.gru": example(sequences, ({ x }) => nn.gru(x, 3).output, "y"),
  "nn.lstm": example(sequences, ({ x }) => nn.lstm(x, 3).output, "y"),
  "nn.multiheadAttention": example(sequences, ({ x }) => nn.multiheadAttention(x, x, x, 2)),
  "nn.positionalEncoding": example(sequences, ({ x }) => nn.positionalEncoding(x)),
  "nn.rnn": example(sequences, ({ x }) => nn.rnn(x, 3).output, "y"),
  "nn.scaledDotProductAttention": example({ q: f32("batch", 5, 4), k: f32("batch", 6, 4), v: f32("batch", 6, 3) }, ({ q, k, v }) =>
    nn.scaledDotProductAttention(q, k, v),
  ),
  "nn.transformerDecoderLayer": example({ x: f32("batch", 5, 4), memory: f32("batch", 6, 4) }, ({ x, memory }) =>
    nn.transformerDecoderLayer(x, memory, 2, { dimFeedforward: 8, dropout: 0, isCausal: true }),
  ),
  "nn.transformerEncoderLayer": example(sequences, ({ x }) => nn.transformerEncoderLayer(x, 2, { dimFeedforward: 8, dropout: 0 })),
  "ops.scan": example(
    { x: f32(5) },
    ({ x }) =>
      ops.scan(
        ({ carry, inputs }) => {
          const s = ops.add(ops.mul(0.9, carry.s), inputs.x);
          return { carry: { s }, outputs: { s } };
        },
        { carry: { s: 0 }, inputs: { x } },
      ).outputs.s,
  ),
};
