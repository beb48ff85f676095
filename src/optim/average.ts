import { ops } from "../ops/index.ts";
import { isFinite32, isOptions, type Kind } from "../settings.ts";
import type { Tensor } from "../tensor.ts";

/** A moving average of each parameter, beside it. */
export interface Average {
  /** The share of the average before that the new one keeps. */
  readonly decay: number;
}

/** Settings of `compile`. */
export const averageKind: Kind = {
  fits: (value) => isOptions(value) && Object.keys(value).length === 1 && isFinite32(value.decay) && value.decay >= 0 && value.decay < 1,
  expected: "{ decay } with a number in [0, 1)",
};

/**
 * What a step makes of the average of a parameter that becomes `value`: `decay · average + (1 - decay) · value`, and after the first step, of
 * which `isFirst` tells, the parameter itself, as torch.optim.swa_utils.AveragedModel does.
 */
export function averaged(average: Tensor, value: Tensor, isFirst: Tensor, { decay }: Average): Tensor {
  const next = ops.add(ops.mul(decay, average), ops.mul(1 - decay, value));
  return ops.where(isFirst, value, next);
}
