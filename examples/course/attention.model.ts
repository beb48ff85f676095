import { f32, losses, model, nn } from "gradc";

/** Attention of each place to those up to it. */
export default model("attention", { x: f32("batch", 5, 4), y: f32("batch", 5, 4) }, ({ x, y }) => {
  const q = nn.linear(x, 4);
  const k = nn.linear(x, 4);
  const v = nn.linear(x, 4);
  const out = nn.scaledDotProductAttention(q, k, v, { isCausal: true });
  return { outputs: { out }, loss: losses.mse(out, y) };
});
