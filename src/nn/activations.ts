// Layers without parameters.
import { product } from "../../compiler/ir/dim.ts";
import type { Shape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import * as counters from "../../runtime/counters.ts";
import type { Along } from "../ops/axes.ts";
import { ops } from "../ops/index.ts";
import { softmaxOf } from "../ops/softmax.ts";
import { axis, checkOptions, checkSetting, type Kind, share } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { type TwoForms, twoForms } from "./two-forms.ts";

const attempt = (kind: string): string => `Cannot apply "nn.${kind}"`;

const activation = (kind: string, apply: (x: Tensor) => Tensor): TwoForms<[options?: Named]> =>
  twoForms(kind, (options: Named = {}) => {
    checkOptions(attempt(kind), options, namedKinds);
    return createLayer({ kind, name: options.name, apply: ([x]) => apply(x) });
  });

/** The hyperbolic tangent. */
export const tanh = activation("tanh", ops.tanh);
/** `1 / (1 + e^-x)` */
export const sigmoid = activation("sigmoid", ops.sigmoid);
/** `log(1 + e^x)` */
export const softplus = activation("softplus", ops.softplus);
/** -1, 0 or 1; gradient 0. */
export const sign = activation("sign", ops.sign);
/** 0 where `x <= 0`, else x: NaN stays, and the gradient at 0 is 0. */
export const relu = activation("relu", (x) => {
  const value = float('Cannot apply "nn.relu"', x);
  return ops.where(ops.compare(value, 0, "le"), 0, value);
});
/** `[n, ...rest]` as `[n, product of rest]`. */
export const flatten = activation("flatten", (x) => build.reshape(x, [x.shape[0] ?? 1, product(x.shape.slice(1))]));

/** `e^x / Σ e^x` along `dim` (the last). */
export const softmax = twoForms("softmax", (options: Named & Along = {}): Layer => {
  checkOptions(attempt("softmax"), options, { ...namedKinds, dim: axis });
  const { name, ...along } = options;
  return createLayer({ kind: "softmax", name, apply: ([x]) => softmaxOf(attempt("softmax"), x, along) });
});

/** A share of elements to drop. */
export const probability: Kind = { ...share, expected: "a probability from 0 to 1" };

/**
 * In training every element is dropped with probability `p` and the others are divided by `1 - p`; x itself otherwise.
 * Each application draws its own mask, a function of seed, step and the order of declaration.
 */
export const dropout = twoForms("dropout", (p: number = 0.5, options: Named = {}): Layer => {
  checkSetting(attempt("dropout"), "p", p, probability);
  checkOptions(attempt("dropout"), options, namedKinds);
  return createLayer({ kind: "dropout", name: options.name, apply: ([x]) => dropped(float(attempt("dropout"), x), p) });
});

/** x, of which training drops the share `p`: elements alone, or together those that a mask of another shape repeats over. */
export function dropped(x: Tensor, p: number, mask: Shape = x.shape): Tensor {
  const { graph } = x;
  const stream = graph.ordinal++;
  if (p === 0) return x;
  const training = build.training(graph);
  // Dividing by 1 - p = 0 would make 0·∞ of the gradient.
  if (p === 1) return ops.where(training, 0, x);
  const [seed, step] = [counters.seed, counters.step].map((name) => build.state(graph, name, "i32", [])) as readonly Tensor[] as [Tensor, Tensor];
  const kept = ops.compare(build.random(seed, step, stream, mask), p, "ge");
  return ops.where(training, ops.where(kept, ops.div(x, 1 - p), 0), x);
}
