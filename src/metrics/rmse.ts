import { ops } from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";
import { pairOf } from "./pairs.ts";

/** The root of the mean of `(prediction - target)²`. @throws GradcError `shape-mismatch` */
export function rmse(prediction: Tensor, target: Tensor): Tensor {
  const [p, y] = pairOf("rmse", prediction, target);
  return ops.sqrt(ops.mean(ops.square(ops.sub(p, y))));
}
