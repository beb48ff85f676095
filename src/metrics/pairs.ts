// What metrics of numbers have in common.

import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import { float, type Tensor } from "../tensor.ts";
import { attemptOf } from "./attempt.ts";

/** Prediction and target as f32 of one shape. @throws GradcError `shape-mismatch` */
export function pairOf(name: string, prediction: Tensor, target: Tensor): [p: Tensor, y: Tensor] {
  const [p, y] = [float(attemptOf(name), prediction), float(attemptOf(name), target)];
  if (!sameShape(p.shape, y.shape)) throw shapeMismatch(attemptOf(name), [p.shape, y.shape], `a target ${formatShape(p.shape)}`);
  return [p, y];
}
