import { f32, losses, model, nn } from "gradc";

/** Median house price of a district in 1000 USD from 12 predictors: two layers, after the data of Harrison and Rubinfeld (1978). */
export default model("housing", { x: f32("batch", 12), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.tanh(nn.linear(nn.standardize(x), 5));
  const price = nn.linear(hidden, 1);
  return { outputs: { price }, loss: losses.mse(price, y) };
});
