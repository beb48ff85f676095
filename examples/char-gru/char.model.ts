import { f32, i32, losses, model, nn, type Tensor } from "gradc";

/** Characters of text.txt: 24 letters, comma, full stop and what separates words. */
const characters = 26;
const width = 64;
const length = 24;

/** Scores of the next character after each, and what the layer remembers at the end. */
function reader(text: Tensor, h0?: Tensor): { scores: Tensor; hn: Tensor } {
  const letters = nn.embedding(text, characters, 16);
  const gru = nn.gru(letters, width, h0 ? { h0 } : {});
  const scores = nn.linear(gru.output, characters);
  return { scores, hn: gru.hn };
}

/** Reads pieces of text and predicts each next character. */
export default model("char", { text: i32("batch", length), next: i32("batch", length) }, ({ text, next }) => {
  const { scores } = reader(text);
  return { outputs: { scores }, loss: losses.crossEntropy(scores, next) };
});

/** The same network a character at a time, which is given what it remembers. */
export const one = model("oneChar", { text: i32("batch", 1), h0: f32("batch", 1, width) }, ({ text, h0 }) => {
  const { scores, hn } = reader(text, h0);
  return { outputs: { scores, hn } };
});
