import { f32, i32, losses, metrics, model, nn, ops } from "gradc";

/** Handwritten digits by two convolutions: what is learned at one place is known at all. */
export default model("cnn", { pixels: f32("batch", 64), digit: i32("batch") }, ({ pixels, digit }) => {
  const image = ops.reshape(ops.div(pixels, 16), ["batch", 1, 8, 8]);
  const edges = nn.relu(nn.conv2d(image, 16, 3, { padding: 1 }));
  const shapes = nn.relu(nn.conv2d(nn.maxPool2d(edges, 2), 32, 3, { padding: 1 }));
  const features = nn.dropout(nn.flatten(nn.maxPool2d(shapes, 2)), 0.25);
  const logits = nn.linear(features, 10);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, digit), metrics: { accuracy: metrics.accuracy(logits, digit) } };
});
