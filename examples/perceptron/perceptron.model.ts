import { f32, losses, model, nn } from "gradc";

/** A line between two classes, -1 and 1. With `optim.sgd({ lr: 1 })` and one example a step it is trained by Rosenblatt's rule. */
export default model("perceptron", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const score = nn.linear(x, 1, { init: { weight: "zeros", bias: "zeros" } });
  return { outputs: { score, decision: nn.sign(score) }, loss: losses.perceptron(score, y, { strict: false }) };
});
