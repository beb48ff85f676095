import { f32, losses, model, nn } from "gradc";

const first = {
  weight: [
    [0.5, -1],
    [-0.25, 0.5],
  ],
  bias: [0.5, 0.25],
};
const second = { weight: [[1], [-0.5]], bias: [0.2096483] };

/** The network of the course: two inputs, two hidden neurons, one output, g = tanh, one example. The last bias makes the output 0.5 at x = (1, 2). */
export default model("net", { x: f32(2), y: f32(1) }, ({ x, y }) => {
  const a = nn.linear(x, 2, { init: first });
  const z = nn.tanh(a);
  const a3 = nn.linear(z, 1, { init: second });
  const yhat = nn.tanh(a3);
  return { outputs: { yhat }, loss: losses.mse(yhat, y, { reduction: "sum" }) };
});
