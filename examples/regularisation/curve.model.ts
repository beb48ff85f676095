import { f32, losses, model, nn, type Tensor } from "gradc";

const inputs = { x: f32("batch", 1), y: f32("batch", 1) };

const network = (x: Tensor, p: number): Tensor => {
  const first = nn.dropout(nn.tanh(nn.linear(x, 64)), p);
  const second = nn.dropout(nn.tanh(nn.linear(first, 64)), p);
  return nn.linear(second, 1);
};

/** A curve through few points: far more weights than rows. */
export default model("curve", inputs, ({ x, y }) => {
  const f = network(x, 0);
  return { outputs: { f }, loss: losses.mse(f, y) };
});

/** The same, of which each step leaves out a part of the hidden neurons. */
export const dropout = model("curveWithDropout", inputs, ({ x, y }) => {
  const f = network(x, 0.2);
  return { outputs: { f }, loss: losses.mse(f, y) };
});
