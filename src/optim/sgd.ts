import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import { ops } from "../ops/index.ts";
import { amount, checkOptions, finite, flag, type Kinds } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { update } from "../variables.ts";
import { type Moment, nonZero, type Optimizer } from "./optimizer.ts";

/** Settings of `sgd`. */
export interface SgdOptions {
  readonly lr?: number;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
}

const attempt = 'Cannot use "optim.sgd"';

const kinds: Kinds<SgdOptions> = { lr: amount, momentum: amount, dampening: finite, nesterov: flag, weightDecay: amount };

/**
 * Gradient descent as torch.optim.SGD: `w -= lr · g`, with momentum `w -= lr · buf` where `buf = momentum · buf + (1 - dampening) · g`, and
 * `buf = g` in the first step; nesterov takes `g + momentum · buf`. Weight decay λ adds λw to g first.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptions(attempt, options, kinds);
  const { lr = 1e-3, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw settingOutOfRange(attempt, "nesterov", "true", "a momentum, and no dampening");
  }
  return {
    name: "sgd",
    hyper: { lr, ...nonZero({ momentum, weightDecay }) },
    next(moment) {
      const g = decayed(moment);
      const direction = moment.hyper.momentum ? withMomentum(moment, g, moment.hyper.momentum, { dampening, nesterov }) : g;
      return ops.sub(moment.w, ops.mul(moment.lr, direction));
    },
  };
}

/** `g + λw`, where there is a weight decay λ. */
export const decayed = ({ w, g, hyper }: Moment): Tensor => (hyper.weightDecay ? ops.add(g, ops.mul(hyper.weightDecay, w)) : g);

function withMomentum(moment: Moment, g: Tensor, momentum: Tensor, { dampening, nesterov }: { dampening: number; nesterov: boolean }): Tensor {
  const buffer = moment.state("momentum");
  const kept = ops.mul(momentum, buffer);
  // Without dampening the first buffer is momentum · 0 + g, which is g.
  const next = dampening === 0 ? ops.add(kept, g) : ops.where(ops.compare(moment.t, 1, "eq"), g, ops.add(kept, ops.mul(1 - dampening, g)));
  update(buffer, next);
  return nesterov ? ops.add(g, ops.mul(momentum, next)) : next;
}
