// What came after Adam: the same running means, with another step made of them.

import { ops } from "../ops/index.ts";
import type { Setting } from "../schedules/schedule.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { betas, type Common, defineOptimizer, setting } from "./define.ts";
import { assigned, bias, complement, decayed, power, runningMean } from "./means.ts";

/** Settings of `adamax` and `radam`. */
export interface MomentsOptions extends Common {
  readonly betas?: readonly [Setting, Setting];
  readonly eps?: Setting;
}

const kinds = { betas, eps: setting };
const defaults = { betas: [0.9, 0.999], eps: 1e-8 } as const;

/**
 * Adamax (Kingma & Ba 2015, section 7.1) as torch.optim.Adamax: `w -= lr / (1 - β1^t) · m / u` with the running mean m of g, and
 * `u = max(β2 · u, |g| + eps)`. Weight decay λ adds λw to g first. Unless stated lr is 2e-3, betas are [0.9, 0.999], eps is 1e-8.
 */
export const adamax = defineOptimizer<MomentsOptions>("adamax", {
  kinds,
  defaults: { lr: 2e-3, ...defaults },
  next(moment, { betas: [beta1, beta2], eps }) {
    const { w, lr, t, state } = moment;
    const g = decayed(moment);
    const m = runningMean(state("m"), g, beta1);
    const before = state("u");
    const u = assigned(before, ops.maximum(ops.mul(beta2, before), ops.add(ops.abs(g), eps)));
    return ops.sub(w, ops.mul(ops.div(lr, bias(beta1, t)), ops.div(m, u)));
  },
});

/**
 * RAdam (Liu et al. 2020) as torch.optim.RAdam: Adam times `r = √((ρ - 4)(ρ - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρ))`, where `ρ∞ = 2 / (1 - β2) - 1` and
 * `ρ = ρ∞ - 2t · β2^t / (1 - β2^t)`; while ρ ≤ 5, `w -= lr / (1 - β1^t) · m`. Weight decay λ adds λw to g first. Unless
 * stated lr is 1e-3, betas are [0.9, 0.999], eps is 1e-8.
 */
export const radam = defineOptimizer<MomentsOptions>("radam", {
  kinds,
  defaults: { lr: 1e-3, ...defaults },
  next(moment, { betas: [beta1, beta2], eps }) {
    const { w, lr, t, state } = moment;
    const g = decayed(moment);
    const m = runningMean(state("m"), g, beta1);
    const v = runningMean(state("v"), ops.square(g), beta2);
    const longest = ops.sub(ops.div(2, complement(beta2)), 1);
    const length = ops.sub(longest, ops.div(ops.mul(ops.mul(2, t), power(beta2, t)), bias(beta2, t)));
    const rectified = ops.div(ops.mul(rectification(length, longest), ops.sqrt(bias(beta2, t))), ops.add(ops.sqrt(v), eps));
    const factor = ops.where(ops.compare(length, 5, "gt"), rectified, 1);
    return ops.sub(w, ops.mul(ops.mul(ops.div(lr, bias(beta1, t)), m), factor));
  },
});

function rectification(length: Tensor, longest: Tensor): Tensor {
  const part = (x: Tensor) => ops.div(ops.mul(ops.sub(x, 4), ops.sub(x, 2)), x);
  return ops.sqrt(ops.div(part(length), part(longest)));
}

/** Settings of `nadam`. */
export interface NadamOptions extends MomentsOptions {
  readonly momentumDecay?: Setting;
}

/**
 * NAdam (Dozat 2016) by the formula in the documentation of torch.optim.NAdam: Adam with `μ' · m / (1 - P · μ') + (1 - μ) · g / (1 - P)` in place of
 * `m / (1 - β1^t)`, where `μ = β1 · (1 - ½ · 0.96^(t · momentumDecay))`, μ' is that of the next step, and P the product of all μ so far (PyTorch
 * 1.13 computes another product of the next step). Weight decay λ adds λw to g first. Unless stated lr is 2e-3, betas are [0.9, 0.999], eps is 1e-8,
 * momentumDecay is 4e-3.
 */
export const nadam = defineOptimizer<NadamOptions>("nadam", {
  kinds: { ...kinds, momentumDecay: setting },
  defaults: { lr: 2e-3, ...defaults, momentumDecay: 4e-3 },
  next(moment, { betas: [beta1, beta2], eps, momentumDecay }) {
    const { w, lr, t, state } = moment;
    const g = decayed(moment);
    const mu = (step: Tensor): Operand => ops.mul(beta1, ops.sub(1, ops.mul(0.5, power(0.96, ops.mul(step, momentumDecay)))));
    const [now, next] = [mu(t), mu(ops.add(t, 1))];
    const before = state("product", [], "ones");
    const product = assigned(before, ops.mul(before, now));
    const m = runningMean(state("m"), g, beta1);
    const v = runningMean(state("v"), ops.square(g), beta2);
    const ahead = ops.mul(ops.div(next, ops.sub(1, ops.mul(product, next))), m);
    const direct = ops.mul(ops.div(ops.sub(1, now), ops.sub(1, product)), g);
    const spread = ops.add(ops.div(ops.sqrt(v), ops.sqrt(bias(beta2, t))), eps);
    return ops.sub(w, ops.mul(lr, ops.div(ops.add(ahead, direct), spread)));
  },
});
