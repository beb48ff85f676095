import { f32, losses, model, nn, ops } from "gradc";

/** Digits through a code of eight numbers: the target is the input. */
export default model("autoencoder", { pixels: f32("batch", 64) }, ({ pixels }) => {
  const image = ops.div(pixels, 16);
  const code = nn.linear(nn.relu(nn.linear(image, 32, { name: "inward" })), 8);
  const outward = nn.relu(nn.linear(code, 32));
  const drawn = nn.sigmoid(nn.linear(outward, 64));
  return { outputs: { code, drawn }, loss: losses.mse(drawn, image) };
});
