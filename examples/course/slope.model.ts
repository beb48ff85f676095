import { f32, losses, model, nn } from "gradc";

/** One weight, which is enough to see what an optimizer does with its gradient. */
export default model("slope", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
  const f = nn.linear(x, 1, { bias: false });
  return { outputs: { f }, loss: losses.mse(f, y) };
});
