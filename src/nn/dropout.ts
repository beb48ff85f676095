// Elements that training drops.
import type { Shape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { drawn } from "../draw.ts";
import { ops } from "../ops/index.ts";
import { checkOptions, checkSetting, type Kind, share } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { attemptOf } from "./activation.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { twoForms } from "./two-forms.ts";

/** A share of elements to drop. */
export const probability: Kind = { ...share, expected: "a probability from 0 to 1" };

/**
 * In training every element is dropped with probability `p` and the others are divided by `1 - p`; x itself otherwise.
 * Each application draws its own mask, a function of seed, step and the order of declaration.
 */
export const dropout = twoForms("dropout", (p: number = 0.5, options: Named = {}): Layer => {
  checkSetting(attemptOf("dropout"), "p", p, probability);
  checkOptions(attemptOf("dropout"), options, namedKinds);
  return createLayer({ kind: "dropout", name: options.name, apply: ([x]) => dropped(float(attemptOf("dropout"), x), p) });
});

/** x, of which training drops the share `p`: elements alone, or together those that a mask of another shape repeats over. */
export function dropped(x: Tensor, p: number, mask: Shape = x.shape): Tensor {
  const { graph } = x;
  const stream = graph.ordinal++;
  if (p === 0) return x;
  const training = build.training(graph);
  // Dividing by 1 - p = 0 would make 0·∞ of the gradient.
  if (p === 1) return ops.where(training, 0, x);
  const kept = ops.compare(drawn(graph, stream, mask), p, "ge");
  return ops.where(training, ops.where(kept, ops.div(x, 1 - p), 0), x);
}
