import type { TrainOptions } from "../train/options.ts";

/** What `gradc sweep` is asked for: options of all its trainings, and how they are searched. */
export interface SweepOptions
  extends Omit<TrainOptions, "checkpoint" | "history" | "logdir" | "metrics" | "standalone" | "watch" | "weights" | "resume"> {
  /** `NAME=VALUES`, one for each setting. */
  readonly set: readonly string[];
  /** So many settings are drawn. */
  readonly trials?: number;
  /** Each trial is trained with so many seeds. */
  readonly seeds?: number;
  readonly workers?: number;
  /** Gives up the worse trials early. */
  readonly halving?: boolean;
  /** Of so many trials one goes on. */
  readonly eta?: number;
  /** What trials are compared by, a figure of the rows that are held out. */
  readonly metric?: string;
  /** Goes on where the record of the sweep ends. */
  readonly resume?: boolean;
  readonly quiet?: boolean;
}

export const defaults = { trials: 20, seeds: 1, eta: 3, metric: "loss" } as const;
