import { ops } from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";
import { pairOf } from "./pairs.ts";

/** The mean of `|prediction - target|`. @throws GradcError `shape-mismatch` */
export function mae(prediction: Tensor, target: Tensor): Tensor {
  const [p, y] = pairOf("mae", prediction, target);
  return ops.mean(ops.abs(ops.sub(p, y)));
}
