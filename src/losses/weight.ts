// Weights of elements and classes, as tensors or as numbers.
import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { isTensor } from "../is-tensor.ts";
import { ops } from "../ops/index.ts";
import { isFinite32, type Kind } from "../settings.ts";
import { broadcastTo, type Data, flatten, float, isList, type Tensor } from "../tensor.ts";
import { constant } from "../variables.ts";

/** A weight for each element, or one for all. */
export type Weight = Tensor | Data;

export const weightKind: Kind = {
  fits: (value) => isTensor(value) || isList(value) || isFinite32(value),
  expected: "a number, a list of numbers or a tensor that broadcasts to the target",
};

/** The weights of the setting as f32. @throws GradcError `setting-out-of-range` */
export function weightOf(attempt: string, setting: string, weight: Weight): Tensor {
  if (isTensor(weight)) return float(attempt, weight);
  const odd = flatten(attempt, weight).data.find((each) => !isFinite32(each));
  if (odd !== undefined) throw settingOutOfRange(attempt, setting, shown(odd), "numbers within the range of f32");
  return constant(weight);
}

/** `losses` times the weights, if there are any. @throws GradcError `shape-mismatch` for weights that do not broadcast to them */
export const weighted = (attempt: string, setting: string, weight: Weight | undefined, losses: Tensor): Tensor =>
  weight === undefined ? losses : ops.mul(losses, broadcastTo(attempt, weightOf(attempt, setting, weight), losses.shape));
