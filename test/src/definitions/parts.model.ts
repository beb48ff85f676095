import { f32, gradient, losses, model, nn, ops, type Tensor } from "gradc";

/** Values that are parts of what a call gives. */
const halves = (x: Tensor): Tensor => {
  const [first, second] = ops.split(x, 2, { dim: 1 }) as [Tensor, Tensor];
  return ops.mul(first, ops.sigmoid(second));
};

export default model("parts", { x: f32("batch", 4), y: f32("batch", 1) }, ({ x, y }) => {
  const h = halves(nn.linear(x, 4, { name: "z" }));
  const { values: sorted } = ops.sort(h);
  const out = nn.linear(sorted, 1);
  const [slope] = gradient(ops.sum(out), [x]) as [Tensor];
  const inner = gradient(ops.sum(out), [h])[0] as Tensor;
  const penalty = ops.add(ops.mean(ops.square(slope)), ops.mean(ops.square(inner)));
  return { outputs: { out }, loss: ops.add(losses.mse(out, y), penalty) };
});
