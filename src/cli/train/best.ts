import type { EpochEntry, Net } from "../../../runtime/index.ts";

/** Remembers the weights of the epoch with the least validation loss. */
export interface Best {
  /** Looks at the net after an epoch. */
  see(entry: EpochEntry): void;
  /** Gives the net the best weights that were seen, and says of which epoch they are; undefined where none had a validation loss. */
  restore(): EpochEntry | undefined;
}

/** Nothing seen yet. An epoch later than another needs a lower loss to be better. */
export function rememberBest(net: Net): Best {
  let best: { readonly entry: EpochEntry; readonly state: Uint8Array } | undefined;
  return {
    see(entry) {
      const loss = entry.validation?.loss ?? Number.NaN;
      if (loss < (best?.entry.validation?.loss ?? Number.POSITIVE_INFINITY)) best = { entry, state: net.state() };
    },
    restore() {
      if (best) net.restore(best.state);
      return best?.entry;
    },
  };
}
