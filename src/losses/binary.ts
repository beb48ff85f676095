import { elementAt } from "../../compiler/ir/element.ts";
import { giveForm } from "../../compiler/ir/graph.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { recordComparison } from "../definition.ts";
import { scalar } from "../ops/scalar.ts";
import { compare, where } from "../ops/selection.ts";
import type { Tensor } from "../tensor.ts";
import { throughSigmoid } from "./passages.ts";
import { attemptOf, pairwiseWith } from "./reduction.ts";
import { type Weight, weighted, weightKind } from "./weight.ts";

const { add, log, mul, neg, softplus, sub } = scalar;

/** A setting of `bce` and `bceWithLogits`. */
interface Weighted {
  /** A weight for each element, that broadcasts to the target; the mean divides by the number of elements all the same. */
  readonly weight?: Weight;
}

// The largest f32 whose logarithm is at most -100.
const leastProbability = 3.783505853677006e-44;

/** The logarithm, at least -100, with slope 0 below. NaN passes. */
const clampedLog = (x: Tensor): Tensor => where(compare(x, leastProbability, "le"), -100, log(x));

/**
 * Binary cross-entropy of probabilities: the mean of `-(y log p + (1 - y) log(1 - p))`, each logarithm held at -100 and above.
 * Where the prediction is a sigmoid, the loss is `bceWithLogits` of its argument.
 * @throws GradcError `loss-shape`
 */
export const bce = pairwiseWith<Weighted>("bce", { weight: weightKind }, (p, y, { weight }) => {
  recordComparison(p, y, "identity");
  const withLog = (logOf: (x: Tensor) => Tensor) => neg(add(mul(y, logOf(p)), mul(sub(1, y), logOf(sub(1, p)))));
  const losses = isOp(p, "sigmoid") ? giveForm(ofLogits(elementAt(p.inputs, 0), y), withLog(log)) : withLog(clampedLog);
  return weighted(attemptOf("bce"), "weight", weight, losses);
});

const ofLogits = (z: Tensor, y: Tensor): Tensor => throughSigmoid(sub(softplus(z), mul(z, y)), z, y);

/** The same where positive targets count `positive`. */
const ofUneven = (z: Tensor, y: Tensor, positive: Tensor): Tensor =>
  throughSigmoid(add(mul(positive, softplus(neg(z))), mul(sub(1, y), softplus(z))), z, y, positive);

/** Settings of `bceWithLogits`. */
interface Positive extends Weighted {
  /** What the positive targets weigh more, as one number or by column: the number of negatives for each positive makes both count alike. */
  readonly posWeight?: Weight;
}

/**
 * Binary cross-entropy of logits: the mean of `softplus(z) - z·y`, smooth everywhere; with `posWeight`, of
 * `posWeight·y·softplus(-z) + (1 - y)·softplus(z)`. Over `[batch, K]` it is the loss of K labels that do not exclude each other.
 * @throws GradcError `loss-shape`
 */
export const bceWithLogits = pairwiseWith<Positive>("bceWithLogits", { weight: weightKind, posWeight: weightKind }, (z, y, { weight, posWeight }) => {
  recordComparison(z, y, "sigmoid");
  const attempt = attemptOf("bceWithLogits");
  const losses = posWeight === undefined ? ofLogits(z, y) : ofUneven(z, y, weighted(attempt, "posWeight", posWeight, y));
  return weighted(attempt, "weight", weight, losses);
});
