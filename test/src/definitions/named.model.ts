import { f32, losses, model, nn, ops, type Tensor } from "gradc";

const shared = nn.linear(5);

function block(x: Tensor, size: number): Tensor {
  const first = nn.relu(nn.linear(x, size));
  return nn.linear(first, size);
}

export default model("named", { x: f32("batch", 12), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.tanh(nn.linear(nn.standardize(x), 5));
  const a = block(hidden, 4);
  let h = a;
  for (let i = 0; i < 2; i++) {
    h = nn.relu(nn.linear(h, 5));
  }
  const layers = [3, 5].map((size) => nn.linear(size));
  const net = nn.sequential(nn.linear(16), nn.relu, ...layers)(h);
  const both = ops.add(nn.linear(net, 5), shared(net));
  const price = nn.linear(both, 1);
  return { outputs: { price, spread: nn.softplus(nn.linear(both, 1)) }, loss: losses.mse(price, y) };
});
