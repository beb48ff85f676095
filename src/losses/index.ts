// `losses.*(prediction, target, { reduction })`: scalars to minimise.
export { bce, bceWithLogits } from "./binary.ts";
export { crossEntropy } from "./cross-entropy.ts";
export { cosineEmbedding, tripletMargin } from "./embeddings.ts";
export { gaussianNll, kl, poissonNll } from "./likelihoods.ts";
export { hinge, marginRanking, multiMargin, perceptron, softMargin, squaredHinge } from "./margins.ts";
export { nll } from "./nll.ts";
export { huber, l1, mse, smoothL1 } from "./regression.ts";
