import { f32, i32, losses, metrics, model, nn } from "gradc";

/** The species of an iris from four measures of its flower, by softmax regression (data: Fisher 1936). */
export default model("iris", { measures: f32("batch", 4), species: i32("batch") }, ({ measures, species }) => {
  const logits = nn.linear(nn.standardize(measures), 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, species), metrics: { accuracy: metrics.accuracy(logits, species) } };
});
