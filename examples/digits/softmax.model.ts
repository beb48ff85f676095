import { f32, i32, losses, metrics, model, nn, ops } from "gradc";

/** Handwritten digits by softmax regression: each pixel votes for each digit. */
export default model("softmax", { pixels: f32("batch", 64), digit: i32("batch") }, ({ pixels, digit }) => {
  const logits = nn.linear(ops.div(pixels, 16), 10);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, digit), metrics: { accuracy: metrics.accuracy(logits, digit) } };
});
