// How weights and gradients are distributed by epoch, as a page shows them.
import { type Hill, type Histogram, histogramOf } from "../../page/ridges.ts";
import type { Distribution } from "./follow.ts";

interface Snapshot {
  readonly epoch: number;
  readonly parts: readonly { readonly name: string; readonly weights: Histogram | undefined; readonly gradients: Histogram | undefined }[];
}

/** The hills of a parameter and of its gradient, in the order of epochs. */
export interface Distributed {
  readonly name: string;
  readonly weights: readonly Hill[];
  readonly gradients: readonly Hill[];
}

/** More parameters than that make a page that no phone opens, and a checkpoint that is mostly histograms: of the others the names are kept. */
export const mostParameters = 60;

/** Snapshots at equal distances from the first. */
export interface Snapshots {
  readonly every: number;
  readonly snapshots: readonly Snapshot[];
}

/** Epochs that are shown, but for the last. */
const most = 11;

/** Keeps histograms of a few epochs, at equal distances: of how many is not known, since a training may end before its time. */
export function keepDistributions(before: Snapshots = { every: 1, snapshots: [] }) {
  let { every, snapshots } = before;
  let first = snapshots[0]?.epoch;
  const isDue = (epoch: number): boolean => (epoch - (first ?? epoch)) % every === 0;
  const add = (epoch: number, distributions: readonly Distribution[]): void => {
    const parts = distributions.map(({ name, weights, gradients }, at) => {
      const shown = (values: ArrayLike<number> | undefined) => (values && at < mostParameters ? histogramOf(values) : undefined);
      return { name, weights: shown(weights), gradients: shown(gradients) };
    });
    snapshots = [...snapshots.filter((snapshot) => snapshot.epoch !== epoch), { epoch, parts }].sort((a, b) => a.epoch - b.epoch);
  };
  return {
    /** Looks at an epoch, if it is one of those to show. */
    see(epoch: number, distributions: () => readonly Distribution[]): void {
      first ??= epoch;
      if (!isDue(epoch)) return;
      add(epoch, distributions());
      if (snapshots.length <= most) return;
      every *= 2;
      snapshots = snapshots.filter((snapshot) => isDue(snapshot.epoch));
    },
    /** Looks at an epoch in any case. */
    add,
    snapshots: (): Snapshots => ({ every, snapshots }),
    all(): Distributed[] {
      const hills = (name: string, of: "weights" | "gradients") =>
        snapshots.flatMap(({ epoch, parts }): Hill[] => {
          const histogram = parts.find((part) => part.name === name)?.[of];
          return histogram ? [{ name: String(epoch), histogram }] : [];
        });
      const names = snapshots[0]?.parts.map(({ name }) => name) ?? [];
      return names.map((name) => ({ name, weights: hills(name, "weights"), gradients: hills(name, "gradients") }));
    },
  };
}
