// A sweep before its first training: what it reads, what it is to make, and where that goes.
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { counted } from "../../../data/diagnostics.ts";
import { allowedOf } from "../allow.ts";
import { outputFolder } from "../files/folders.ts";
import type { Terminal } from "../terminal.ts";
import { checkReports } from "../train/follow/reports.ts";
import { checkPlaces, placesFor } from "../train/save.ts";
import { optionText } from "./command.ts";
import { type Rung, rungsOf, wholeRung } from "./halving.ts";
import { type Metric, metricOf, metricText } from "./metric.ts";
import { defaults, type SweepOptions } from "./options.ts";
import { type Plan, planOf } from "./plan.ts";
import { type Checked, type Preparation, preparation } from "./prepare.ts";
import type { Identity } from "./record.ts";
import { seedsOf } from "./search.ts";

export interface Begun {
  readonly plan: Plan;
  readonly preparation: Preparation;
  readonly metric: Metric;
  readonly rungs: readonly Rung[];
  readonly workers: number;
  readonly name: string;
  /** The table and its columns, a line each. */
  readonly described: string;
  /** What is searched, and how. */
  readonly searched: readonly (readonly [title: string, text: string])[];
  readonly identity: Identity;
  /** The folder of the record and of what trainings go on from. */
  readonly folder: string;
}

/** Opens what a sweep reads and writes, and refuses what it could not. @throws GradcError */
export async function begin(path: string, options: SweepOptions, terminal: Terminal): Promise<Begun> {
  const { compiling } = allowedOf(options.allow);
  const plan = planOf({ ...options, allow: compiling });
  const prepared = preparation(path, terminal);
  const checked = await checkModels(path, plan, prepared);
  const [first] = checked as [Checked];
  const metrics = checked.map(({ trainable }) => metricOf(options.metric ?? defaults.metric, trainable.net.manifest));
  for (const { trainable } of checked) {
    await checkPlaces(trainable, await placesFor(path, trainable, plan.common), plan.common);
    await checkReports(options, trainable);
  }
  const { trials, seeds } = plan;
  const rungs = options.halving ? rungsOf(trials.length, first.settings.epochs, options.eta ?? defaults.eta) : wholeRung(trials.length);
  const workers = Math.min(options.workers ?? availableParallelism(), trials.length * seeds.length);
  return {
    ...{ plan, preparation: prepared, rungs, workers },
    metric: metrics[0] as Metric,
    name: basename(path).replace(/(\.model)?\.\w+$/, ""),
    described: first.described,
    searched: searchedOf(options, plan, { metric: metrics[0] as Metric, rungs, workers, epochs: first.settings.epochs }),
    identity: identityOf(options, plan, rungs, checked),
    folder: join(outputFolder(path, options.out), `${basename(path).replace(/(\.model)?\.\w+$/, "")}.sweep`),
  };
}

/** Compiles each model once and reads its rows; of a compiled module, all that a trial would change in it. @throws GradcError */
async function checkModels(path: string, plan: Plan, prepared: Preparation): Promise<Checked[]> {
  const models = [...new Set(plan.trials.map(({ settings }) => settings.model))];
  const isModule = path.endsWith(".wasm");
  const chosen = isModule
    ? plan.trials
    : models.map((model) => plan.trials.find(({ settings }) => settings.model === model) as (typeof plan.trials)[0]);
  const checked: Checked[] = [];
  for (const trial of chosen) checked.push(await prepared.check(plan.optionsOf(trial.settings, seedsOf(trial, plan)[0] as number)));
  return checked;
}

/** What a sweep that goes on must have in common with the one before. */
function identityOf({ set }: SweepOptions, plan: Plan, rungs: readonly Rung[], checked: readonly Checked[]): Identity {
  const { data: _, out: __, ...common } = plan.common;
  const hash = createHash("sha256");
  for (const { trainable } of checked) hash.update(trainable.wasm);
  return {
    "what is searched": set.join(" "),
    "the options": optionText(common) || "none",
    "the stages": rungs.map(({ share }) => share.toPrecision(3)).join(", "),
    "the definition": hash.digest("hex").slice(0, 16),
    "the data": checked.map(({ digest }) => digest).join(" "),
  };
}

interface Stages {
  readonly metric: Metric;
  readonly rungs: readonly Rung[];
  readonly workers: number;
  readonly epochs: number;
}

function searchedOf({ set }: SweepOptions, { trials, seeds }: Plan, { metric, rungs, workers, epochs }: Stages): Begun["searched"] {
  const stages = rungs.map((rung) => `${counted(rung.trials, "trial")} to ${(100 * rung.share).toPrecision(3)} % of the epochs`);
  return [
    ["settings", set.join("  ")],
    ["trials", `${trials.length}, each with ${seeds.length === 1 ? "one seed" : `${seeds.length} seeds`}`],
    ...(rungs.length > 1 ? [["stages", `${stages.join(", ")}, which are ${epochs} of the first trial`] as const] : []),
    ["compared by", `${metricText(metric)}, ${metric.sign > 0 ? "the least" : "the largest"} is the best`],
    ["worker threads", String(workers)],
  ];
}
