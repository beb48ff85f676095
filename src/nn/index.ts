// `nn.*`: layers. With a tensor first a layer applies; without, it gives a `Layer` to apply later.
export { dropout, flatten, relu, sigmoid, sign, softmax, softplus, tanh } from "./activations.ts";
export * from "./attention/index.ts";
export { bilinear } from "./bilinear.ts";
export { dropout1d, dropout2d } from "./channel-dropout.ts";
export { conv2d, maxPool2d } from "./conv.ts";
export { embedding, embeddingBag } from "./embedding.ts";
export { linear } from "./linear.ts";
export * from "./norms/index.ts";
export { positionalEncoding } from "./positional-encoding.ts";
export { residual } from "./residual.ts";
export { sequential } from "./sequential.ts";
export { standardize } from "./standardize.ts";
