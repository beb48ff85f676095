import { lossShape, settingOutOfRange } from "../../compiler/diagnostics.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import { mean, sum } from "../ops/reduction.ts";
import { div } from "../ops/scalar.ts";
import { broadcastTo, float, type Operand, originNotes, type Tensor } from "../tensor.ts";

/** What becomes of the losses of the elements: their mean (unless stated), their sum, or all of them. */
export interface Reduction {
  readonly reduction?: "mean" | "sum" | "none";
}

/** `losses` reduced; the mean divides by `count`, or by the number of elements. @throws GradcError `setting-out-of-range` */
export function reduceLoss(name: string, losses: Tensor, { reduction = "mean" }: Reduction, count?: Tensor): Tensor {
  if (reduction === "none") return losses;
  if (reduction === "sum") return sum(losses);
  if (reduction === "mean") return count ? div(sum(losses), count) : mean(losses);
  throw settingOutOfRange(`Cannot apply "losses.${name}"`, "reduction", String(reduction), '"mean", "sum" or "none"');
}

/** Prediction and target as f32 of one shape; a number stands for a target of that shape. @throws GradcError `loss-shape` */
export function pairOf(name: string, prediction: Tensor, target: Operand): [Tensor, Tensor] {
  const attempt = `Cannot apply "losses.${name}"`;
  const [p, y] = [float(attempt, prediction), float(attempt, target)];
  if (typeof target === "number") return [p, broadcastTo(attempt, y, p.shape)];
  if (!sameShape(p.shape, y.shape)) throw lossShape(name, p.shape, y.shape, "equal shapes", originNotes([p, y]));
  return [p, y];
}
