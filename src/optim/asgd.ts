import { ops } from "../ops/index.ts";
import type { Setting } from "../schedules/schedule.ts";
import { type Common, defineOptimizer, setting } from "./define.ts";
import { assigned, decayed } from "./means.ts";

/** Settings of `asgd`. */
export interface AsgdOptions extends Common {
  /** How much of a parameter goes in each step, times the rate. */
  readonly lambd?: Setting;
  /** The power by which the rate falls. */
  readonly alpha?: Setting;
  /** The step after which averaging begins. */
  readonly t0?: Setting;
}

/**
 * Averaged gradient descent (Polyak & Juditsky 1992; Bottou 2010) as torch.optim.ASGD: `w = (1 - lambd · η) · w - η · g` with
 * `η = lr / (1 + lambd · lr · (t - 1))^alpha`. The state `ax` is w until step t0 + 1, and the mean of the parameters of all later steps. Weight decay
 * λ adds λw to g first. Unless stated lr is 0.01, lambd is 1e-4, alpha is 0.75, t0 is 1e6.
 */
export const asgd = defineOptimizer<AsgdOptions>("asgd", {
  kinds: { lambd: setting, alpha: setting, t0: setting },
  defaults: { lr: 0.01, lambd: 1e-4, alpha: 0.75, t0: 1e6 },
  shrinks: true,
  next(moment, { lambd, alpha, t0 }) {
    const { w, lr, state } = moment;
    const past = moment.past();
    const eta = ops.div(lr, ops.pow(ops.add(1, ops.mul(ops.mul(lambd, lr), past)), alpha));
    const next = ops.sub(ops.mul(ops.sub(1, ops.mul(lambd, eta)), w), ops.mul(eta, decayed(moment)));
    const mean = state("ax");
    const share = ops.div(1, ops.maximum(1, ops.sub(past, t0)));
    assigned(mean, ops.add(mean, ops.mul(share, ops.sub(next, mean))));
    return next;
  },
});
