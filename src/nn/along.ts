// Activations along one axis.

import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import { formatShape } from "../../compiler/ir/type.ts";
import { type Along, axisOf } from "../ops/axes.ts";
import { ops } from "../ops/index.ts";
import { logSoftmaxOf, softmaxOf } from "../ops/softmax.ts";
import { axis, checkOptions } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { attemptOf } from "./activation.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { type TwoForms, twoForms } from "./two-forms.ts";

/** The activation `kind`, which has an axis for a setting. */
const alongAxis = (kind: string, apply: (attempt: string, x: Tensor, along: Along) => Tensor): TwoForms<[options?: Named & Along]> =>
  twoForms(kind, (options: Named & Along = {}): Layer => {
    checkOptions(attemptOf(kind), options, { ...namedKinds, dim: axis });
    const { name, ...along } = options;
    return createLayer({ kind, name, apply: ([x]) => apply(attemptOf(kind), x, along) });
  });

/** `e^x / Σ e^x` along `dim` (the last). */
export const softmax = alongAxis("softmax", softmaxOf);

/** `x - log Σ e^x` along `dim` (the last). */
export const logSoftmax = alongAxis("logSoftmax", logSoftmaxOf);

/**
 * `a · sigmoid(b)` of the two halves a and b of `dim` (the last), which must be even: `x: [..., 2n]` gives `[..., n]`.
 * Dauphin, Fan, Auli and Grangier 2017, equation 1.
 * @throws GradcError `setting-out-of-range`, `axis-out-of-range`
 */
export const glu = alongAxis("glu", (attempt, x, { dim = -1 }) => {
  const value = float(attempt, x);
  const along = axisOf(attempt, value.shape, dim);
  const extent = elementAt(value.shape, along);
  if (typeof extent !== "number" || extent % 2 !== 0) {
    throw settingOutOfRange(attempt, "dim", `axis ${along} of ${formatShape(value.shape)}`, "an axis that has two halves");
  }
  const [a, b] = ops.split(value, extent / 2, { dim: along }) as [Tensor, Tensor];
  return ops.mul(a, ops.sigmoid(b));
});
