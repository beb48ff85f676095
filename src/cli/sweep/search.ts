// Makes the trainings of a sweep, stage by stage.
import { sweepInterrupted } from "../../../compiler/diagnostics/sweep.ts";
import type { Trial } from "./draw.ts";
import { epochsAt, type Rung } from "./halving.ts";
import type { Metric } from "./metric.ts";
import type { Plan } from "./plan.ts";
import type { Pool } from "./pool.ts";
import type { Preparation } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import type { SweepRecord } from "./record.ts";
import { type Result, resultOf, sorted } from "./results.ts";
import type { States } from "./states.ts";
import type { Outcome, Task } from "./task.ts";

/** What a search needs. */
export interface Search {
  readonly plan: Plan;
  readonly rungs: readonly Rung[];
  readonly metric: Metric;
  readonly preparation: Preparation;
  readonly pool: Pool;
  readonly record: SweepRecord;
  readonly states: States;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What trials gave: in the first stage, and each in the last one that it was in. */
export interface Found {
  readonly first: readonly Result[];
  readonly last: readonly Result[];
}

interface Job {
  readonly trial: Trial;
  readonly seed: number;
  readonly rung: number;
}

/** The seeds that a trial is trained with. */
export const seedsOf = ({ settings }: Trial, { seeds }: Plan): readonly number[] => (settings.seed === undefined ? seeds : [settings.seed]);

/** Trains until the last stage. @throws GradcError `interrupted`, `cannot-write` */
export async function search(all: Search): Promise<Found> {
  const { plan, rungs, metric, record } = all;
  const last = new Map<number, Result>();
  let first: Result[] = [];
  let going = plan.trials;
  for (const [rung, { trials }] of rungs.entries()) {
    if (rung > 0) going = goOn([...last.values()], rung, trials, metric);
    await makeRung(all, going, rung);
    const outcomesOf = (trial: Trial) => seedsOf(trial, plan).map((seed) => record.outcome(trial.number, seed, rung) as Outcome);
    for (const trial of going) {
      const before = last.get(trial.number)?.seconds;
      last.set(trial.number, resultOf(trial, rung, outcomesOf(trial), metric, before));
    }
    if (rung === 0) first = [...last.values()];
  }
  return { first, last: sorted([...last.values()], metric) };
}

/** The best of the stage before; none that has no figure. */
const goOn = (results: readonly Result[], rung: number, trials: number, metric: Metric): Trial[] =>
  sorted(
    results.filter((result) => result.rung === rung - 1 && !Number.isNaN(result.mean)),
    metric,
  )
    .slice(0, trials)
    .map(({ trial }) => trial);

/** Makes the trainings of a stage that are not made yet. @throws GradcError `interrupted`, `cannot-write` */
async function makeRung(all: Search, trials: readonly Trial[], rung: number): Promise<void> {
  const { plan, rungs, pool, record, progress, signal } = all;
  const jobs = trials.flatMap((trial) => seedsOf(trial, plan).map((seed): Job => ({ trial, seed, rung })));
  const known = (job: Job) => record.outcome(job.trial.number, job.seed, rung);
  for (const job of jobs) {
    const outcome = known(job);
    if (outcome) progress.done({ ...job, outcome });
  }
  const missing = jobs.filter((job) => !known(job));
  await pool.each(missing, (job, train) => make(all, job, train), signal);
  if (!signal.aborted) return;
  const perTrial = plan.trials.reduce((sum, trial) => sum + seedsOf(trial, plan).length, 0) / plan.trials.length;
  const total = rungs.reduce((sum, each) => sum + each.trials, 0) * perTrial;
  const before = rungs.slice(0, rung).reduce((sum, each) => sum + each.trials, 0) * perTrial;
  throw sweepInterrupted(before + jobs.filter(known).length, total, record.path);
}

/** The name of the file that holds a training after a stage. */
const stateName = ({ trial, seed, rung }: Job): string => `${trial.number}-${seed}-${rung}`;

/** Makes a training of a stage and records it; one that was ended before its time is as if it had not begun. */
async function make(
  { plan, rungs, preparation, record, states, progress }: Search,
  job: Job,
  train: (task: Task) => Promise<Outcome>,
): Promise<void> {
  const { trial, seed, rung } = job;
  const options = plan.optionsOf(trial.settings, seed);
  const before = { ...job, rung: rung - 1 };
  const outcome = await preparation
    .prepare(options)
    .then(async (prepared) => {
      const { epochs } = prepared.settings;
      const [from, lastEpoch] = [rung > 0 ? epochsAt(rungs[rung - 1] as Rung, epochs) : 0, epochsAt(rungs[rung] as Rung, epochs)];
      const state = from > 0 && from < lastEpoch ? await states.find(stateName(before)) : undefined;
      const firstEpoch = state ? from + 1 : 1;
      return train({ ...prepared, firstEpoch, lastEpoch, state, keepsState: rung < rungs.length - 1 });
    })
    .catch((error: Error): Outcome => ({ kind: "failed", message: error.message, seconds: 0 }));
  if (outcome.kind === "stopped") return;
  const { state, ...told } = "state" in outcome ? outcome : { ...outcome, state: undefined };
  if (state) await states.keep(stateName(job), state);
  await record.add({ trial: trial.number, seed, rung, settings: trial.settings, outcome: told as Outcome });
  if (rung > 0) await states.drop(stateName(before));
  progress.done({ trial, seed, outcome });
}
