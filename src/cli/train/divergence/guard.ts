// Looks at the losses and the weights of a training while it runs, and keeps a state from which what went wrong can be found again.
import type { Net, Position } from "../../../../runtime/index.ts";
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
  /** Looks at the weights, which are those of a place in the training, and keeps them where they are finite. @throws NotFinite */
  keep(position: Position): void;
  /** The net as it was kept last: at the begin of the epoch that is being made, or in it. */
  readonly good: Good;
  /** The largest weight at the start. */
  readonly first: number;
}

/** A net that is finite, and where its training was. */
export interface Good {
  readonly snapshot: Snapshot;
  readonly position: Position;
}

/** Guards a training from `position` on. */
export function guardTraining(net: Net, position: Position): Guard {
  // The error says it, and more.
  machineOf(net).isWarned = true;
  let good: Good = { snapshot: snapshotOf(net), position };
  const first = largestWeight(net, good.snapshot);
  return {
    step({ epoch, loss }) {
      if (!Number.isFinite(loss)) throw new NotFinite(epoch, loss);
    },
    keep(position) {
      const snapshot = snapshotOf(net);
      if (!hasFiniteWeights(net, snapshot)) throw new NotFinite(good.position.epoch);
      good = { snapshot, position };
    },
    get good() {
      return good;
    },
    first,
  };
}
