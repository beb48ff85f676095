import { ops } from "../ops/index.ts";
import type { Setting } from "../schedules/schedule.ts";
import { flag } from "../settings.ts";
import { beta, type Common, defineOptimizer, setting } from "./define.ts";
import { assigned, decayed, runningMean } from "./means.ts";

/** Settings of `rmsprop`. */
export interface RmspropOptions extends Common {
  /** The factor of the running means. */
  readonly alpha?: Setting;
  readonly eps?: Setting;
  readonly momentum?: Setting;
  /** Divides by the deviation of the gradient from its running mean. */
  readonly centered?: boolean;
}

/**
 * RMSprop (Hinton 2012; centred: Graves 2013) as torch.optim.RMSprop: `w -= lr · g / (√v + eps)` with the running mean v of g², less the square of
 * that of g where it is centred; with momentum `w -= lr · buf` where `buf = momentum · buf + g / (√v + eps)`. Weight decay λ adds λw to g first.
 * Unless stated lr is 0.01, alpha is 0.99, eps is 1e-8, momentum is 0, and centered is false.
 */
export const rmsprop = defineOptimizer<RmspropOptions>("rmsprop", {
  kinds: { alpha: beta, eps: setting, momentum: setting, centered: flag },
  defaults: { lr: 0.01, alpha: 0.99, eps: 1e-8, momentum: 0, centered: false },
  hyper: ["momentum"],
  next(moment, { alpha, eps, centered }) {
    const { w, lr, state, hyper } = moment;
    const g = decayed(moment);
    const v = runningMean(state("v"), ops.square(g), alpha);
    const spread = centered ? ops.sub(v, ops.square(runningMean(state("mean"), g, alpha))) : v;
    const direction = ops.div(g, ops.add(ops.sqrt(spread), eps));
    if (!hyper.momentum) return ops.sub(w, ops.mul(lr, direction));
    const buffer = state("momentum");
    return ops.sub(w, ops.mul(lr, assigned(buffer, ops.add(ops.mul(hyper.momentum, buffer), direction))));
  },
});
