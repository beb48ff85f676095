import { f32, losses, model, nn, ops } from "gradc";

/** Dropout of half of the hidden neurons; `isIn` says which took part (1) in the last row. */
export default model("dropout", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.tanh(nn.linear(x, 6));
  const kept = nn.dropout(hidden, 0.5);
  const out = nn.linear(kept, 1);
  const isIn = ops.mean(ops.compare(kept, 0, "ne"), { dim: 0 });
  return { outputs: { out }, loss: losses.mse(out, y), metrics: { isIn } };
});
