// The checkpoint that a training goes on from.
import { inFile } from "../../../compiler/diagnostics/places.ts";
import { badWeights } from "../../../runtime/diagnostics.ts";
import type { Position } from "../../../runtime/index.ts";
import type { EpochState } from "../checkpoint.ts";
import type { Terminal } from "../terminal.ts";
import { restoreFrom } from "../weights.ts";
import { type Kept, keptIn } from "./follow/kept.ts";
import type { Trainable } from "./net.ts";
import { beginOf, epochsIn, type Pace, type PastEpoch, type Place, placeIn } from "./place.ts";

/** Where a training goes on from. */
export interface Past {
  /** The epochs that are made, whole. */
  readonly epochs: number;
  /** The place in the next one; undefined at its begin. */
  readonly place?: Place | undefined;
  /** The best epoch, where it was remembered. */
  readonly best?: EpochState | undefined;
  /** What is told of the epochs. */
  readonly history: readonly PastEpoch[];
  /** What a page about it shows beside them, where one was asked for. */
  readonly followed?: Kept | undefined;
}

export const noPast: Past = { epochs: 0, history: [] };

/** Restores a checkpoint. The order of rows is that of the seed in the checkpoint. @throws GradcError `bad-weights` and those of `restoreFrom` */
export async function resume({ net, module }: Trainable, weights: string, terminal: Terminal): Promise<Past> {
  const { best, position, history, followed } = await restoreFrom(net, { weights, module }, terminal);
  const epoch = net.metadata.get("epoch") ?? "0";
  if (!/^\d{1,15}$/.test(epoch)) throw inFile(badWeights(`"epoch" is ${epoch}`), weights);
  const epochs = Number(epoch);
  const place = placeIn(position, weights);
  return { epochs, best, history: epochsIn(history), followed: keptIn(followed), ...(place?.epoch === epochs + 1 && place.step > 0 && { place }) };
}

/** The position to go on from: within an epoch where its steps are still the same ones, else at its begin, with a note. */
export function positionOf({ epochs, place }: Past, now: Pace, terminal: Terminal): Position {
  if (!place) return beginOf(epochs + 1);
  const { pace, ...position } = place;
  const others = (Object.keys(now) as (keyof Pace)[]).filter((name) => now[name] !== pace[name]);
  if (others.length === 0) return position;
  const words = { batch: "rows a step", rows: "rows to train on", held: "held-out rows" };
  const changes = others.map((name) => `${words[name]} ${pace[name]} before, ${now[name]} now`);
  terminal.note(`note: epoch ${position.epoch} begins again, with the weights of its step ${position.step}: ${changes.join("; ")}`);
  return beginOf(position.epoch);
}
