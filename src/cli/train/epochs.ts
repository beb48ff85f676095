import { type EpochEntry, fit, type Net, type Position, type Training } from "../../../runtime/index.ts";
import type { Terminal } from "../terminal.ts";
import { type Guard, NotFinite } from "./divergence/guard.ts";
import type { Following } from "./follow/follow.ts";
import { showProgress } from "./progress.ts";
import type { Split } from "./rows.ts";
import type { Saver } from "./saver.ts";
import type { Settings } from "./settings.ts";
import type { Steps } from "./steps.ts";
import type { Watch } from "./watch.ts";

/** The epochs to make. */
export interface Run extends Settings {
  /** Where to go on from. */
  readonly from: Position;
  /** Ends the training before its time. */
  readonly signal: AbortSignal;
  /** What is told of each step and epoch beside the progress. */
  readonly watch?: Watch | undefined;
  readonly guard: Guard;
  readonly following?: Following | undefined;
  readonly saver: Saver;
  readonly steps: Steps;
}

/** The epochs that were made, where the training is, and whether the training ended before its time. */
export interface Ended {
  readonly entries: readonly EpochEntry[];
  readonly position: Position;
  readonly isInterrupted: boolean;
}

/** Trains from a position until the last epoch or an interrupt. @throws NotFinite */
export async function runEpochs(net: Net, { held, counts }: Split, run: Run, terminal: Terminal): Promise<Ended> {
  const { epochs, from, signal, watch, guard, following, saver, steps } = run;
  const progress = await showProgress({ firstEpoch: from.epoch, epochs, rows: counts.training, steps: steps.count }, terminal);
  const entries: EpochEntry[] = [];
  let position = from;
  const onEpoch = (entry: EpochEntry, now: Training): void => {
    position = now.position;
    entries.push(entry);
    watch?.epoch();
    following?.epoch(entry);
    progress.epoch(entry);
    guard.keep(position);
    saver.epoch(entry, position);
  };
  const onStep = (step: Parameters<typeof progress.step>[0], now: Training): void => {
    position = now.position;
    guard.step(step);
    progress.step(step);
    watch?.step(step);
    following?.step(step);
    saver.step(position);
  };
  try {
    const validation = held && { validation: held };
    const { data, options } = steps.from(from, signal);
    await fit(net, data, { epochs, position: from, signal, onEpoch, onStep, ...options, ...validation });
  } catch (error) {
    if (!signal.aborted || error instanceof NotFinite) throw error;
  } finally {
    progress.stop();
    await saver.settled();
  }
  return { entries, position, isInterrupted: signal.aborted && position.epoch <= epochs };
}
