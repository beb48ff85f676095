// Which setting mattered: the share of the variance between trainings that the mean at each of its values explains, the main effect of a functional
// analysis of variance (Hutter, Hoos and Leyton-Brown, "An efficient approach for assessing hyperparameter importance", 2014). It is taken of ranks,
// as Kruskal and Wallis (1952) do: a training that diverged has the last rank, and one loss of a million does not hide all else.
import { meanOf } from "./results.ts";
import { type Settings, valueText } from "./settings.ts";
import { type Axis, isRange } from "./space.ts";

/** Trainings of one trial, whose figures are the better the smaller they are; NaN where there is none. */
export interface Sample {
  readonly settings: Settings;
  readonly figures: readonly number[];
}

/** What a setting explains. */
export interface Effect {
  readonly name: string;
  /** Its share of the variance, from 0 to 1; NaN where all figures are equal. */
  readonly share: number;
  /** The share that a setting of so many values or parts has on average where it does nothing: (k − 1)/(n − 1). */
  readonly chance: number;
  /** The value, or the part of a range, with the best mean rank. */
  readonly best: string;
}

/** What each setting explains, the largest share first, and the share that lies between the seeds of a trial: NaN with one seed. */
export interface Importance {
  readonly effects: readonly Effect[];
  readonly seeds: number;
}

export function importanceOf(axes: readonly Axis[], samples: readonly Sample[]): Importance {
  const runs = samples.flatMap(({ settings, figures }, trial) => figures.map((figure) => ({ settings, trial, figure })));
  const ranks = ranksOf(runs.map(({ figure }) => figure));
  const between = (groups: readonly (number | string)[]): number => explained(ranks, groups);
  const effects = axes.map((axis): Effect => {
    const groups = groupsOf(axis, samples);
    const own = runs.map(({ trial }) => groups[trial] as string);
    const count = new Set(own).size;
    return { name: axis.setting.name, share: between(own), chance: (count - 1) / (runs.length - 1), best: bestOf(own, ranks) };
  });
  const hasSeeds = samples.some(({ figures }) => figures.length > 1);
  return {
    effects: effects.sort((a, b) => b.share - a.share),
    seeds: hasSeeds ? 1 - between(runs.map(({ trial }) => trial)) : Number.NaN,
  };
}

/** Ranks from 1; equal figures share the mean of theirs, and those that are no numbers are equal and last. */
export function ranksOf(figures: readonly number[]): number[] {
  const order = (a: number, b: number): number => (Number.isNaN(a) ? Number(!Number.isNaN(b)) : Number.isNaN(b) ? -1 : a - b);
  return figures.map((figure) => {
    const below = figures.filter((other) => order(other, figure) < 0).length;
    const equal = figures.filter((other) => order(other, figure) === 0).length;
    return below + (equal + 1) / 2;
  });
}

/** The share of the variance of `values` that lies between groups. */
function explained(values: readonly number[], groups: readonly (number | string)[]): number {
  const mean = meanOf(values);
  const total = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const parts = [...grouped(values, groups).values()].map(({ sum, count }) => count * (sum / count - mean) ** 2);
  return total > 0 ? parts.reduce((sum, part) => sum + part, 0) / total : Number.NaN;
}

function grouped<G>(values: readonly number[], groups: readonly G[]): Map<G, { readonly sum: number; readonly count: number }> {
  const sums = new Map<G, { readonly sum: number; readonly count: number }>();
  for (const [at, group] of groups.entries()) {
    const { sum, count } = sums.get(group) ?? { sum: 0, count: 0 };
    sums.set(group, { sum: sum + (values[at] as number), count: count + 1 });
  }
  return sums;
}

const bestOf = (groups: readonly string[], ranks: readonly number[]): string =>
  [...grouped(ranks, groups)].reduce((a, b) => (b[1].sum / b[1].count < a[1].sum / a[1].count ? b : a))[0];

/** A name for the group of each trial: its value, or the part of a range in which that lies. */
function groupsOf(axis: Axis, samples: readonly Sample[]): string[] {
  const values = samples.map(({ settings }) => settings[axis.setting.key]);
  return isRange(axis) ? partsOf(values as number[]) : values.map(valueText);
}

/** Parts of a range with as many trials each, as far as equal values let that be: 2 of up to 8 trials, 3 of up to 15, else 4. */
function partsOf(values: readonly number[]): string[] {
  const ordered = [...values].sort((a, b) => a - b);
  const distinct = new Set(values).size;
  const count = Math.min(distinct, values.length < 9 ? 2 : values.length < 16 ? 3 : 4);
  const ends = Array.from({ length: count - 1 }, (_, at) => ordered[Math.ceil(((at + 1) * values.length) / count) - 1] as number);
  const partAt = (value: number): number => ends.filter((end) => value > end).length;
  return values.map((value) => {
    const own = ordered.filter((other) => partAt(other) === partAt(value));
    const [first, last] = [own[0] as number, own.at(-1) as number];
    return first === last ? String(first) : `${first} to ${last}`;
  });
}
