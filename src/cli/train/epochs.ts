import { type EpochEntry, fit, type Net } from "../../../runtime/index.ts";
import type { Terminal } from "../terminal.ts";
import { type Guard, NotFinite } from "./divergence/guard.ts";
import type { Following } from "./follow/follow.ts";
import { showProgress } from "./progress.ts";
import type { Split } from "./rows.ts";
import type { Settings } from "./settings.ts";
import type { Watch } from "./watch.ts";

/** The epochs to make. */
export interface Run extends Settings {
  readonly firstEpoch: number;
  /** Ends the training before its time. */
  readonly signal: AbortSignal;
  /** What is told of each step and epoch beside the progress. */
  readonly watch?: Watch | undefined;
  readonly guard: Guard;
  readonly following?: Following | undefined;
}

/** The epochs that were made, and whether the training ended before its time. */
export interface Ended {
  readonly entries: readonly EpochEntry[];
  readonly isInterrupted: boolean;
}

/** Trains from `firstEpoch` until the last epoch or an interrupt, and calls `save` after each epoch. @throws NotFinite */
export async function runEpochs(
  net: Net,
  { training, held, counts }: Split,
  run: Run,
  save: (entry: EpochEntry) => Promise<void>,
  terminal: Terminal,
): Promise<Ended> {
  const { epochs, firstEpoch, batch, seed, signal, watch, guard, following } = run;
  const progress = await showProgress({ firstEpoch, epochs, rows: counts.training }, terminal);
  const entries: EpochEntry[] = [];
  const onEpoch = async (entry: EpochEntry): Promise<void> => {
    entries.push(entry);
    watch?.epoch();
    following?.epoch(entry);
    progress.epoch(entry);
    guard.epoch(entry);
    await save(entry);
  };
  const onStep = (step: Parameters<typeof progress.step>[0]): void => {
    guard.step(step);
    progress.step(step);
    watch?.step(step);
    following?.step(step);
  };
  try {
    const validation = held && { validation: held };
    await fit(net, training, { epochs, firstEpoch, batch, seed, signal, onEpoch, onStep, ...validation });
  } catch (error) {
    if (!signal.aborted || error instanceof NotFinite) throw error;
  } finally {
    progress.stop();
  }
  return { entries, isInterrupted: signal.aborted && entries.at(-1)?.epoch !== epochs };
}
