// What is said of the trials of a sweep: a table, the best first, and which setting mattered.
import { alignColumns } from "../../../compiler/formula/columns.ts";
import { shortNumber } from "../terminal.ts";
import type { Importance } from "./importance.ts";
import { type Metric, metricText } from "./metric.ts";
import { deviationOf, meanOf, type Result } from "./results.ts";
import { valueText } from "./settings.ts";
import type { Axis } from "./space.ts";
import type { Outcome } from "./task.ts";

/** A sweep that ended. */
export interface Swept {
  readonly axes: readonly Axis[];
  readonly metric: Metric;
  readonly seeds: readonly number[];
  /** The best first. */
  readonly results: readonly Result[];
  /** The same trials after as many epochs each: those of the first stage, which `importance` is of. */
  readonly compared: readonly Result[];
  readonly importance: Importance;
}

/** More rows than these are not printed. */
export const mostRows = 30;

/** The trials as rows of texts under a head, and which columns hold numbers. */
export function resultRows({ axes, metric, seeds, results }: Swept): { readonly rows: string[][]; readonly numbers: number[] } {
  const names = axes.map(({ setting }) => setting.name);
  const isTold = results.some(({ mean }) => Number.isNaN(mean));
  const spread = seeds.length > 1 ? ["±"] : [];
  const head = ["trial", ...names, metricText(metric), ...spread, "epoch", "seconds", ...(isTold ? [""] : [])];
  const rows = results.map((result) => [
    String(result.trial.number),
    ...axes.map(({ setting }) => valueText(result.trial.settings[setting.key])),
    figureText(result.mean),
    ...(seeds.length > 1 ? [figureText(result.spread)] : []),
    epochsOf(result.outcomes),
    result.seconds.toFixed(1),
    ...(isTold ? [reasonOf(result.outcomes)] : []),
  ]);
  const texts = new Set(["optimizer", "model", ""]);
  return { rows: [head, ...rows], numbers: head.flatMap((name, at) => (texts.has(name) ? [] : [at])) };
}

const figureText = (value: number): string => (Number.isNaN(value) ? "-" : shortNumber(value));

/** The epochs that were kept: `12`, or `9 to 15` of several seeds. */
function epochsOf(outcomes: readonly Outcome[]): string {
  const epochs = outcomes.flatMap((outcome) => (outcome.kind === "trained" ? [outcome.kept.epoch] : []));
  if (epochs.length === 0) return "-";
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  return first === last ? String(first) : `${first} to ${last}`;
}

/** Why a trial has no figure. */
function reasonOf(outcomes: readonly Outcome[]): string {
  const reasons = outcomes.map(failureOf).filter((reason) => reason !== undefined);
  const [first] = reasons;
  if (first === undefined) return "";
  return outcomes.length > 1 ? `${first} (${reasons.length} of ${outcomes.length} seeds)` : first;
}

/** What went wrong in a training, in a line; undefined where it has a figure. */
export function failureOf(outcome: Outcome): string | undefined {
  if (outcome.kind === "diverged") return `diverged in epoch ${outcome.epoch}`;
  if (outcome.kind === "failed") return `failed: ${outcome.message.split("\n", 1)[0]}`;
  return undefined;
}

/** The best trials of a sweep, as a table. */
export function resultTable(swept: Swept): string {
  const { rows, numbers } = resultRows(swept);
  const more = rows.length - 1 - mostRows;
  return `${alignColumns(rows.slice(0, mostRows + 1), numbers)}${more > 0 ? `\n  and ${more} more, in the record` : ""}`;
}

const percent = (share: number): string => (Number.isNaN(share) ? "-" : `${(100 * share).toFixed(0)} %`);

/** What each setting explains as rows under a head; none where nothing varies. */
export function importanceRows({ importance, seeds }: Swept): string[][] {
  const { effects } = importance;
  const rows = effects.map(({ name, share, chance, best }) => [name, percent(share), percent(chance), best]);
  const noise = seeds.length > 1 ? [["between seeds", percent(importance.seeds), "", ""]] : [];
  return [["setting", "explains", "by chance", "best at"], ...rows, ...noise];
}

export const explained =
  "explains: the share of the variance of the ranks of all trainings that lies between the values of a setting; by chance: that of one that does nothing";

export const importanceTable = (swept: Swept): string => alignColumns(importanceRows(swept), [1, 2]);

/** How the spread between seeds compares with that between trials. */
export function spreadText({ results, compared, seeds, metric }: Swept): string {
  const [one] = seeds;
  if (seeds.length < 2) return `one seed, ${one}: how much of this is chance is not known; --seeds 3 tells`;
  const finite = compared.filter(({ mean }) => !Number.isNaN(mean));
  const within = Math.sqrt(meanOf(finite.map(({ spread }) => spread ** 2)));
  const between = deviationOf(finite.map(({ mean }) => mean));
  const trials = Number.isNaN(between) ? "" : `, that between the means of trials ${shortNumber(between)}`;
  const stage = results.some(({ rung }) => rung > 0) ? ", after the first stage" : "";
  return `${seeds.length} seeds${stage}: the deviation of the ${metricText(metric)} between seeds of a trial is ${figureText(within)}${trials}`;
}
