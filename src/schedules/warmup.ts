import { ops } from "../ops/index.ts";
import { count, type Kind } from "../settings.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { halfWave } from "./cosine.ts";
import { defineSchedule } from "./schedule.ts";

interface WarmupOptions {
  readonly warmupSteps: number;
  readonly totalSteps: number;
}

const steps: Kind = { fits: (value) => Number.isInteger(value) && (value as number) >= 0, expected: "a whole number of steps, at least 0" };

/** Up from 0 to base in `warmupSteps` steps, then down by `fall` of the share of the other steps that is over. */
const warmup = (name: string, fall: (share: Operand) => Operand) =>
  defineSchedule<WarmupOptions>(name, {
    kinds: { warmupSteps: steps, totalSteps: count },
    defaults: {},
    formula(t, base, { warmupSteps, totalSteps }) {
      const share = ops.minimum(1, ops.div(ops.sub(t, warmupSteps), Math.max(1, totalSteps - warmupSteps)));
      const rise = (): Tensor => ops.div(t, warmupSteps);
      return ops.mul(base, warmupSteps === 0 ? fall(share) : ops.where(ops.compare(t, warmupSteps, "lt"), rise(), fall(share)));
    },
  });

/** From 0 to base in `warmupSteps` steps, then to 0 at step `totalSteps`, both in a line. */
export const warmupLinear = warmup("warmupLinear", (share) => ops.sub(1, share));

/** From 0 to base in `warmupSteps` steps in a line, then to 0 at step `totalSteps` along half a wave of the cosine. */
export const warmupCosine = warmup("warmupCosine", halfWave);

/**
 * `base · dModel^(-½) · min(s^(-½), s · warmupSteps^(-3/2))` in step s = t + 1: the schedule of the transformer (Vaswani et al. 2017, equation 3),
 * named after an author of it.
 */
export const noam = defineSchedule<{ readonly dModel: number; readonly warmupSteps: number }>("noam", {
  kinds: { dModel: count, warmupSteps: count },
  defaults: {},
  formula(t, base, { dModel, warmupSteps }) {
    const number = ops.add(t, 1);
    const rise = ops.mul(number, 1 / (warmupSteps * Math.sqrt(warmupSteps)));
    return ops.mul(ops.mul(base, 1 / Math.sqrt(dModel)), ops.minimum(ops.div(1, ops.sqrt(number)), rise));
  },
});
