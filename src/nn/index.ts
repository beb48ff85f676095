// `nn.*`: layers. With a tensor first a layer applies; without, it gives a `Layer` to apply later.

export { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveMaxPool1d, adaptiveMaxPool2d } from "./adaptive-pool.ts";
export { glu, logSoftmax, softmax } from "./along.ts";
export * from "./attention/index.ts";
export { bilinear } from "./bilinear.ts";
export { dropout1d, dropout2d } from "./channel-dropout.ts";
export { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d } from "./conv.ts";
export { dropout } from "./dropout.ts";
export { embedding, embeddingBag } from "./embedding.ts";
export { flatten } from "./flatten.ts";
export { linear } from "./linear.ts";
export * from "./norms/index.ts";
export { avgPool1d, avgPool2d, avgPool3d, maxPool1d, maxPool2d, maxPool3d } from "./pool.ts";
export { positionalEncoding } from "./positional-encoding.ts";
export { prelu } from "./prelu.ts";
export { celu, elu, hardsigmoid, hardswish, hardtanh, leakyRelu, relu, relu6, selu, sign, step } from "./rectifiers.ts";
export { gru, lstm, rnn } from "./recurrent/index.ts";
export { residual } from "./residual.ts";
export { sequential } from "./sequential.ts";
export { gelu, logsigmoid, mish, sigmoid, silu, softplus, softsign, tanh, tanhshrink } from "./smooth.ts";
export { standardize } from "./standardize.ts";
export { pixelShuffle, upsample } from "./upsample.ts";
