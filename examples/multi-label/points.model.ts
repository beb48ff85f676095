import { f32, losses, metrics, model, nn } from "gradc";

/** Which of three labels a point of the plane has: each is a question of its own, so that a row may have none of them or all. */
export default model("points", { point: f32("batch", 2), labels: f32("batch", 3) }, ({ point, labels }) => {
  const hidden = nn.tanh(nn.linear(point, 16));
  const logits = nn.linear(hidden, 3);
  const f1 = metrics.f1(logits, labels);
  return { outputs: { probabilities: nn.sigmoid(logits) }, loss: losses.bceWithLogits(logits, labels), metrics: { f1 } };
});
