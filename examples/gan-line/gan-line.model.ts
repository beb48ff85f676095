import { f32, model, nn, ops } from "gradc";

/**
 * A generator makes points of noise, and a discriminator tells them from real ones (Goodfellow et al. 2014, with the generator's loss that does not
 * saturate). Each trains its own parameters.
 */
export default model("gan-line", { noise: f32("batch", 2), real: f32("batch", 2) }, ({ noise, real }) => {
  const hidden = nn.tanh(nn.linear(noise, 16));
  const made = nn.linear(hidden, 2);
  const told = nn.sequential(nn.linear(32), nn.leakyRelu(0.2), nn.linear(1));
  const [right, wrong] = [told(real), told(made)];
  // −log D(real) − log(1 − D(made)), and −log D(made), D the sigmoid of what is told.
  const discriminator = ops.add(ops.mean(ops.softplus(ops.neg(right))), ops.mean(ops.softplus(wrong)));
  const generator = ops.mean(ops.softplus(ops.neg(wrong)));
  return {
    outputs: { made },
    games: {
      discriminator: { loss: discriminator, parameters: "told.*" },
      generator: { loss: generator, parameters: ["hidden.*", "made.*"] },
    },
  };
});
