import { checkOptions } from "../options.ts";
import { type Callback, type Monitor, monitored, monitorKinds } from "./callbacks.ts";

/**
 * Remembers the net at its best epoch, and brings it back at the end: a callback of `fit`.
 * @throws GradcError `unknown-option`, `bad-option`
 */
export function bestWeights(options: Monitor = {}): Callback {
  checkOptions(options, monitorKinds);
  let best = Number.POSITIVE_INFINITY;
  let state: Uint8Array | undefined;
  return {
    onEpoch(entry, { net }) {
      const value = monitored(entry, options);
      if (value < best) [best, state] = [value, net.state()];
    },
    onEnd(_, { net }) {
      if (state) net.restore(state);
    },
  };
}
