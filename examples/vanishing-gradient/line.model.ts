import { f32, losses, model, nn } from "gradc";

/** A line through points: two parameters, so that its loss is a landscape over a plane. */
export default model("line", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
  const line = nn.linear(x, 1, { init: { weight: "zeros", bias: "zeros" } });
  return { outputs: { line }, loss: losses.mse(line, y) };
});
