import { recordStandardized } from "../definition.ts";
import { ops } from "../ops/index.ts";
import { checkOptions } from "../settings.ts";
import { float, read, type Tensor } from "../tensor.ts";
import type { Init } from "./init.ts";
import { createLayer, type Layer, type Named, namedKinds, partsAgain } from "./layer.ts";
import type { Part } from "./parts.ts";
import { twoForms } from "./two-forms.ts";
import { parameterExtent } from "./weights.ts";

const attempt = 'Cannot apply "nn.standardize"';

/** The layer that `nn.standardize()` gives. */
export interface Standardize extends Layer {
  /** `p·deviation + mean`: back to the scale of what the layer was applied to. @throws GradcError `layer-not-applied`, `layer-width` */
  inverse(p: Tensor): Tensor;
}

/**
 * `(x - mean) / deviation` for each element of the last axis, x any value that no trained parameter reaches. Both are states that start at
 * 0 and 1 and take no gradient; `fit` sets them from the training rows before the first step, `net.prepare(inputs)` from any rows: in
 * evaluation, from the value that the layer is first applied to, which is no value of one step of a loop, with the biased deviation, and 1 where that
 * is 0.
 * @throws GradcError `scan-body`
 */
export const standardize = twoForms("standardize", (options: Named = {}): Standardize => {
  checkOptions(attempt, options, namedKinds);
  const layer = createLayer({
    kind: "standardize",
    name: options.name,
    width: ([x]) => `[..., ${x.shape.at(-1)}]`,
    parts: { mean: ([x]) => state(x, "zeros"), deviation: ([x]) => state(x, "ones") },
    apply([x], { mean, deviation }) {
      const value = float(attempt, x);
      recordStandardized({ value, mean, deviation });
      return ops.div(ops.sub(value, mean), deviation);
    },
  });
  return Object.assign(layer, { inverse: (p: Tensor) => inverse(layer, p) });
});

const state = (x: Tensor, init: Init): Part => ({ shape: [parameterExtent(attempt, x.shape, -1)], init, role: "state" });

function inverse(layer: Layer, p: Tensor): Tensor {
  const value = read('Cannot apply "inverse"', p);
  const { mean, deviation } = partsAgain(layer, value, "inverse");
  return ops.add(ops.mul(value, deviation as Tensor), mean as Tensor);
}
