import { f32, losses, model, nn } from "gradc";

/** A perceptron: the side of a line on which a row lies, and a loss that counts by how far it is on the wrong one. */
export default model("neuron", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const f = nn.linear(x, 1);
  const side = nn.sign(f);
  return { outputs: { side }, loss: losses.perceptron(f, y, { reduction: "sum" }) };
});
