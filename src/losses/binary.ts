import { elementAt } from "../../compiler/ir/element.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { recordComparison } from "../definition.ts";
import { scalar } from "../ops/scalar.ts";
import { compare, where } from "../ops/selection.ts";
import type { Tensor } from "../tensor.ts";
import { pairwise } from "./reduction.ts";

const { add, log, mul, neg, softplus, sub } = scalar;

// The largest f32 whose logarithm is at most -100.
const leastProbability = 3.783505853677006e-44;

/** The logarithm, at least -100, with slope 0 below. NaN passes. */
const clampedLog = (x: Tensor): Tensor => where(compare(x, leastProbability, "le"), -100, log(x));

/**
 * Binary cross-entropy of probabilities: the mean of `-(y log p + (1 - y) log(1 - p))`, each logarithm held at -100 and above.
 * Where the prediction is a sigmoid, the loss is `bceWithLogits` of its argument.
 * @throws GradcError `loss-shape`
 */
export const bce = pairwise("bce", (p, y) => {
  recordComparison(p, y, "identity");
  return isOp(p, "sigmoid") ? ofLogits(elementAt(p.inputs, 0), y) : neg(add(mul(y, clampedLog(p)), mul(sub(1, y), clampedLog(sub(1, p)))));
});

const ofLogits = (z: Tensor, y: Tensor): Tensor => sub(softplus(z), mul(z, y));

/** Binary cross-entropy of logits: the mean of `softplus(z) - z·y`, smooth everywhere. @throws GradcError `loss-shape` */
export const bceWithLogits = pairwise("bceWithLogits", (z, y) => {
  recordComparison(z, y, "sigmoid");
  return ofLogits(z, y);
});
