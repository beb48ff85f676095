import { f32, losses, model, nn } from "gradc";

export default model("windows", { x: f32("batch", 2, 6, 6), y: f32("batch", 3) }, ({ x, y }) => {
  const c = nn.conv2d(x, 3, 3, { stride: 2, padding: 1 });
  const m = nn.maxPool2d(nn.relu(c), 2, { stride: 1 });
  const s = nn.linear(nn.flatten(m), 3);
  return { outputs: { s }, loss: losses.mse(s, y) };
});
