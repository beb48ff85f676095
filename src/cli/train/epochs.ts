import { type EpochEntry, fit, type Inputs, type Net } from "../../../runtime/index.ts";
import { counters } from "../../../runtime/program.ts";
import type { Terminal } from "../terminal.ts";
import type { TrainOptions } from "./options.ts";
import { showProgress } from "./progress.ts";
import type { SaveEpoch } from "./save.ts";

/** The epochs to make, over a number of rows. */
export interface Run extends TrainOptions {
  readonly firstEpoch: number;
  readonly rows: number;
  /** Ends the training before its time. */
  readonly signal: AbortSignal;
}

/** The last epoch that ended, and whether the training ended before its time. */
export interface Ended {
  readonly last: EpochEntry | undefined;
  readonly isInterrupted: boolean;
}

/** Trains until the last epoch or an interrupt, and calls `save` after each epoch. */
export async function runEpochs(net: Net, data: Inputs, run: Run, save: SaveEpoch, terminal: Terminal): Promise<Ended> {
  const { epochs, firstEpoch, batch, validation, rows, signal } = run;
  const progress = await showProgress({ firstEpoch, epochs, rows: Math.round(rows * (1 - validation)) }, terminal);
  let last: EpochEntry | undefined;
  const onEpoch = async (entry: EpochEntry): Promise<void> => {
    last = entry;
    progress.epoch(entry);
    await save(entry);
  };
  const kept = net.read(counters.seed)[0] as number;
  const seed = run.resume ? kept : (run.seed ?? kept);
  try {
    await fit(net, data, { epochs, firstEpoch, seed, validation, signal, onEpoch, onStep: progress.step, ...(batch !== undefined && { batch }) });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.stop();
  }
  return { last, isInterrupted: signal.aborted && last?.epoch !== epochs };
}
