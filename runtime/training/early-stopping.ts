import { badOption } from "../diagnostics.ts";
import { checkOptions } from "../options.ts";
import { type Callback, type Monitor, monitored, monitorKinds } from "./callbacks.ts";

/** Settings of `earlyStopping`. */
export interface EarlyStoppingOptions extends Monitor {
  /** After how many epochs in a row that are no better than the best it ends; 3 unless stated. */
  readonly patience?: number;
  /** By how much an epoch must be better than the best; 0 unless stated. */
  readonly minDelta?: number;
}

/**
 * Ends a training that gets no better: a callback of `fit`.
 * @throws GradcError `unknown-option`, `bad-option`
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  checkOptions(options, { ...monitorKinds, patience: "a whole number", minDelta: "number" });
  const { patience = 3, minDelta = 0 } = options;
  if (!(patience >= 1)) throw badOption("patience", patience, "1 or more");
  let best = Number.POSITIVE_INFINITY;
  let bad = 0;
  return {
    onEpoch(entry, { stop }) {
      const value = monitored(entry, options);
      if (value < best - minDelta) [best, bad] = [value, 0];
      else if (++bad >= patience) stop();
    },
  };
}
