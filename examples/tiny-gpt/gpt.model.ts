import { i32, losses, model, nn } from "gradc";

/** Characters of ../char-gru/text.txt. */
const characters = 26;
const length = 32;
const width = 32;

/** A transformer of two layers whose places see those up to their own: each predicts the next character. */
export default model("gpt", { text: i32("batch", length), next: i32("batch", length) }, ({ text, next }) => {
  const letters = nn.embedding(text, characters, width, { init: { normal: [0, 0.3] } });
  const placed = nn.positionalEncoding(letters);
  const settings = { dimFeedforward: 64, dropout: 0.1, normFirst: true, isCausal: true };
  const first = nn.transformerEncoderLayer(placed, 4, settings);
  const second = nn.transformerEncoderLayer(first, 4, settings);
  const last = nn.layerNorm(second);
  const scores = nn.linear(last, characters);
  return { outputs: { scores }, loss: losses.crossEntropy(scores, next) };
});
