import { f32, losses, model, nn, ops, type Tensor } from "gradc";
export default model("sequences", { x: f32("batch", 4), y: f32("batch", 4) }, ({ x, y }) => {
  const net = nn.sequential(
    nn.standardize,
    (t: Tensor) => nn.linear(nn.relu(t), 4, { bias: false }),
    (t) => {
      const inner = nn.linear(t, 4, { bias: false });
      return ops.add(nn.linear(inner, 4, { bias: false }), nn.linear(inner, 4, { bias: false }));
    },
  );
  const q = net(x);
  const p = nn.linear(nn.sequential(nn.linear(5, { bias: false }), nn.linear(4, { bias: false }))(q), 4, { bias: false });
  const l = nn.sequential(nn.standardize, nn.linear(4, { bias: false }), (t) => nn.linear(t, 4, { bias: false }))(p);
  return { outputs: { l }, loss: losses.mse(l, y) };
});
