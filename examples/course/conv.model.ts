import { f32, losses, model, nn } from "gradc";

/** A convolution of an image with one kernel of 3 by 3, and the largest value of each 2 by 2 places. */
export default model("conv", { x: f32("batch", 1, 6, 6), y: f32("batch", 1, 2, 2) }, ({ x, y }) => {
  const c = nn.conv2d(x, 1, 3);
  const p = nn.maxPool2d(nn.relu(c), 2);
  return { outputs: { p }, loss: losses.mse(p, y) };
});
