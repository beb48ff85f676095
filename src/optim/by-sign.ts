// Optimizers that take of a gradient its sign alone.

import { ops } from "../ops/index.ts";
import type { Setting } from "../schedules/schedule.ts";
import type { Kind } from "../settings.ts";
import { isFinite32 } from "../settings.ts";
import { betas, type Common, defineOptimizer } from "./define.ts";
import { assigned, complement, decayed, runningMean, shrunk } from "./means.ts";

/** Settings of `lion`. */
export interface LionOptions extends Common {
  readonly betas?: readonly [Setting, Setting];
}

/**
 * Lion (Chen et al. 2023, algorithm 2): `w -= lr · sign(β1 · m + (1 - β1) · g)`, then `m = β2 · m + (1 - β2) · g`. Weight decay λ is decoupled:
 * `w *= 1 - lr · λ` first. Unless stated lr is 1e-4, betas are [0.9, 0.99].
 */
export const lion = defineOptimizer<LionOptions>("lion", {
  kinds: { betas },
  defaults: { lr: 1e-4, betas: [0.9, 0.99] },
  next(moment, { betas: [beta1, beta2] }) {
    const { g, lr, state } = moment;
    const m = state("m");
    const direction = ops.sign(ops.add(ops.mul(beta1, m), ops.mul(complement(beta1), g)));
    runningMean(m, g, beta2);
    return ops.sub(shrunk(moment), ops.mul(lr, direction));
  },
});

/** Settings of `rprop`. */
export interface RpropOptions extends Common {
  /** Factors of the step size where the gradient changed its sign, and where it did not. */
  readonly etas?: readonly [number, number];
  /** The least and the largest step size. */
  readonly stepSizes?: readonly [number, number];
}

const arePair = (value: unknown): value is [number, number] => Array.isArray(value) && value.length === 2 && value.every(isFinite32);
const etas: Kind = {
  fits: (value) => arePair(value) && 0 < value[0] && value[0] < 1 && value[1] > 1,
  expected: "two numbers, in (0, 1) and above 1",
};
const stepSizes: Kind = {
  fits: (value) => arePair(value) && value[0] >= 0 && value[0] <= value[1],
  expected: "two numbers of at least 0, the smaller one first",
};

/**
 * Rprop (Riedmiller & Braun 1993, without going back) as torch.optim.Rprop: `w -= sign(g) · stepSize`, where each element's step size starts at lr,
 * grows while the gradient keeps its sign and shrinks when it changes; there g counts as 0. For whole batches: noise changes signs. Weight decay λ
 * adds λw to g first. Unless stated lr is 0.01, etas are [0.5, 1.2], stepSizes are [1e-6, 50].
 */
export const rprop = defineOptimizer<RpropOptions>("rprop", {
  kinds: { etas, stepSizes },
  defaults: { lr: 0.01, etas: [0.5, 1.2], stepSizes: [1e-6, 50] },
  next(moment, { etas: [smaller, larger], stepSizes: [least, most] }) {
    const { w, lr, t, state } = moment;
    const g = decayed(moment);
    const [before, size] = [state("previous"), state("stepSize")];
    const agreement = ops.mul(g, before);
    const turned = ops.compare(agreement, 0, "lt");
    const factor = ops.where(ops.compare(agreement, 0, "gt"), larger, ops.where(turned, smaller, 1));
    const from = ops.where(ops.compare(t, 1, "eq"), lr, size);
    const step = assigned(size, ops.minimum(ops.maximum(ops.mul(from, factor), least), most));
    const direction = assigned(before, ops.where(turned, 0, g));
    return ops.sub(w, ops.mul(ops.sign(direction), step));
  },
});
