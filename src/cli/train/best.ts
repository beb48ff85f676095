import type { EpochEntry, Net } from "../../../runtime/index.ts";
import type { Rows } from "../../constant/rows.ts";
import { type EpochState, withBest } from "../checkpoint.ts";
import type { Settings } from "./settings.ts";

/** Remembers the weights of the epoch with the least validation loss. */
export interface Best {
  /** Looks at the net after an epoch. */
  see(entry: EpochEntry): void;
  /** Takes what a checkpoint remembered; its validation loss is that of the rows that are held out now. */
  recall(best: EpochState, held: Rows | undefined): void;
  /** The net as it is, and what is remembered: all that a training goes on from. */
  state(): Uint8Array;
  /** Gives the net the best weights, says of which epoch they are, and forgets them; undefined where none had a validation loss. */
  restore(): EpochEntry | undefined;
}

/** Nothing seen yet, and nothing to see where the last epoch is the one to keep. An epoch later than another needs a lower loss to be better. */
export function rememberBest(net: Net, { keepsBest }: Pick<Settings, "keepsBest">): Best {
  let best: { readonly entry: EpochEntry; readonly state: Uint8Array } | undefined;
  return {
    see(entry) {
      const loss = entry.validation?.loss ?? Number.NaN;
      if (keepsBest && loss < (best?.entry.validation?.loss ?? Number.POSITIVE_INFINITY)) best = { entry, state: net.state() };
    },
    recall({ epoch, loss, state }, held) {
      if (!keepsBest || !held) return;
      const last = net.state();
      net.restore(state);
      best = { entry: { epoch, loss, validation: net.evaluate(held) }, state };
      net.restore(last);
    },
    state: () => (best ? withBest(net.state(), { ...best.entry, state: best.state }) : net.state()),
    restore() {
      const entry = best?.entry;
      if (best) net.restore(best.state);
      best = undefined;
      return entry;
    },
  };
}
