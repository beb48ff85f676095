// `ops.*`: every primitive except the sources, and what is commonly made of them.
export { contract, einsum, matmul } from "./contraction.ts";
export { conv2d } from "./convolution.ts";
export {
  broadcast,
  concat,
  flip,
  fold,
  gather,
  oneHot,
  pad,
  permute,
  reshape,
  scatterAdd,
  slice,
  split,
  stack,
  transpose,
  window,
} from "./movement.ts";
export { amax, amin, argmax, max, mean, min, norm, size, sum, variance as var } from "./reduction.ts";
export * from "./scalar.ts";
export { logSoftmax, logSumExp, softmax } from "./softmax.ts";
