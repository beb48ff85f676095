import { f32, losses, model, nn } from "gradc";
export default model("two", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const h = nn.tanh(nn.linear(x, 3));
  const out = nn.linear(h, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
