import { ops } from "../ops/index.ts";
import type { Setting } from "../schedules/schedule.ts";
import { amount } from "../settings.ts";
import { beta, type Common, defineOptimizer, setting } from "./define.ts";
import { assigned, decayed, runningMean } from "./means.ts";

/** Settings of `adagrad`. */
export interface AdagradOptions extends Common {
  /** Divides the learning rate by `1 + lrDecay · (t - 1)`. */
  readonly lrDecay?: Setting;
  /** What the sum of squares begins with. */
  readonly initialAccumulatorValue?: number;
  readonly eps?: Setting;
}

/**
 * Adagrad (Duchi, Hazan & Singer 2011) as torch.optim.Adagrad: `w -= lr / (1 + (t - 1) · lrDecay) · g / (√sum + eps)` with the sum of g² over all
 * steps. Weight decay λ adds λw to g first. Unless stated lr is 0.01, lrDecay and initialAccumulatorValue are 0, eps is 1e-10.
 */
export const adagrad = defineOptimizer<AdagradOptions>("adagrad", {
  kinds: { lrDecay: setting, initialAccumulatorValue: amount, eps: setting },
  defaults: { lr: 0.01, lrDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 },
  next(moment, { lrDecay, initialAccumulatorValue, eps }) {
    const { w, lr, state } = moment;
    const g = decayed(moment);
    const sum = state("sum", undefined, initialAccumulatorValue);
    const total = assigned(sum, ops.add(sum, ops.square(g)));
    const rate = lrDecay === 0 ? lr : ops.div(lr, ops.add(1, ops.mul(moment.past(), lrDecay)));
    return ops.sub(w, ops.mul(rate, ops.div(g, ops.add(ops.sqrt(total), eps))));
  },
});

/** Settings of `adadelta`. */
export interface AdadeltaOptions extends Common {
  /** The factor of the running means. */
  readonly rho?: Setting;
  readonly eps?: Setting;
}

/**
 * Adadelta (Zeiler 2012) as torch.optim.Adadelta: `w -= lr · Δ` where `Δ = √(u + eps) / √(v + eps) · g` with the running means v of g² and u of the
 * Δ² of the steps before. Weight decay λ adds λw to g first. Unless stated lr is 1, rho is 0.9, eps is 1e-6.
 */
export const adadelta = defineOptimizer<AdadeltaOptions>("adadelta", {
  kinds: { rho: beta, eps: setting },
  defaults: { lr: 1, rho: 0.9, eps: 1e-6 },
  next(moment, { rho, eps }) {
    const { w, lr, state } = moment;
    const g = decayed(moment);
    const u = state("u");
    const v = runningMean(state("v"), ops.square(g), rho);
    const delta = ops.mul(ops.div(ops.sqrt(ops.add(u, eps)), ops.sqrt(ops.add(v, eps))), g);
    runningMean(u, ops.square(delta), rho);
    return ops.sub(w, ops.mul(lr, delta));
  },
});
