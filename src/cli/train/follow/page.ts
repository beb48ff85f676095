// `gradc train --report FILE`: a page about a training.
import { createRequire } from "node:module";
import type { Line } from "../../../../compiler/formula/equation.ts";
import { escaped } from "../../../../compiler/formula/html.ts";
import { type Page, partsOf } from "../../../../compiler/formula/page.ts";
import { words } from "../../../../compiler/words/words.ts";
import type { TrainingData } from "../../../../data/training.ts";
import { lineMath } from "../../../page/math.ts";
import { type Curve, curves } from "../../page/charts.ts";
import { grid, lines, page, type Section, table } from "../../page/frame.ts";
import { ridges } from "../../page/ridges.ts";
import { shortNumber } from "../../terminal.ts";
import { type Figure, figuresOn, nameOf, shareText, toldBy } from "../figures.ts";
import type { Trained } from "../report.ts";
import type { Settings } from "../settings.ts";
import { type Distributed, mostParameters } from "./distributions.ts";
import type { EpochPoint, StepPoint } from "./follow.ts";

/** What a page says of a training, however it ended. */
export interface Facts {
  /** The table and its columns, a line each. */
  readonly described: string;
  readonly read: Pick<TrainingData, "notes" | "learned">;
  readonly warnings: readonly string[];
}

/** What was followed of it. */
export interface Followed {
  readonly model: string;
  readonly settings: Settings;
  readonly points: readonly EpochPoint[];
  readonly steps: readonly StepPoint[];
  readonly distributions: readonly Distributed[];
  readonly formulas: Page | undefined;
}

/** How it ended: the net that it left, and what ended it before its time. */
export interface Outcome {
  readonly trained: Trained | undefined;
  readonly ended: string | undefined;
}

const { titles, charts, columns: heads } = words.training;

const panel = (title: string, content: string) => (content === "" ? [] : [{ title, content }]);

/** Losses by epoch and by step, a chart for each metric, and the learning rate where it changed. */
function courseSection(points: readonly EpochPoint[], steps: readonly StepPoint[]): string {
  const over = (label: string, of: (point: EpochPoint) => number | undefined): Curve => ({
    label,
    points: points.map((point) => [point.epoch, of(point) ?? Number.NaN]),
  });
  const names = [...new Set(points.flatMap(({ validation }) => Object.keys(validation)))];
  const held = names.includes("loss") ? [over(charts.held, ({ validation }) => validation.loss)] : [];
  const metrics = names.filter((name) => name !== "loss");
  const isConstant = points.every(({ lr }) => lr === points[0]?.lr);
  return grid([
    ...panel(charts.loss, curves([over(charts.training, ({ loss }) => loss), ...held], charts.epoch)),
    ...panel(charts.stepLosses, curves([{ label: charts.loss, points: steps.map(({ step, loss }) => [step, loss]) }], charts.step)),
    ...metrics.flatMap((name) => panel(name, curves([over(charts.held, ({ validation }) => validation[name])], charts.epoch))),
    ...(isConstant ? [] : panel(charts.rate, curves([over("lr", ({ lr }) => lr)], charts.epoch))),
  ]);
}

function figureSection({ net, rival, split, columns, further }: Trained): string {
  const figures: readonly Figure[] = rival ? [...figuresOn(split.held ?? split.training, net, rival, columns), ...further] : [];
  const text = (value: number, isShare?: boolean) => (isShare ? shareText(value) : shortNumber(value));
  return table([
    ["", heads.trained, heads.constant],
    ...figures.map(({ name, trained, constant, isShare }) => [name, text(trained, isShare), text(constant, isShare)]),
  ]);
}

/** More classes than that make a table that nobody reads. */
const mostClasses = 30;

function mostOf(values: ArrayLike<number>, ignored?: number): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) if (values[at] !== ignored) most = Math.max(most, values[at] as number);
  return most;
}

/** For each target of classes how many rows of each class were told to be of which; those that the loss ignores are of none. */
function confusionSection({ net, rival, split, columns }: Trained, { read: { learned } }: Facts): string {
  const rows = split.held ?? split.training;
  const readings = rival?.readings.filter(({ kind }) => kind === "class") ?? [];
  if (readings.length === 0) return "";
  const told = toldBy(net, rows);
  const tables = readings.flatMap(({ output, target, read }) => {
    const right: ArrayLike<number> = rows[target] ?? [];
    const given = read(told[output] ?? []);
    const ignored = net.manifest.inputs.find(({ name }) => name === target)?.range?.except;
    const count = 1 + Math.max(mostOf(right, ignored), mostOf(given));
    if (count > mostClasses || right.length !== given.length) return [];
    const labels = Array.from({ length: count }, (_, i) => learned.classes[nameOf(target, columns)]?.[i] ?? String(i));
    const counts = labels.map(() => labels.map(() => 0));
    for (let i = 0; i < right.length; i++) {
      if (right[i] === ignored) continue;
      const row = counts[right[i] as number] as number[];
      row[given[i] as number] = (row[given[i] as number] as number) + 1;
    }
    const body = labels.map((label, i) => [label, ...(counts[i] as number[]).map(String)]);
    return [`<p class="faint">${escaped(words.training.confusion(nameOf(target, columns)))}</p>\n${table([["", ...labels], ...body])}`];
  });
  return tables.join("\n");
}

/** The distributions of each parameter and of its gradient. */
function distributionSection(distributions: readonly Distributed[]): string {
  const shown = distributions.slice(0, mostParameters);
  const rest = distributions.length - shown.length;
  const panels = shown.flatMap(({ name, weights, gradients }) =>
    panel(name, [ridges(charts.weights, weights), ridges(charts.gradient, gradients)].filter((chart) => chart !== "").join("\n")),
  );
  return grid(panels) + (rest > 0 ? `\n<p class="faint">${words.training.more(rest)}</p>` : "");
}

/** A line of a page, and below it what the functions in it mean. */
function lineOf({ where, ...line }: Line): string {
  const below = where.map((definition) => `<dd>${lineMath(definition).join(" ")}</dd>`);
  return `<dl class="formula"><dt>${lineMath(line).join(" ")}</dt>${below.join("")}</dl>`;
}

const formulaSection = (formulas: Page | undefined): string =>
  (formulas ? partsOf(formulas) : [])
    .map(([title, lines]) => `<h3>${title}</h3>\n<div class="wide">\n${lines.map(lineOf).join("\n")}\n</div>`)
    .join("\n");

function runSection(settings: Settings, trained: Trained | undefined): string {
  const { version } = createRequire(import.meta.url)("gradc/package.json");
  const given = Object.entries(settings).filter(([name, value]) => name !== "keepsBest" && !Number.isNaN(value));
  const rows = given.map(([name, value]) => [name, typeof value === "number" ? shortNumber(value) : String(value)]);
  const kept = trained ? [[heads.keptEpoch, String(trained.kept.epoch)]] : [];
  return table([[heads.setting, heads.value], ...rows, ...kept, ["gradc", version], ["Node", process.versions.node]]);
}

/** The page of a training; of one that left no net what is known until its end. */
export function reportPage({ model, settings, ...followed }: Followed, facts: Facts, { trained, ended }: Outcome): string {
  const where = trained?.split.held ? words.training.held : words.training.trained;
  const sections: Section[] = [
    { title: titles.ended, content: lines(ended === undefined ? [] : [ended]) },
    { title: titles.warnings, content: lines(facts.warnings) },
    { title: titles.course, content: courseSection(followed.points, followed.steps) },
    { title: titles.figures(where), content: trained ? figureSection(trained) : "" },
    { title: titles.confusion(where), content: trained ? confusionSection(trained, facts) : "" },
    { title: titles.data, content: lines([facts.described, ...facts.read.notes]) },
    { title: titles.distributions, content: distributionSection(followed.distributions) },
    { title: titles.formulas, content: formulaSection(followed.formulas) },
    { title: titles.run, content: runSection(settings, trained) },
  ];
  const last = trained?.kept.epoch ?? followed.points.at(-1)?.epoch ?? 0;
  return page(model, words.training.subtitle(last, settings.epochs, settings.seed), sections);
}
