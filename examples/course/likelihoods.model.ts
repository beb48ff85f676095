import { f32, losses, model, ops } from "gradc";

const inputs = { f: f32("batch", 1), y: f32("batch", 1), p: f32("batch", 1), isOne: f32("batch", 1) };

/** Losses beside the likelihoods that they come from: the mean of −log N(y; f, 1) over the rows, and that of −log of Bernoulli's p. */
export default model("likelihoods", inputs, ({ f, y, p, isOne }) => {
  const normal = ops.div(ops.exp(ops.div(ops.square(ops.sub(y, f)), -2)), Math.sqrt(2 * Math.PI));
  const bernoulli = ops.mul(ops.pow(p, isOne), ops.pow(ops.sub(1, p), ops.sub(1, isOne)));
  const gaussNll = ops.neg(ops.mean(ops.log(normal)));
  const mse = losses.mse(f, y);
  const halfMse = ops.add(ops.div(mse, 2), Math.log(2 * Math.PI) / 2);
  const bernoulliNll = ops.neg(ops.mean(ops.log(bernoulli)));
  const bce = losses.bce(p, isOne);
  return { outputs: { gaussNll, halfMse, bernoulliNll, bce } };
});
