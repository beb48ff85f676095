// A training before its first step: what it reads, where its results go, and what it goes on from.
import type { Assignment } from "../../../data/assign.ts";
import type { TrainingData } from "../../../data/training.ts";
import { fromFile } from "../files/read.ts";
import { openSource } from "../source.ts";
import { trainingData } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { type Best, rememberBest } from "./best.ts";
import { checkReports } from "./follow/reports.ts";
import { startFrom, type Trainable, trainableNet } from "./net.ts";
import type { TrainOptions } from "./options.ts";
import { noPast, type Past, resume } from "./past.ts";
import { divideRows, type Split } from "./rows.ts";
import { markRows } from "./same-rows.ts";
import { checkPlaces, type Places, placesFor } from "./save.ts";
import { type Settings, settingsFor, validationOf } from "./settings.ts";
import { type Steps, stepsOf } from "./steps.ts";

/** A training before its first step. */
export interface Begun {
  readonly trainable: Trainable;
  readonly places: Places;
  readonly past: Past;
  readonly read: Omit<TrainingData, "data">;
  readonly settings: Settings;
  readonly split: Split;
  readonly best: Best;
  readonly steps: Steps;
  /** A name for each number that an input takes of a row. */
  readonly columns: Assignment;
}

/** Opens what a training reads and writes, and refuses what it could not. @throws GradcError */
export async function begin(path: string, options: TrainOptions, terminal: Terminal): Promise<Begun> {
  const source = await openSource(options);
  const trainable = await trainableNet(path, options);
  const { net } = trainable;
  for (const warning of trainable.warnings) terminal.note(`warning: ${warning}`);
  const places = await placesFor(path, trainable, options);
  if (options.weights !== undefined) terminal.out(await startFrom(net, options.weights));
  const past = options.resume ? await resume(trainable, places.checkpoint, terminal) : noPast;
  const { data, ...read } = await trainingData(source, net, options, (rows) => validationOf(rows, options), terminal);
  const settings = settingsFor(net, read.rows, options);
  if (past.epochs < settings.epochs) markRows(net, { data, rows: read.rows }, settings, options, terminal);
  const split = divideRows(data, read.rows, net.manifest, settings);
  const steps = stepsOf(net, read, split, settings, options);
  await checkPlaces(trainable, places, options);
  await checkReports(options, trainable);
  const best = rememberBest(net, settings);
  const { best: recalled } = past;
  if (recalled) await fromFile(places.checkpoint, () => best.recall(recalled, split.held));
  return { trainable, places, past, read, settings, split, best, steps, columns: read.elements };
}
