// Layers of rows, and what layers are put together with.
import { f32, i32, nn, ops } from "../../../src/index.ts";
import { type Examples, example } from "./example.ts";

const x = f32("batch", 3);

export const dense: Examples = {
  "nn.bilinear": example({ a: f32("batch", 3), b: f32("batch", 4) }, ({ a, b }) => nn.bilinear(a, b, 2)),
  "nn.dropout": example({ x }, ({ x }) => nn.dropout(x, 0.1)),
  "nn.dropout1d": example({ x: f32("batch", 3, 8) }, ({ x }) => nn.dropout1d(x, 0.1)),
  "nn.dropout2d": example({ x: f32("batch", 3, 8, 8) }, ({ x }) => nn.dropout2d(x, 0.1)),
  "nn.embedding": example({ x: i32("batch") }, ({ x }) => nn.embedding(x, 10, 4)),
  "nn.embeddingBag": example({ x: i32("batch", 5) }, ({ x }) => nn.embeddingBag(x, 10, 4)),
  "nn.flatten": example({ x: f32("batch", 2, 3) }, ({ x }) => nn.flatten(x)),
  "nn.glu": example({ x: f32("batch", 4) }, ({ x }) => nn.glu(x)),
  "nn.linear": example({ x }, ({ x }) => nn.linear(x, 2)),
  "nn.logSoftmax": example({ x }, ({ x }) => nn.logSoftmax(x)),
  "nn.prelu": example({ x }, ({ x }) => nn.prelu(x)),
  "nn.residual": example({ x }, ({ x }) => nn.residual(nn.linear(3))(x)),
  "nn.sequential": example({ x }, ({ x }) => nn.sequential(x, nn.linear(4), nn.tanh(), nn.linear(2))),
  "nn.sign": example({ x }, ({ x }) => nn.sign(x)),
  "nn.softmax": example({ x }, ({ x }) => nn.softmax(x)),
  "nn.standardize": example({ x }, ({ x }) => nn.standardize(x)),
  "nn.step": example({ x }, ({ x }) => nn.step(x)),
};

export const norms: Examples = {
  "nn.batchNorm1d": example({ x }, ({ x }) => nn.batchNorm1d(x)),
  "nn.batchNorm2d": example({ x: f32("batch", 3, 8, 8) }, ({ x }) => nn.batchNorm2d(x)),
  "nn.batchNorm3d": example({ x: f32("batch", 3, 4, 4, 4) }, ({ x }) => nn.batchNorm3d(x)),
  "nn.groupNorm": example({ x: f32("batch", 4, 8, 8) }, ({ x }) => nn.groupNorm(x, 2)),
  "nn.instanceNorm1d": example({ x: f32("batch", 3, 8) }, ({ x }) => nn.instanceNorm1d(x)),
  "nn.instanceNorm2d": example({ x: f32("batch", 3, 8, 8) }, ({ x }) => nn.instanceNorm2d(x, { affine: true })),
  "nn.layerNorm": example({ x }, ({ x }) => nn.layerNorm(x)),
  "nn.rmsNorm": example({ x }, ({ x }) => nn.rmsNorm(x)),
  "ops.normalize": example({ x }, ({ x }) => ops.normalize(x)),
};
