import { badOption } from "../diagnostics.ts";
import { checkOptions } from "../options.ts";
import { type Callback, monitored } from "./callbacks.ts";

/** Settings of `plateau`. */
export interface PlateauOptions {
  /** The learning rate at the start. */
  readonly lr: number;
  /** What the rate is multiplied by. */
  readonly factor?: number;
  /** Metrics in a row that may be no better than the best before the rate falls. */
  readonly patience?: number;
  /** By how much a metric must be better than the best. */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best or a difference from it. */
  readonly thresholdMode?: "rel" | "abs";
  /** Metrics after a fall that count for nothing. */
  readonly cooldown?: number;
  readonly minLr?: number;
  /** Whether the metric is to fall or to grow. */
  readonly mode?: "min" | "max";
  /** As a callback: what is looked at, a loss or metric by name, of the validation rows where there are some; `"loss"` unless stated. */
  readonly monitor?: string;
}

const numbers = { lr: "number", factor: "number", threshold: "number", minLr: "number" };
const kinds = {
  ...numbers,
  patience: "a whole number",
  cooldown: "a whole number",
  thresholdMode: "rel or abs",
  mode: "min or max",
  monitor: "string",
};

/** Differences of the rate that are not worth a change. */
const least = 1e-8;

/**
 * A learning rate that falls where a metric gets no better, as torch.optim.lr_scheduler.ReduceLROnPlateau: the result is a callback of `fit`, or is
 * called with the metric after each epoch and gives the rate, for `net.setHyper({ lr: rate(loss) })`.
 * @throws GradcError `unknown-option`, `bad-option`
 */
export function plateau(options: PlateauOptions): ((metric: number) => number) & Callback {
  checkOptions(options, kinds);
  const { lr, factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "rel", cooldown = 0, minLr = 0, mode = "min", monitor } = options;
  if (!(lr >= 0)) throw badOption("lr", lr, "a number of at least 0");
  if (!(factor >= 0 && factor < 1)) throw badOption("factor", factor, "a number from 0 to below 1");
  const sign = mode === "min" ? -1 : 1;
  const bound = (best: number) => (thresholdMode === "rel" ? best * (1 + sign * threshold) : best + sign * threshold);
  let rate = lr;
  let best = -sign * Number.POSITIVE_INFINITY;
  let bad = 0;
  let rest = 0;
  const rateAfter = (metric: number): number => {
    if (sign * metric > sign * bound(best)) [best, bad] = [metric, 0];
    else bad++;
    if (rest > 0) [rest, bad] = [rest - 1, 0];
    if (bad > patience) {
      const next = Math.max(rate * factor, minLr);
      if (rate - next > least) rate = next;
      [rest, bad] = [cooldown, 0];
    }
    return rate;
  };
  const onEpoch: Callback["onEpoch"] = (entry, { net }) => net.setHyper({ lr: rateAfter(monitored(entry, { monitor })) });
  return Object.assign(rateAfter, { onEpoch });
}
