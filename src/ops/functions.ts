// The functions of `ops.*` beside those of scalar ops.
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
export { positionalEncoding } from "./positions.ts";
export { amax, amin, argmax, max, mean, min, norm, size, sum, variance as var } from "./reduction.ts";
export { square } from "./scalar.ts";
export { scan } from "./scan.ts";
export { cast, clamp, compare, stopGradient, where } from "./selection.ts";
export { logSoftmax, logSumExp, softmax } from "./softmax.ts";
