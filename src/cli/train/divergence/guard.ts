// Looks at the losses and the weights of a training while it runs, and keeps a state from which what went wrong can be found again.
import type { EpochEntry, Net } from "../../../../runtime/index.ts";
import { machineOf } from "../../../../runtime/net.ts";
import { hasFiniteWeights, largestWeight, type Snapshot, snapshotOf } from "./snapshot.ts";

/** A training that is not finite any more: in a step by its loss, or by the end of an epoch in its weights. */
export class NotFinite extends Error {
  readonly epoch: number;
  readonly loss: number | undefined;

  constructor(epoch: number, loss?: number) {
    super("not finite");
    this.epoch = epoch;
    this.loss = loss;
  }
}

export interface Guard {
  /** Looks at the loss of a step. @throws NotFinite */
  step(step: { readonly epoch: number; readonly loss: number }): void;
  /** Looks at the weights after an epoch, and keeps them where they are finite. @throws NotFinite */
  epoch(entry: Pick<EpochEntry, "epoch">): void;
  /** The net as it was before the epoch that is being made: after the one before, or at the start. */
  readonly good: Snapshot;
  /** The largest weight at the start. */
  readonly first: number;
}

export function guardTraining(net: Net): Guard {
  // The error says it, and more.
  machineOf(net).isWarned = true;
  let good = snapshotOf(net);
  const first = largestWeight(net, good);
  return {
    step({ epoch, loss }) {
      if (!Number.isFinite(loss)) throw new NotFinite(epoch, loss);
    },
    epoch({ epoch }) {
      const now = snapshotOf(net);
      if (!hasFiniteWeights(net, now)) throw new NotFinite(epoch);
      good = now;
    },
    get good() {
      return good;
    },
    first,
  };
}
