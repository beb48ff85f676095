import { f32, i32, losses, metrics, model, nn, ops } from "gradc";

/** Handwritten digits by a network with one hidden layer, of which training drops a fifth. */
export default model("mlp", { pixels: f32("batch", 64), digit: i32("batch") }, ({ pixels, digit }) => {
  const hidden = nn.dropout(nn.relu(nn.linear(ops.div(pixels, 16), 64)), 0.2);
  const logits = nn.linear(hidden, 10);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, digit), metrics: { accuracy: metrics.accuracy(logits, digit) } };
});
