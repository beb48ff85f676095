// Schedules of learning rate and momentum together: one rises while the other falls.

import { ops } from "../ops/index.ts";
import { amount, count, flag, isFinite32, type Kind, oneOf } from "../settings.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { halfWave } from "./cosine.ts";
import { falling } from "./decay.ts";
import { checkedSettings, createSchedule, type Every, type Schedule } from "./schedule.ts";

/** A learning rate, and the momentum that goes with it: `sgd({ ...schedules.oneCycle(..) })`, or for adam `betas: [momentum, 0.999]`. */
interface Cycle {
  readonly lr: Schedule;
  readonly momentum: Schedule;
}

/** Settings of `cyclic`. */
export interface CyclicOptions {
  readonly baseLr: number;
  readonly maxLr: number;
  /** Steps from the lowest to the largest rate; 2000 unless stated. */
  readonly stepSizeUp?: number;
  /** Steps from the largest to the lowest rate; as many as up unless stated. */
  readonly stepSizeDown?: number;
  /** Whether all cycles are as high, each is half as high as the one before, or the height falls as `gamma^t`; `"triangular"` unless stated. */
  readonly mode?: "triangular" | "triangular2" | "expRange" | "exp_range";
  /** 1 unless stated. */
  readonly gamma?: number;
  /** The least; 0.8 unless stated. */
  readonly baseMomentum?: number;
  /** 0.9 unless stated. */
  readonly maxMomentum?: number;
}

/**
 * Up and down between `baseLr` and `maxLr` as CyclicLR (Smith 2017), and the momentum down and up between `maxMomentum` and `baseMomentum`. The base
 * of the learning rate is `baseLr`.
 */
export function cyclic(options: CyclicOptions & Every): Cycle {
  const modes = oneOf("triangular", "triangular2", "expRange", "exp_range");
  const momenta = { baseMomentum: amount, maxMomentum: amount };
  const kinds = { baseLr: amount, maxLr: amount, stepSizeUp: count, stepSizeDown: count, mode: modes, gamma: amount, ...momenta };
  const defaults = { stepSizeUp: 2000, mode: "triangular", gamma: 1, baseMomentum: 0.8, maxMomentum: 0.9 } as const;
  const stepSizeDown = options?.stepSizeDown ?? options?.stepSizeUp ?? defaults.stepSizeUp;
  const settings = checkedSettings<CyclicOptions>("cyclic", options, kinds, { ...defaults, stepSizeDown });
  const { baseLr, maxLr, baseMomentum, maxMomentum } = settings;
  return {
    lr: createSchedule("cyclic", baseLr, (t, base) => ops.add(base, ops.mul(ops.sub(maxLr, base), height(t, settings))), settings),
    momentum: createSchedule("cyclic", maxMomentum, (t, most) => ops.sub(most, ops.mul(ops.sub(most, baseMomentum), height(t, settings))), settings),
  };
}

/** How much of the way from the lowest to the largest value. */
function height(t: Tensor, { stepSizeUp, stepSizeDown, mode, gamma }: Required<CyclicOptions>): Tensor {
  const total = stepSizeUp + stepSizeDown;
  const cycles = ops.floor(ops.div(t, total));
  const at = ops.sub(t, ops.mul(total, cycles));
  const triangle = ops.where(ops.compare(at, stepSizeUp, "le"), ops.div(at, stepSizeUp), ops.div(ops.sub(total, at), stepSizeDown));
  if (mode === "triangular") return triangle;
  return ops.mul(triangle, mode === "triangular2" ? ops.pow(0.5, cycles) : falling(gamma, t));
}

/** Settings of `oneCycle`. */
export interface OneCycleOptions {
  readonly maxLr: number;
  readonly totalSteps: number;
  /** The share of the steps in which the rate grows; 0.3 unless stated. */
  readonly pctStart?: number;
  /** The way between two rates, half a wave of the cosine unless stated. */
  readonly annealStrategy?: "cos" | "linear";
  /** The rate starts at `maxLr / divFactor` (25), and ends at that divided by `finalDivFactor` (1e4). */
  readonly divFactor?: number;
  readonly finalDivFactor?: number;
  /** The least; 0.85 unless stated. */
  readonly baseMomentum?: number;
  /** 0.95 unless stated. */
  readonly maxMomentum?: number;
  /** Down to where it started in as many steps as up, and only then to the end; false unless stated. */
  readonly threePhase?: boolean;
}

const divisor: Kind = { fits: (value) => isFinite32(value) && value > 0, expected: "a number above 0" };
const inside: Kind = { fits: (value) => isFinite32(value) && value > 0 && value < 1, expected: "a share between 0 and 1" };

/**
 * Up to `maxLr` and down again once in `totalSteps` steps as OneCycleLR (Smith & Topin 2019), and the momentum down from `maxMomentum` to
 * `baseMomentum` and up again; after that both stay. The base of the learning rate is `maxLr`.
 */
export function oneCycle(options: OneCycleOptions & Every): Cycle {
  const divisors = { divFactor: divisor, finalDivFactor: divisor };
  const momenta = { baseMomentum: amount, maxMomentum: amount };
  const own = { pctStart: inside, annealStrategy: oneOf("cos", "linear"), threePhase: flag };
  const kinds = { maxLr: amount, totalSteps: count, ...divisors, ...momenta, ...own };
  const defaults = { pctStart: 0.3, annealStrategy: "cos", divFactor: 25, finalDivFactor: 1e4, baseMomentum: 0.85, maxMomentum: 0.95 } as const;
  const settings = checkedSettings<OneCycleOptions>("oneCycle", options, kinds, { ...defaults, threePhase: false });
  const { maxLr, divFactor, finalDivFactor, baseMomentum, maxMomentum, threePhase } = settings;
  const [start, end] = [1 / divFactor, 1 / (divFactor * finalDivFactor)];
  const along =
    (...values: number[]) =>
    (t: Tensor) =>
      piecewise(t, values, settings);
  const [rates, rest] = threePhase ? [along(start, 1, start, end), maxMomentum] : [along(start, 1, end), maxMomentum];
  const momentum = along(maxMomentum, baseMomentum, ...(threePhase ? [maxMomentum] : []), rest);
  return {
    lr: createSchedule("oneCycle", maxLr, (t, base) => ops.mul(base, rates(t)), settings),
    momentum: createSchedule("oneCycle", undefined, momentum, settings),
  };
}

/** From the first of `values` to the last, one phase after the other. */
function piecewise(t: Tensor, values: readonly number[], settings: Required<OneCycleOptions>): Tensor {
  const ends = phaseEnds(settings);
  const value = (phase: number): Operand => {
    const [start, end] = [ends[phase - 1] ?? 0, ends[phase] as number];
    const [from, to] = [values[phase] as number, values[phase + 1] as number];
    const share = ops.minimum(1, ops.div(ops.sub(t, start), end - start));
    const now = ops.add(to, ops.mul(from - to, settings.annealStrategy === "cos" ? halfWave(share) : ops.sub(1, share)));
    return phase + 1 < ends.length ? ops.where(ops.compare(t, end, "le"), now, value(phase + 1)) : now;
  };
  return value(0) as Tensor;
}

/** The last step of each phase. */
function phaseEnds({ totalSteps, pctStart, threePhase }: Required<OneCycleOptions>): number[] {
  const rise = pctStart * totalSteps;
  return threePhase ? [rise - 1, 2 * rise - 2, totalSteps - 1] : [rise - 1, totalSteps - 1];
}
