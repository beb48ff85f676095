// What the trials of a sweep gave, the best first.
import type { Trial } from "./draw.ts";
import { figureOf, type Metric } from "./metric.ts";
import type { Outcome } from "./task.ts";

/** A trial with what its trainings gave, in order of their seeds. */
export interface Result {
  readonly trial: Trial;
  /** The last stage that it was in. */
  readonly rung: number;
  readonly outcomes: readonly Outcome[];
  readonly figures: readonly number[];
  /** NaN where one of them is. */
  readonly mean: number;
  /** The standard deviation between seeds; NaN for one. */
  readonly spread: number;
  /** The time of all of its trainings, in all stages. */
  readonly seconds: number;
}

/** What a trial gave in a stage, after the time of those before. */
export function resultOf(trial: Trial, rung: number, outcomes: readonly Outcome[], metric: Metric, before = 0): Result {
  const figures = outcomes.map((outcome) => figureOf(outcome, metric));
  return { trial, rung, outcomes, figures, mean: meanOf(figures), spread: deviationOf(figures), seconds: outcomes.reduce(addTime, before) };
}

const addTime = (sum: number, outcome: Outcome): number => sum + (outcome.kind === "stopped" ? 0 : outcome.seconds);

export const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The deviation of a sample; NaN of fewer than two values. */
export function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** The better first: those that came further, then by their figure, those without one last, then in order of their numbers. */
export function sorted(results: readonly Result[], { sign }: Metric): Result[] {
  const key = ({ mean }: Result): number => (Number.isNaN(mean) ? Number.MAX_VALUE : sign * mean);
  return [...results].sort((a, b) => b.rung - a.rung || key(a) - key(b) || a.trial.number - b.trial.number);
}
