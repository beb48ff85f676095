// What saves a training while it goes on.
import { withProgress } from "../../../checkpoint/content.node.ts";
import { notSaved } from "../../../compiler/diagnostics/commands.ts";
import { writeWhole } from "../../../files/whole.ts";
import type { EpochEntry, Position } from "../../../runtime/index.ts";
import type { Terminal } from "../terminal.ts";
import { moduleKey } from "../weights.ts";
import type { Best } from "./best.ts";
import type { Guard } from "./divergence/guard.ts";
import { rateOf } from "./follow/follow.ts";
import type { Trainable } from "./net.ts";
import type { Past } from "./past.ts";
import { type Pace, type Place, told } from "./place.ts";

/** Saves the checkpoint, where one was asked for. */
export interface Saver {
  /** After a step: begins a checkpoint where the last is half a minute old. */
  step(position: Position): void;
  /** After an epoch: begins a checkpoint where none is being written. */
  epoch(entry: EpochEntry, position: Position): void;
  /** All that a training goes on from at a place in it, as a file of weights. */
  stateAt(position: Position): Uint8Array;
  /** The weights of a training that ended, as a file. */
  ended(epochs: number): Uint8Array;
  /** Such weights with what is told of the epochs. */
  told(state: Uint8Array): Uint8Array;
  /** Waits for the checkpoint that is being written. */
  settled(): Promise<void>;
  /** Writes a state as the last checkpoint. */
  finish(state: Uint8Array, epochs: number): Promise<void>;
}

/** A training whose epochs take longer is saved in them too. */
const millisecondsBetween = 30_000;

/** What a saver looks at. */
interface Saved {
  readonly best: Best;
  readonly guard: Guard;
  readonly past: Past;
  readonly pace: Pace;
  /** What a page about the training shows beside its history. */
  readonly followed: () => unknown;
  /** The file of the checkpoint; undefined where none was asked for. */
  readonly checkpoint: string | undefined;
}

/**
 * What saves a training. The training goes on while a checkpoint is written, and none is begun meanwhile: the file holds what the net was at one place.
 * Where it cannot be written, that is said, the one before stays, and the training goes on.
 */
export function checkpointSaver(
  { net, fingerprint }: Trainable,
  { best, guard, past, pace, followed, checkpoint }: Saved,
  terminal: Terminal,
): Saver {
  const history = past.history.slice();
  let last = performance.now();
  let hasFailed = false;
  let underWay: Promise<void> | undefined;
  const marked = (epochs: number): Uint8Array => {
    net.metadata.set("epoch", String(epochs));
    if (fingerprint !== undefined) net.metadata.set(moduleKey, String(fingerprint));
    return best.state();
  };
  const stateAt = (position: Position): Uint8Array => {
    const place: Place = { ...position, pace };
    return withProgress(marked(position.epoch - 1), { position: place, history, followed: followed() });
  };
  const write = async (file: string, state: Uint8Array, epochs: number): Promise<void> => {
    try {
      await writeWhole(file, state);
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) terminal.note(notSaved(epochs, error as Error));
      hasFailed = true;
    }
    last = performance.now();
    underWay = undefined;
  };
  const begin = (position: Position, epochs: number): void => {
    if (checkpoint !== undefined) underWay ??= write(checkpoint, stateAt(position), epochs);
  };
  return {
    step(position) {
      if (checkpoint === undefined || underWay || performance.now() - last < millisecondsBetween) return;
      guard.keep(position);
      begin(position, position.epoch);
    },
    epoch(entry, position) {
      best.see(entry);
      history.push(told(entry, rateOf(net)));
      begin(position, entry.epoch);
    },
    stateAt,
    ended: marked,
    told: (state) => withProgress(state, { history, followed: followed() }),
    settled: async () => underWay,
    async finish(state, epochs) {
      await underWay;
      if (checkpoint !== undefined) await write(checkpoint, state, epochs);
    },
  };
}
