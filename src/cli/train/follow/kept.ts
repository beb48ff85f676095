// What a page about a training shows of its course beside its epochs, as a checkpoint keeps it.
import type { Position } from "../../../../runtime/index.ts";
import type { Snapshots } from "./distributions.ts";
import type { StepPoint } from "./follow.ts";

/** The losses of steps, and the distributions of some epochs. */
export interface Kept {
  readonly steps: readonly StepPoint[];
  readonly distributions: Snapshots;
}

/** What a checkpoint keeps of it; undefined where it keeps nothing that reads as such. */
export function keptIn(value: unknown): Kept | undefined {
  const { steps, distributions } = (value ?? {}) as Partial<Kept>;
  const isWhole = Array.isArray(steps) && Array.isArray(distributions?.snapshots) && Number.isSafeInteger(distributions.every);
  return isWhole ? (value as Kept) : undefined;
}

/** What was before a position: steps behind it are made again, and so is an epoch that begins anew. */
export function before(kept: Kept | undefined, { epoch, step }: Pick<Position, "epoch" | "step">, perEpoch: number): Kept | undefined {
  if (!kept) return undefined;
  const made = (epoch - 1) * perEpoch + step;
  const { every, snapshots } = kept.distributions;
  return {
    steps: kept.steps.filter((point) => point.step <= made),
    distributions: { every, snapshots: snapshots.filter((snapshot) => snapshot.epoch < epoch) },
  };
}
