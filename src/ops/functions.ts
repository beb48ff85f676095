// The functions of `ops.*` beside those of scalar ops.
export { contract, einsum, matmul } from "./contraction.ts";
export { conv2d } from "./convolution.ts";
export { cumprod, cumsum, prod } from "./cumulative.ts";
export { cdist, cosineSimilarity, norm, normalize, std } from "./lengths.ts";
export { broadcast, concat, flip, fold, gather, oneHot, permute, reshape, scatterAdd, slice, split, stack, transpose, window } from "./movement.ts";
export { pad } from "./padding.ts";
export { indexSelect, maskedFill, takeAlongDim } from "./picking.ts";
export { positionalEncoding } from "./positions.ts";
export { amax, amin, argmax, argmin, max, mean, min, size, sum, variance as var } from "./reduction.ts";
export { repeat, repeatInterleave, roll, tril, triu } from "./repeating.ts";
export { square } from "./scalar.ts";
export { scan } from "./scan.ts";
export { cast, clamp, compare, stopGradient, where } from "./selection.ts";
export { logSoftmax, logSumExp, softmax } from "./softmax.ts";
export { sort, topK } from "./sorting.ts";
export { unfold } from "./unfold.ts";
