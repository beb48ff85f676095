// Ops that choose elements, and those that give no number of which there is a gradient.
import { f32, i32, ops } from "../../../src/index.ts";
import { type Examples, example } from "./example.ts";

const x = f32("batch", 3);

export const selection: Examples = {
  "ops.argmax": example({ x }, ({ x }) => ops.argmax(x, { dim: 1 })),
  "ops.argmin": example({ x }, ({ x }) => ops.argmin(x, { dim: 1 })),
  "ops.ceil": example({ x }, ({ x }) => ops.ceil(x)),
  "ops.clamp": example({ x }, ({ x }) => ops.clamp(x, -1, 1)),
  "ops.compare": example({ x, y: x }, ({ x, y }) => ops.compare(x, y, "lt")),
  "ops.floor": example({ x }, ({ x }) => ops.floor(x)),
  "ops.gather": example({ x: f32(10, 3), indices: i32("batch") }, ({ x, indices }) => ops.gather(x, indices)),
  "ops.indexSelect": example({ x, indices: i32(2) }, ({ x, indices }) => ops.indexSelect(x, indices, { dim: 1 })),
  "ops.maskedFill": example({ x, y: x }, ({ x, y }) => ops.maskedFill(x, ops.compare(y, 0, "gt"), -1)),
  "ops.oneHot": example({ y: i32("batch") }, ({ y }) => ops.oneHot(y, 3)),
  "ops.round": example({ x }, ({ x }) => ops.round(x)),
  "ops.scatterAdd": example({ x, indices: i32("batch") }, ({ x, indices }) => ops.scatterAdd(x, indices, 10)),
  "ops.sign": example({ x }, ({ x }) => ops.sign(x)),
  "ops.size": example({ x }, ({ x }) => ops.div(x, ops.size(x, { dim: 0 }))),
  "ops.sort": example({ x }, ({ x }) => ops.sort(x).values),
  "ops.stopGradient": example({ x }, ({ x }) => ops.mul(x, ops.stopGradient(x))),
  "ops.takeAlongDim": example({ x, indices: i32("batch", 1) }, ({ x, indices }) => ops.takeAlongDim(x, indices, { dim: 1 })),
  "ops.topK": example({ x }, ({ x }) => ops.topK(x, 2).values),
  "ops.trunc": example({ x }, ({ x }) => ops.trunc(x)),
  "ops.where": example({ x, y: x }, ({ x, y }) => ops.where(ops.compare(x, y, "gt"), x, ops.mul(2, y))),
};
