// A net with steps of time, and one with attention.
import { f32, losses, model, nn, ops } from "gradc";

export const recurrent = model("recurrent", { u: f32("batch", 3, 2), y: f32("batch", 1) }, ({ u, y }) => {
  const r = nn.rnn(u, 2);
  const f = nn.linear(nn.flatten(r.hn), 1);
  return { outputs: { f }, loss: losses.mse(f, y) };
});

export const attention = model("attention", { x: f32("batch", 4, 3), y: f32("batch", 4, 3) }, ({ x, y }) => {
  const q = nn.linear(x, 3);
  const k = nn.linear(x, 3);
  const a = ops.softmax(ops.matmul(q, ops.transpose(k, 1, 2)), { dim: 2 });
  const g = nn.sigmoid(a);
  const m = ops.matmul(g, x);
  return { outputs: { m }, loss: losses.mse(m, y) };
});
