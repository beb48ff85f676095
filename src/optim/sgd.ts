import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import { ops } from "../ops/index.ts";
import { type Setting, scheduled } from "../schedules/schedule.ts";
import { finite, flag } from "../settings.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { update } from "../variables.ts";
import { type Common, defineOptimizer, setting } from "./define.ts";
import { complement, decayed } from "./means.ts";
import type { Moment } from "./optimizer.ts";

/** Settings of `sgd`. */
export interface SgdOptions extends Common {
  readonly momentum?: Setting;
  readonly dampening?: Setting;
  readonly nesterov?: boolean;
}

/**
 * Gradient descent as torch.optim.SGD: `w -= lr · g`, with momentum `w -= lr · buf` where `buf = momentum · buf + (1 - dampening) · g`, and
 * `buf = g` in the first step; nesterov takes `g + momentum · buf`. Weight decay λ adds λw to g first.
 * Unless stated lr is 1e-3, and the others are 0.
 */
export const sgd = defineOptimizer<SgdOptions>("sgd", {
  kinds: { momentum: setting, dampening: scheduled(finite), nesterov: flag },
  defaults: { lr: 1e-3, momentum: 0, dampening: 0, nesterov: false },
  hyper: ["momentum"],
  check(attempt, { momentum, dampening, nesterov }) {
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw settingOutOfRange(attempt, "nesterov", "true", "a momentum, and no dampening");
    }
  },
  next(moment, settings) {
    const g = decayed(moment);
    const direction = moment.hyper.momentum ? withMomentum(moment, g, moment.hyper.momentum, settings) : g;
    return ops.sub(moment.w, ops.mul(moment.lr, direction));
  },
});

type Settings = { readonly dampening: Operand; readonly nesterov: boolean };

function withMomentum(moment: Moment, g: Tensor, momentum: Tensor, { dampening, nesterov }: Settings): Tensor {
  const buffer = moment.state("momentum");
  const kept = ops.mul(momentum, buffer);
  // Without dampening the first buffer is momentum · 0 + g, which is g.
  const next = dampening === 0 ? ops.add(kept, g) : ops.where(ops.compare(moment.t, 1, "eq"), g, ops.add(kept, ops.mul(complement(dampening), g)));
  update(buffer, next);
  return nesterov ? ops.add(g, ops.mul(momentum, next)) : next;
}
