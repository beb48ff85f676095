// The variables of a net, to be had again. The statistics of `nn.standardize` are none: they are set before the first step, and steps leave them.
import type { Net } from "../../../../runtime/index.ts";

/** Values by the names of variables. */
export type Snapshot = ReadonlyMap<string, ArrayLike<number>>;

/** What the steps of `net` change, and what they read of settings. */
export function snapshotOf({ manifest, read }: Net): Snapshot {
  const prepared = new Set(manifest.standardize.flatMap(({ mean, deviation }) => [mean, deviation]));
  return new Map(manifest.variables.flatMap(({ name }) => (prepared.has(name) ? [] : [[name, read(name)] as const])));
}

export function putBack(net: Net, snapshot: Snapshot): void {
  for (const [name, values] of snapshot) net.write(name, values);
}

/** The trained parameters of a snapshot. */
function trainedIn({ parameters }: Net, snapshot: Snapshot): ArrayLike<number>[] {
  return [...parameters].flatMap(([name, { trainable }]) => (trainable ? [snapshot.get(name) ?? []] : []));
}

/** A step whose loss is finite may leave weights that are not. */
export const hasFiniteWeights = (net: Net, snapshot: Snapshot): boolean =>
  trainedIn(net, snapshot).every((values) => Array.prototype.every.call(values, Number.isFinite));

/** The largest trained weight, without its sign. */
export function largestWeight(net: Net, snapshot: Snapshot): number {
  let most = 0;
  for (const values of trainedIn(net, snapshot)) for (let at = 0; at < values.length; at++) most = Math.max(most, Math.abs(values[at] as number));
  return most;
}
