import { f32, losses, model, nn } from "gradc";

/** Exclusive or, which no single line separates: a hidden layer of four does. */
export default model("xor", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.tanh(nn.linear(x, 4));
  const logit = nn.linear(hidden, 1);
  return { outputs: { isOne: nn.sigmoid(logit) }, loss: losses.bceWithLogits(logit, y) };
});
