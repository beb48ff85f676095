import { f32, i32, losses, model, nn, ops, elementwise, parameter, gradient } from "gradc";

function block(x: any, width: number) {
  const first = nn.linear(x, width);
  const act = nn.tanh(first);
  return nn.linear(act, width);
}

const swish = elementwise((x: number) => x / (1 + Math.exp(-x)));

export default model("tricky-net", { x: f32("batch", 6), label: i32("batch") }, ({ x, label }) => {
  const layers = [8, 8].map((n) => nn.linear(n));
  let h: any = x;
  for (const layer of layers) h = nn.relu(layer(h));
  const a = block(h, 5);
  const b = block(a, 5);
  const scale = parameter([5], { init: "ones" });
  const scaled = ops.mul(swish(b), scale);
  const logits = nn.sequential(nn.linear(7), nn.tanh, nn.dropout(0.2), nn.linear(3))(scaled);
  const probabilities = nn.softmax(logits);
  const prediction = ops.argmax(logits, { dim: -1 });
  const correct = ops.sum(ops.cast(ops.compare(prediction, label, "eq"), "f32"));
  return { outputs: { probabilities, prediction }, loss: losses.crossEntropy(logits, label), metrics: { accuracy: { sum: correct, count: ops.sum(ops.cast(ops.compare(label, 0, "ge"), "f32")) } } };
});
export const hvp = model("hvp", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const h = nn.tanh(nn.linear(x, 3));
  const out = nn.linear(h, 1);
  const mse = losses.mse(out, y);
  const [gx] = gradient(ops.sum(out), [x]);
  const penalty = ops.mean(ops.square(ops.sub(ops.norm(gx!, { dim: 1 }), 1)));
  return { outputs: { out }, loss: ops.add(mse, ops.mul(penalty, 0.1)) };
});
