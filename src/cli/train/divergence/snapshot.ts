// The variables of a net, to be had again. The statistics of `nn.standardize` are none: they are set before the first step, and steps leave them.
import type { Net } from "../../../../runtime/index.ts";
import { machineOf } from "../../../../runtime/net.ts";

/** What stands in memory, with any gaps, by the names of variables. */
export type Snapshot = ReadonlyMap<string, Float32Array | Int32Array>;

const variablesOf = (net: Net) => machineOf(net).variables;

/** What the steps of `net` change, and what they read of settings. */
export function snapshotOf(net: Net): Snapshot {
  const prepared = new Set(net.manifest.standardize.flatMap(({ mean, deviation }) => [mean, deviation]));
  return new Map([...variablesOf(net)].flatMap(([name, { memory }]) => (prepared.has(name) ? [] : [[name, memory.slice()] as const])));
}

export function putBack(net: Net, snapshot: Snapshot): void {
  const variables = variablesOf(net);
  for (const [name, values] of snapshot) variables.get(name)?.memory.set(values);
}

/** The largest trained weight of a snapshot, without its sign; NaN where one is. */
export function largestWeight({ parameters }: Net, snapshot: Snapshot): number {
  let most = 0;
  for (const [name, { trainable }] of parameters) {
    const values = (trainable && snapshot.get(name)) || [];
    for (let at = 0; at < values.length; at++) {
      const size = Math.abs(values[at] as number);
      if (!(size <= most)) most = size;
      if (Number.isNaN(size)) return size;
    }
  }
  return most;
}

/** Whether the trained weights of `net` are finite, of which `now` is a snapshot: a step whose loss is finite may leave others. */
export function hasFiniteWeights(net: Net, now: Snapshot): boolean {
  // In gaps anything may stand.
  const isSound = ([name, { trainable }]: readonly [string, { readonly trainable: boolean }]) => !trainable || net.read(name).every(Number.isFinite);
  return Number.isFinite(largestWeight(net, now)) || [...net.parameters].every(isSound);
}
