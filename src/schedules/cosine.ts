import { ops } from "../ops/index.ts";
import { count, finite } from "../settings.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { constant } from "../variables.ts";
import { defineSchedule } from "./schedule.ts";

/** From 1 to 0 along half a wave of the cosine while `x` goes from 0 to 1. */
export const halfWave = (x: Operand): Tensor => ops.mul(0.5, ops.add(1, ops.cos(ops.mul(Math.PI, x))));

/** `low + (high - low) · (1 + cos(π x)) / 2` */
const between = (low: number, high: Operand, x: Operand): Tensor => ops.add(low, ops.mul(ops.sub(high, low), halfWave(x)));

/** From base to `etaMin` (0) in `tMax` steps and back in as many, as CosineAnnealingLR: `etaMin + (base - etaMin) · (1 + cos(π t / tMax)) / 2`. */
export const cosineAnnealing = defineSchedule<{ readonly tMax: number; readonly etaMin?: number }>("cosineAnnealing", {
  kinds: { tMax: count, etaMin: finite },
  defaults: { etaMin: 0 },
  formula: (t, base, { tMax, etaMin }) => between(etaMin, base, ops.div(t, tMax)),
});

interface RestartsOptions {
  /** Steps of the first cycle. */
  readonly t0: number;
  /** How many times longer each cycle is than the one before; 1 unless stated. */
  readonly tMult?: number;
  /** The least; 0 unless stated. */
  readonly etaMin?: number;
}

/**
 * From base to `etaMin` in `t0` steps, and again in `t0 · tMult` steps, and so on, as CosineAnnealingWarmRestarts (Loshchilov & Hutter 2017, equation
 * 5).
 */
export const cosineAnnealingWarmRestarts = defineSchedule<RestartsOptions>("cosineAnnealingWarmRestarts", {
  kinds: { t0: count, tMult: count, etaMin: finite },
  defaults: { tMult: 1, etaMin: 0 },
  formula(t, base, { t0, tMult, etaMin }) {
    const { start, length } = tMult === 1 ? equalCycle(t, t0) : growingCycle(t, t0, tMult);
    return between(etaMin, base, ops.div(ops.sub(t, start), length));
  },
});

interface Cycle {
  readonly start: Operand;
  readonly length: Operand;
}

const equalCycle = (t: Tensor, length: number): Cycle => ({ start: ops.mul(length, ops.floor(ops.div(t, length))), length });

/** Steps that f32 counts. */
const mostSteps = 2 ** 24;

/** By comparison with the starts of all cycles: a logarithm of t would be wrong just there. */
function growingCycle(t: Tensor, t0: number, factor: number): Cycle {
  const lengths = [t0];
  const starts: number[] = [];
  for (let [start, length] = [t0, t0]; start < mostSteps; start += length) {
    starts.push(start);
    length *= factor;
    lengths.push(length);
  }
  const past = ops.compare(t, constant(starts), "ge");
  const sumOf = (increments: readonly number[]) => ops.sum(ops.where(past, constant(increments), 0));
  const growth = starts.map((_, i) => (lengths[i + 1] as number) - (lengths[i] as number));
  return { start: sumOf(lengths.slice(0, -1)), length: ops.add(t0, sumOf(growth)) };
}
