// Schedules that go from one value to another, or fall by factors: the closed forms of those of torch.optim.lr_scheduler.

import { ops } from "../ops/index.ts";
import { power as exponentOf } from "../optim/means.ts";
import { amount, count, list } from "../settings.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { defineSchedule } from "./schedule.ts";

/** `base · factor` in the first `totalIters` steps, then base, as ConstantLR; 1/3 and 5 unless stated. */
export const constant = defineSchedule<{ readonly factor?: number; readonly totalIters?: number }>("constant", {
  kinds: { factor: amount, totalIters: count },
  defaults: { factor: 1 / 3, totalIters: 5 },
  formula: (t, base, { factor, totalIters }) => ops.where(ops.compare(t, totalIters, "lt"), ops.mul(base, factor), base),
});

/** How much of `totalIters` steps is over, at most 1. */
const progress = (t: Tensor, totalIters: number): Tensor => ops.div(ops.minimum(t, totalIters), totalIters);

interface LinearOptions {
  readonly startFactor?: number;
  readonly endFactor?: number;
  readonly totalIters?: number;
}

/** From `base · startFactor` to `base · endFactor` within `totalIters` steps, as LinearLR; from a third to all of it in 5 steps unless stated. */
export const linear = defineSchedule<LinearOptions>("linear", {
  kinds: { startFactor: amount, endFactor: amount, totalIters: count },
  defaults: { startFactor: 1 / 3, endFactor: 1, totalIters: 5 },
  formula: (t, base, { startFactor, endFactor, totalIters }) =>
    ops.mul(base, ops.add(startFactor, ops.mul(endFactor - startFactor, progress(t, totalIters)))),
});

/** `base · gamma^⌊t / stepSize⌋`, as StepLR; gamma is 0.1 unless stated. */
export const step = defineSchedule<{ readonly stepSize: number; readonly gamma?: number }>("step", {
  kinds: { stepSize: count, gamma: amount },
  defaults: { gamma: 0.1 },
  formula: (t, base, { stepSize, gamma }) => ops.mul(base, ops.pow(gamma, ops.floor(ops.div(t, stepSize)))),
});

const milestoneList = list((value) => Number.isInteger(value) && (value as number) >= 0, "a list of numbers of steps");

/** `base · gamma^n` where n of the milestones are reached, as MultiStepLR; gamma is 0.1 unless stated. */
export const multiStep = defineSchedule<{ readonly milestones: readonly number[]; readonly gamma?: number }>("multiStep", {
  kinds: { milestones: milestoneList, gamma: amount },
  defaults: { gamma: 0.1 },
  formula: (t, base, { milestones, gamma }) =>
    milestones.reduce<Operand>((rate, milestone) => ops.mul(rate, ops.where(ops.compare(t, milestone, "ge"), gamma, 1)), base),
});

/** `gamma^t`: by the logarithm in f64, since t is large and f32 has few digits of a gamma near 1. */
export const falling = (gamma: number, t: Tensor): Operand => (gamma === 0 ? ops.pow(0, t) : exponentOf(gamma, t));

/** `base · gamma^t`, as ExponentialLR. */
export const exponential = defineSchedule<{ readonly gamma: number }>("exponential", {
  kinds: { gamma: amount },
  defaults: {},
  formula: (t, base, { gamma }) => ops.mul(base, falling(gamma, t)),
});

/** `base · (1 - t / totalIters)^power`, 0 from step totalIters on, as PolynomialLR; 5 and 1 unless stated. */
export const polynomial = defineSchedule<{ readonly totalIters?: number; readonly power?: number }>("polynomial", {
  kinds: { totalIters: count, power: amount },
  defaults: { totalIters: 5, power: 1 },
  formula(t, base, { totalIters, power }) {
    const left = ops.sub(1, progress(t, totalIters));
    return ops.mul(base, power === 1 ? left : ops.pow(left, power));
  },
});

/** `base / (1 + decay · t)` */
export const inverseTime = defineSchedule<{ readonly decay: number }>("inverseTime", {
  kinds: { decay: amount },
  defaults: {},
  formula: (t, base, { decay }) => ops.div(base, ops.add(1, ops.mul(decay, t))),
});
