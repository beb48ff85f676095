// What trials are compared by.
import { badMetric, metricWithoutDirection } from "../../../compiler/diagnostics/sweep.ts";
import type { Manifest } from "../../../runtime/index.ts";
import { nearest } from "../../../runtime/nearest.ts";
import { entryNamed } from "../../../runtime/program.ts";
import type { Outcome } from "./task.ts";

export interface Metric {
  readonly name: string;
  /** 1 where less is better, -1 where more is. */
  readonly sign: 1 | -1;
}

/** Figures that are called so grow as a model gets better. */
const growing = /acc|auc|f1|precision|recall|r2|score/i;
const falling = /loss|err|mae|mse|rmse|perplexity/i;

/** Reads `NAME`, `NAME:min` or `NAME:max`. @throws GradcError `bad-metric` */
export function metricOf(text: string, { entries }: Manifest): Metric {
  const [, name = text, direction] = /^(.*):(min|max)$/.exec(text) ?? [];
  const last = entryNamed(entries, "evaluate.finish") ?? entryNamed(entries, "evaluate");
  const known = (last?.results ?? []).flatMap((each) => (each.shape.length === 0 ? [each.name] : []));
  if (!known.includes(name)) throw badMetric(name, known, nearest(name, known));
  if (direction) return { name, sign: direction === "min" ? 1 : -1 };
  if (falling.test(name)) return { name, sign: 1 };
  if (growing.test(name)) return { name, sign: -1 };
  throw metricWithoutDirection(name);
}

/** What is written of it: `validation loss`. */
export const metricText = ({ name }: Metric): string => `validation ${name}`;

/** The figure of a training; NaN where there is none. */
export function figureOf(outcome: Outcome | undefined, { name }: Metric): number {
  if (outcome?.kind !== "trained") return Number.NaN;
  const value = outcome.kept.validation?.[name as "loss"];
  return typeof value === "number" && Number.isFinite(value) ? value : Number.NaN;
}
