// What losses go through by their definitions: of logits probabilities and their logarithms, which nothing computes, as they would overflow.
import { givePassages } from "../../compiler/ir/graph.ts";
import type { Passage } from "../../compiler/ir/node.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";
import { lastSum, scaled } from "./classes.ts";

const { add, log, logSoftmax, mul, neg, sigmoid, softmax, sub, sum } = ops;

/** A cross-entropy: the rows of -Σ q log(softmax(logits)), times `factor`. */
export interface Entropy {
  readonly logits: Tensor;
  readonly target: Tensor;
  readonly weight: Tensor | undefined;
  readonly factor: Tensor | undefined;
  /** Whether q is the target, whose rows are one-hot. */
  readonly isOneHot: boolean;
  /** q, of the target and the weight. */
  shares(target: Tensor, weight: Tensor | undefined): Tensor;
}

/** A value of each row for all of its classes. */
const forClasses = (rows: Tensor, like: Tensor): Tensor =>
  build.broadcast(
    rows,
    like.shape,
    rows.shape.map((_, axis) => axis),
  );

/** `losses` by way of the probabilities p and of their logarithms. */
export function throughSoftmax(losses: Tensor, { logits, target, weight, factor, isOneHot, shares }: Entropy): Tensor {
  const partsOf = (given: readonly Tensor[]) => {
    const [z, t, ...others] = given as [Tensor, Tensor, ...Tensor[]];
    return { z, q: shares(t, weight && others[0]), own: factor && others.at(-1) };
  };
  const through =
    (of: (z: Tensor) => Tensor, logarithm: (value: Tensor) => Tensor): Passage["through"] =>
    (given) => {
      const { z, q, own } = partsOf(given);
      const value = of(z);
      return { value, loss: scaled(own, neg(lastSum(mul(q, logarithm(value))))) };
    };
  const common: Pick<Passage, "inputs" | "slope" | "known"> = {
    inputs: [logits, target, weight, factor].filter((input) => input !== undefined),
    slope(g, given) {
      const { z, q, own } = partsOf(given);
      return mul(forClasses(scaled(own, g), z), sub(mul(softmax(z), sum(q, { dim: -1, keepDim: true })), q));
    },
    ...(isOneHot && { known: "oneHot" }),
  };
  return givePassages(losses, [
    { ...common, name: "p", through: through((z) => softmax(z), log) },
    {
      ...common,
      name: "logp",
      through: through(
        (z) => logSoftmax(z),
        (logp) => logp,
      ),
    },
  ]);
}

/** `losses` of `logarithms` of probabilities, which need not have a name. */
export const throughLogarithms = (losses: Tensor, logarithms: Tensor): Tensor =>
  givePassages(losses, [{ name: "logp", inputs: [logarithms], through: ([value]) => ({ value: value as Tensor }) }]);

/** `losses`, the binary cross-entropy of `logits`, by way of the probabilities; `positive` is what the positive targets count where that is not 1. */
export function throughSigmoid(losses: Tensor, logits: Tensor, target: Tensor, positive?: Tensor): Tensor {
  const partsOf = ([z, y, own = y]: readonly Tensor[]) => ({ z, y, own }) as Record<"z" | "y" | "own", Tensor>;
  const passage: Passage = {
    name: "p",
    inputs: [logits, target, ...(positive ? [positive] : [])],
    through(given) {
      const { z, y, own } = partsOf(given);
      const p = sigmoid(z);
      return { value: p, loss: neg(add(mul(own, log(p)), mul(sub(1, y), log(sub(1, p))))) };
    },
    slope(g, given) {
      const { z, y, own } = partsOf(given);
      const p = sigmoid(z);
      return mul(g, sub(mul(sub(1, y), p), mul(own, sub(1, p))));
    },
    ...(!positive && { known: "cancels" }),
  };
  return givePassages(losses, [passage]);
}
