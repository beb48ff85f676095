// `losses.*(prediction, target, { reduction })`: scalars to minimise.
export { bce, bceWithLogits } from "./binary.ts";
export { crossEntropy } from "./cross-entropy.ts";
export { l1, mse } from "./regression.ts";
