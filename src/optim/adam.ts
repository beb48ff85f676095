import { giveForm } from "../../compiler/ir/graph.ts";
import { ops } from "../ops/index.ts";
import type { Setting } from "../schedules/schedule.ts";
import { flag } from "../settings.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { betas, type Common, defineOptimizer, setting } from "./define.ts";
import { assigned, bias, decayed, runningMean, shrunk, writtenBias } from "./means.ts";
import type { Moment } from "./optimizer.ts";

/** Settings of `adam` and `adamw`. */
export interface AdamOptions extends Common {
  readonly betas?: readonly [Setting, Setting];
  readonly eps?: Setting;
  /** Divides by the largest second moment so far. */
  readonly amsgrad?: boolean;
}

const kinds = { betas, eps: setting, amsgrad: flag };
const defaults = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, amsgrad: false } as const;

/**
 * Adam (Kingma & Ba 2015) as torch.optim.Adam: `w -= lr / (1 - β1^t) · m / (√v / √(1 - β2^t) + eps)` with the running means m of g and v of g².
 * Weight decay λ adds λw to g first. Unless stated lr is 1e-3, betas are [0.9, 0.999], eps is 1e-8, and amsgrad is false.
 */
export const adam = defineOptimizer<AdamOptions>("adam", {
  kinds,
  defaults,
  next: (moment, settings) => moveFrom(moment.w, { ...moment, g: decayed(moment) }, settings),
});

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019) as torch.optim.AdamW: `w *= 1 - lr · λ` first; λ is 0.01 unless stated, the others are
 * as in `adam`.
 */
export const adamw = defineOptimizer<AdamOptions>("adamw", {
  kinds,
  defaults: { ...defaults, weightDecay: 0.01 },
  next: (moment, settings) => moveFrom(shrunk(moment), moment, settings),
});

interface Settings {
  readonly betas: readonly [Operand, Operand];
  readonly eps: Operand;
  readonly amsgrad: boolean;
}

function moveFrom(w: Tensor, { g, lr, t, state }: Moment, { betas: [beta1, beta2], eps, amsgrad }: Settings): Tensor {
  const m = runningMean(state("m"), g, beta1);
  const v = runningMean(state("v"), ops.square(g), beta2);
  const largest = amsgrad ? runningMaximum(state("vMax"), v) : v;
  const spread = ops.add(ops.div(ops.sqrt(largest), ops.sqrt(bias(beta2, t))), eps);
  const moved = ops.mul(ops.div(lr, bias(beta1, t)), ops.div(m, spread));
  // As the paper writes it.
  const corrected = (mean: Tensor, beta: Operand) => ops.div(mean, writtenBias(beta, t));
  const written = ops.div(ops.mul(lr, corrected(m, beta1)), ops.add(ops.sqrt(corrected(largest, beta2)), eps));
  return ops.sub(w, giveForm(moved, written));
}

const runningMaximum = (largest: Tensor, value: Tensor): Tensor => assigned(largest, ops.maximum(largest, value));
