import { f32, losses, model, nn } from "gradc";

/** A recurrent network over three steps of time, with the same weights in each. */
export default model("recurrent", { x: f32("batch", 3, 2), y: f32("batch", 1) }, ({ x, y }) => {
  const rec = nn.rnn(x, 2);
  const out = nn.linear(nn.flatten(rec.hn), 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
