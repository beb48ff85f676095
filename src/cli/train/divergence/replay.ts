// The steps of an epoch once more, to the one that went wrong: they are the same, bit by bit.
import { fit, type Net } from "../../../../runtime/index.ts";
import type { Rows } from "../../../constant/rows.ts";
import type { Steps } from "../steps.ts";
import type { Guard } from "./guard.ts";
import { hasFiniteWeights, largestWeight, putBack, type Snapshot, snapshotOf } from "./snapshot.ts";

/** The step of an epoch that went wrong. */
export interface BadStep {
  /** From 1. */
  readonly step: number;
  readonly loss: number;
  /** The variables before it. */
  readonly before: Snapshot;
  /** The largest weight before it. */
  readonly largest: number;
  /** Its rows, where they are not those in memory. */
  readonly changed: Rows | undefined;
}

/** Ends an epoch. */
class Found extends Error {}

/** Makes the steps of an epoch again from the state that was kept last; gives the first whose loss or weights are not finite, which there is. */
export async function replay(net: Net, { good }: Guard, steps: Steps): Promise<BadStep | undefined> {
  const { snapshot, position } = good;
  putBack(net, snapshot);
  let before = snapshotOf(net);
  let bad: BadStep | undefined;
  const onStep = ({ step, loss }: { readonly step: number; readonly loss: number }) => {
    const after = snapshotOf(net);
    if (!Number.isFinite(loss) || !hasFiniteWeights(net, after)) {
      bad = { step, loss, before, largest: largestWeight(net, before), changed: steps.last() };
      throw new Found();
    }
    before = after;
  };
  const { data, options } = steps.from(position);
  await fit(net, data, { epochs: position.epoch, position, onStep, ...options }).catch((error) => {
    if (!(error instanceof Found)) throw error;
  });
  return bad;
}
