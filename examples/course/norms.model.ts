import { f32, losses, model, nn, ops } from "gradc";

/** Two normalisations of the same values: of each over the rows of the batch, and of each row over its values. */
export default model("norms", { x: f32("batch", 4), y: f32("batch", 1) }, ({ x, y }) => {
  const overRows = nn.batchNorm1d(x);
  const overValues = nn.layerNorm(x);
  const out = nn.linear(ops.add(overRows, overValues), 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
