import { lossShape } from "../../compiler/diagnostics/definitions.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import { mean, sum } from "../ops/reduction.ts";
import { scalar } from "../ops/scalar.ts";
import { checkOptions, type Kinds, oneOf } from "../settings.ts";
import { broadcastTo, float, type Operand, originNotes, type Tensor } from "../tensor.ts";

/** What becomes of the losses of the elements: their mean (unless stated), their sum, or all of them. */
export interface Reduction {
  /** `"mean"` over all elements unless stated. */
  readonly reduction?: "mean" | "sum" | "none";
}

export const reductionKinds: Kinds<Reduction> = { reduction: oneOf("mean", "sum", "none") };

/** `losses` reduced; the mean divides by `count`, or by the number of elements. */
export function reduceLoss(losses: Tensor, { reduction = "mean" }: Reduction, count?: Tensor): Tensor {
  if (reduction === "none") return losses;
  if (reduction === "sum") return sum(losses);
  return count ? scalar.div(sum(losses), count) : mean(losses);
}

/** What errors of the loss `name` begin with. */
export const attemptOf = (name: string): string => `Cannot apply "losses.${name}"`;

/** The loss `name` of two tensors of one shape, element by element, as a function of prediction and target. */
export const pairwise = (name: string, compare: (prediction: Tensor, target: Tensor) => Tensor) => pairwiseWith<object>(name, {}, compare);

/** The loss `name` as `pairwise` makes it, with options beside the reduction, of which `kinds` tells what they may be. */
export const pairwiseWith =
  <O extends object>(name: string, kinds: Kinds<O>, compare: (prediction: Tensor, target: Tensor, options: O) => Tensor) =>
  (prediction: Tensor, target: Operand, options: Reduction & O = {} as O): Tensor => {
    checkOptions<object>(attemptOf(name), options, { ...reductionKinds, ...kinds });
    return reduceLoss(compare(...pairOf(name, prediction, target), options), options);
  };

/** Prediction and target as f32 of one shape; a number stands for a target of that shape. @throws GradcError `loss-shape` */
export function pairOf(name: string, prediction: Tensor, target: Operand): [Tensor, Tensor] {
  const attempt = attemptOf(name);
  const [p, y] = [float(attempt, prediction), float(attempt, target)];
  if (typeof target === "number") return [p, broadcastTo(attempt, y, p.shape)];
  if (!sameShape(p.shape, y.shape)) throw lossShape(name, p.shape, y.shape, "equal shapes", originNotes([p, y]));
  return [p, y];
}
