// Elements that training drops.
import type { Shape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { nameInLayer } from "../definition.ts";
import { drawn } from "../draw.ts";
import { ops } from "../ops/index.ts";
import { type Kind, share } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { attemptOf, layerWith } from "./activation.ts";
import type { Named } from "./layer.ts";
import type { TwoForms } from "./two-forms.ts";

/** A share of elements to drop. */
export const probability: Kind = { ...share, expected: "a probability from 0 to 1" };

/** The share where it is not given by position. */
export interface ByName extends Named {
  /** The probability with which an element is dropped; 0.5 unless stated. */
  readonly p?: number;
}

type Share = [p?: number | ByName, options?: Named];

/** The layer `kind` that drops the share `p` of what it is given, a half unless stated. */
export const dropoutBy = (kind: string, apply: (x: Tensor, p: number) => Tensor): TwoForms<Share> =>
  layerWith<Share, "p">(kind, { p: { is: probability, unless: 0.5 } }, (x, { p }) => apply(float(attemptOf(kind), x), p));

/**
 * In training every element is dropped with probability `p` and the others are divided by `1 - p`; x itself otherwise.
 * Each application draws its own mask, a function of seed, step and the order of declaration.
 */
export const dropout = dropoutBy("dropout", (x, p) => dropped(x, p));

/** x, of which training drops the share `p`: elements alone, or together those that a mask of another shape repeats over. */
export function dropped(x: Tensor, p: number, mask: Shape = x.shape): Tensor {
  const { graph } = x;
  const stream = graph.ordinal++;
  if (p === 0) return x;
  const training = build.training(graph);
  // Dividing by 1 - p = 0 would make 0·∞ of the gradient.
  if (p === 1) return ops.where(training, 0, x);
  const kept = ops.compare(drawn(graph, stream, mask), p, "ge");
  return ops.where(training, nameInLayer(ops.where(kept, ops.div(x, 1 - p), 0), "dropped"), x);
}
