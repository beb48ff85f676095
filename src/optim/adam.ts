import { ops } from "../ops/index.ts";
import { amount, checkOptions, flag, isFinite32, type Kinds } from "../settings.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { update } from "../variables.ts";
import { naturalLogarithm } from "./logarithm.ts";
import { type Moment, nonZero, type Optimizer } from "./optimizer.ts";
import { decayed } from "./sgd.ts";

/** Settings of `adam` and `adamw`. */
export interface AdamOptions {
  readonly lr?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weightDecay?: number;
  /** Divides by the largest second moment so far. */
  readonly amsgrad?: boolean;
}

const isBeta = (value: unknown): boolean => isFinite32(value) && value >= 0 && value < 1;

const kinds: Kinds<AdamOptions> = {
  lr: amount,
  betas: { fits: (value) => Array.isArray(value) && value.length === 2 && value.every(isBeta), expected: "two numbers in [0, 1)" },
  eps: amount,
  weightDecay: amount,
  amsgrad: flag,
};

/**
 * Adam (Kingma & Ba 2015) as torch.optim.Adam: `w -= lr / (1 - β1^t) · m / (√v / √(1 - β2^t) + eps)` with the running means m of g and v of g².
 * Weight decay λ adds λw to g first.
 */
export const adam = (options: AdamOptions = {}): Optimizer =>
  adaptive("adam", options, 0, (moment) => moveFrom(moment.w, { ...moment, g: decayed(moment) }, options));

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019) as torch.optim.AdamW: `w *= 1 - lr · λ` first; λ is 0.01 unless stated. */
export const adamw = (options: AdamOptions = {}): Optimizer =>
  adaptive("adamw", options, 0.01, (moment) => {
    const { w, lr, hyper } = moment;
    return moveFrom(hyper.weightDecay ? ops.mul(w, ops.sub(1, ops.mul(lr, hyper.weightDecay))) : w, moment, options);
  });

function adaptive(name: string, options: AdamOptions, decay: number, next: Optimizer["next"]): Optimizer {
  checkOptions(`Cannot use "optim.${name}"`, options, kinds);
  const { lr = 1e-3, weightDecay = decay } = options;
  return { name, hyper: { lr, ...nonZero({ weightDecay }) }, next };
}

function moveFrom(w: Tensor, moment: Moment, { betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8, amsgrad = false }: AdamOptions): Tensor {
  const { g, lr, t } = moment;
  const m = runningMean(moment.state("m"), g, beta1);
  const v = runningMean(moment.state("v"), ops.square(g), beta2);
  const largest = amsgrad ? runningMaximum(moment.state("vMax"), v) : v;
  const spread = ops.add(ops.div(ops.sqrt(largest), ops.sqrt(bias(beta2, t))), eps);
  return ops.sub(w, ops.mul(ops.div(lr, bias(beta1, t)), ops.div(m, spread)));
}

function runningMean(mean: Tensor, value: Tensor, beta: number): Tensor {
  const next = ops.add(ops.mul(beta, mean), ops.mul(1 - beta, value));
  update(mean, next);
  return next;
}

function runningMaximum(largest: Tensor, value: Tensor): Tensor {
  const next = ops.maximum(largest, value);
  update(largest, next);
  return next;
}

/** `1 - β^t = -expm1(t · log β)`, which keeps its digits when β^t is near 1. */
const bias = (beta: number, t: Tensor): Operand => (beta === 0 ? 1 : ops.neg(ops.expm1(ops.mul(t, naturalLogarithm(beta)))));
