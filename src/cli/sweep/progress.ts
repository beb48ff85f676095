// How a sweep goes: a bar where a person watches, and a line for each training that ended.
import { shortNumber, type Terminal } from "../terminal.ts";
import { visible } from "../visible.ts";
import { figureOf, type Metric, metricText } from "./metric.ts";
import { settings as known, type Settings, valueText } from "./settings.ts";
import { failureOf } from "./table.ts";
import type { Outcome } from "./task.ts";

export interface Progress {
  /** A training ended, or is known from before. */
  done(what: Ended): void;
  stop(): void;
}

export interface Ended {
  readonly trial: { readonly number: number; readonly settings: Settings };
  readonly seed: number;
  readonly outcome: Outcome;
}

/** The settings of a trial: `lr 0.01 batch 32`. */
export const settingsText = (settings: Settings): string =>
  known.flatMap(({ key, name }) => (key in settings ? [`${name} ${valueText(settings[key])}`] : [])).join("  ");

export const silent: Progress = { done: () => undefined, stop: () => undefined };

/** Shows `total` trainings. */
export const showProgress = async (total: number, metric: Metric, terminal: Terminal): Promise<Progress> =>
  terminal.isWatched ? bar(total, metric, terminal) : lines(total, metric, terminal);

function describe({ trial, seed, outcome }: Ended, metric: Metric): string {
  const figure = failureOf(outcome) ?? `${metricText(metric)} ${shortNumber(figureOf(outcome, metric))}`;
  return `trial ${trial.number}  ${settingsText(trial.settings)}${"seed" in trial.settings ? "" : `  seed ${seed}`}  ${figure}`;
}

function lines(total: number, metric: Metric, terminal: Terminal): Progress {
  let count = 0;
  return {
    done: (ended) => terminal.note(`${++count}/${total}  ${describe(ended, metric)}`),
    stop: () => undefined,
  };
}

async function bar(total: number, metric: Metric, terminal: Terminal): Promise<Progress> {
  const { default: cliProgress } = await import("cli-progress");
  const moving = new cliProgress.SingleBar({ format: "[{bar}] {value}/{total}  {text}", hideCursor: true, barsize: 24 });
  terminal.moves?.(true);
  moving.start(total, 0, { text: "" });
  let count = 0;
  return {
    done: (ended) => moving.update(++count, { text: visible(describe(ended, metric)) }),
    stop() {
      moving.stop();
      terminal.moves?.(false);
    },
  };
}
