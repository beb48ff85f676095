import { f32, losses, model, nn } from "gradc";

/** Two linear layers with nothing between them: x·(W_f·W_g) + (b_f·W_g + b_g), which is one. */
export default model("collapse", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const f = nn.linear(x, 2);
  const g = nn.linear(f, 1);
  return { outputs: { g }, loss: losses.mse(g, y) };
});
