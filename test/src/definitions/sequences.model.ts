import { f32, losses, model, nn, ops, type Tensor } from "gradc";

const residual = (h: Tensor): Tensor => {
  const body = nn.sequential(nn.linear(4, { bias: false }), nn.relu, nn.linear(4, { bias: false }));
  return ops.add(h, body(h));
};

export default model("sequences", { x: f32("batch", 4), y: f32("batch", 4) }, ({ x, y }) => {
  const net = nn.sequential(nn.standardize, nn.relu, nn.linear(4, { bias: false }));
  const q = net(net(x));
  const p = nn.linear(nn.sequential(nn.linear(5, { bias: false }), nn.linear(4, { bias: false }))(q), 4, { bias: false });
  const l = nn.sequential(nn.standardize, nn.linear(4, { bias: false }), (t) => nn.linear(t, 4, { bias: false }))(p);
  const out = nn.sequential(residual, nn.linear(4, { bias: false }), residual)(l);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
