// Ops that add up, and products.
import { f32, ops, random } from "../../../src/index.ts";
import { type Examples, example } from "./example.ts";

const x = f32("batch", 3);

export const reduction: Examples = {
  "ops.contract": example({ x, y: f32(3, 2) }, ({ x, y }) => ops.contract(x, y, "bi,ij->bj")),
  "ops.cosineSimilarity": example({ a: x, b: x }, ({ a, b }) => ops.cosineSimilarity(a, b)),
  "ops.cumprod": example({ x }, ({ x }) => ops.cumprod(x, { dim: 1 })),
  "ops.cumsum": example({ x }, ({ x }) => ops.cumsum(x, { dim: 1 })),
  "ops.einsum": example({ x, w: f32(3, 2) }, ({ x, w }) => ops.einsum("bi,ij->bj", x, w)),
  "ops.logSoftmax": example({ x }, ({ x }) => ops.logSoftmax(x)),
  "ops.logSumExp": example({ x }, ({ x }) => ops.logSumExp(x, { dim: 1 })),
  "ops.matmul": example({ x, y: f32(3, 2) }, ({ x, y }) => ops.matmul(x, y)),
  "ops.positionalEncoding": example({ x: f32("batch", 5, 4) }, ({ x }) => ops.add(x, ops.positionalEncoding(5, 4))),
  "ops.prod": example({ x }, ({ x }) => ops.prod(x, { dim: 1 })),
  "ops.softmax": example({ x }, ({ x }) => ops.softmax(x)),
  "random.normal": example({}, () => random.normal([3])),
  "random.uniform": example({}, () => random.uniform([3])),
};
