import { f32, losses, model, nn } from "gradc";

/** Three sigmoids in a row: the gradient of the first weight has three factors h·(1 − h), of at most 1/4 each. */
export default model("deep", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
  const h1 = nn.sigmoid(nn.linear(x, 1));
  const h2 = nn.sigmoid(nn.linear(h1, 1));
  const h3 = nn.sigmoid(nn.linear(h2, 1));
  const out = nn.linear(h3, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
