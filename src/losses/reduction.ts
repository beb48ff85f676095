import { lossShape } from "../../compiler/diagnostics/definitions.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import { mean, sum } from "../ops/reduction.ts";
import { scalar } from "../ops/scalar.ts";
import { checkOptions, type Kinds, oneOf } from "../settings.ts";
import { broadcastTo, float, type Operand, originNotes, type Tensor } from "../tensor.ts";

/** What becomes of the losses of the elements: their mean (unless stated), their sum, or all of them. */
export interface Reduction {
  readonly reduction?: "mean" | "sum" | "none";
}

export const reductionKinds: Kinds<Reduction> = { reduction: oneOf("mean", "sum", "none") };

/** `losses` reduced; the mean divides by `count`, or by the number of elements. */
export function reduceLoss(losses: Tensor, { reduction = "mean" }: Reduction, count?: Tensor): Tensor {
  if (reduction === "none") return losses;
  if (reduction === "sum") return sum(losses);
  return count ? scalar.div(sum(losses), count) : mean(losses);
}

/** The loss `name` of two tensors of one shape, element by element, as a function of prediction and target. */
export const pairwise =
  (name: string, compare: (prediction: Tensor, target: Tensor) => Tensor) =>
  (prediction: Tensor, target: Operand, options: Reduction = {}): Tensor => {
    checkOptions(`Cannot apply "losses.${name}"`, options, reductionKinds);
    return reduceLoss(compare(...pairOf(name, prediction, target)), options);
  };

/** Prediction and target as f32 of one shape; a number stands for a target of that shape. @throws GradcError `loss-shape` */
export function pairOf(name: string, prediction: Tensor, target: Operand): [Tensor, Tensor] {
  const attempt = `Cannot apply "losses.${name}"`;
  const [p, y] = [float(attempt, prediction), float(attempt, target)];
  if (typeof target === "number") return [p, broadcastTo(attempt, y, p.shape)];
  if (!sameShape(p.shape, y.shape)) throw lossShape(name, p.shape, y.shape, "equal shapes", originNotes([p, y]));
  return [p, y];
}
