export { multiheadAttention } from "./multihead.ts";
export { scaledDotProductAttention } from "./scaled-dot-product.ts";
export { transformerDecoderLayer, transformerEncoderLayer } from "./transformer.ts";
