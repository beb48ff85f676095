import { join } from "node:path";
import { interrupted, nothingToTrain } from "../../../compiler/diagnostics/commands.ts";
import type { TrainingData } from "../../../data/training.ts";
import type { Rows } from "../../constant/rows.ts";
import { warningsOf } from "../../lints/lint.ts";
import { allowedOf } from "../allow.ts";
import { fromFile } from "../files/read.ts";
import { checkTable } from "../mistakes.ts";
import { describeTable, elementNames, openTable, plainColumns, trainingData } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { rememberBest } from "./best.ts";
import { fitRival, type Rival, rivalModel } from "./constant.ts";
import type { Course } from "./divergence/course.ts";
import { explain } from "./divergence/explain.ts";
import { guardTraining, NotFinite } from "./divergence/guard.ts";
import { runEpochs } from "./epochs.ts";
import type { Facts } from "./follow/page.ts";
import { beginReports, checkReports, type Reports } from "./follow/reports.ts";
import { askedFor, furtherFigures } from "./further.ts";
import { tableLints } from "./lints/index.ts";
import type { Beginning } from "./lints/lint.ts";
import { resume, startFrom, type Trainable, trainableNet } from "./net.ts";
import type { TrainOptions } from "./options.ts";
import { reportOn } from "./report.ts";
import { splitRows } from "./rows.ts";
import { markRows } from "./same-rows.ts";
import { checkPlaces, checkpointIn, epochSaver, isSaved, type Places, placesFor, saveTrained } from "./save.ts";
import { describeSettings, settingsFor, validationOf } from "./settings.ts";
import { squaredTargets } from "./squared.ts";
import { rememberStart } from "./start.ts";
import { describeWatch, watchLayers } from "./watch.ts";

/** `gradc train`. */
export async function train(path: string, options: TrainOptions, terminal: Terminal): Promise<void> {
  checkTable("train", path, options.data);
  const { compiling, training: allow } = allowedOf(options.allow);
  const table = await openTable(options);
  const trainable = await trainableNet(path, { ...options, allow: compiling });
  const { net } = trainable;
  for (const warning of trainable.warnings) terminal.note(`warning: ${warning}`);
  const places = await placesFor(path, trainable, options);
  if (options.weights !== undefined) terminal.out(await startFrom(net, options.weights));
  const past = options.resume ? await resume(trainable, places.checkpoint, terminal) : { epochs: 0 };
  const read = markRows(net, await trainingData(table, net, options, (rows) => validationOf(rows, options), terminal), options, terminal);
  const settings = settingsFor(net, read.rows, options);
  const split = splitRows(read.data, read.rows, net.manifest, settings);
  await checkPlaces(trainable, places, options);
  await checkReports(options, trainable);
  const next = `\nnext: gradc predict ${join(places.folder, `${net.manifest.name}.trained.wasm`)} --data ${options.data}`;
  const best = rememberBest(net, settings);
  const { epochs: done, best: recalled } = past;
  if (recalled) await fromFile(places.checkpoint, () => best.recall(recalled, split.held));
  if (done >= settings.epochs) {
    best.restore();
    await saveEnded(trainable, places, done, terminal);
    return terminal.out(next);
  }
  if (options.lr !== undefined) net.setHyper({ lr: options.lr });

  const described = describeTable(options.data, read, split.counts.held);
  terminal.out(`${described}\n${describeSettings(settings)}`);
  const model = await rivalModel(trainable);
  const before = model && fitRival(model, net, split.training);
  const asked = await askedFor(path, options.metrics ?? [], net, before);
  const columns = elementNames(read.learned);
  const warnings = warningsOf(tableLints, await beginningOf(trainable, read, split.training, before), allow);
  for (const warning of warnings) terminal.note(`warning: ${warning}`);
  const save = epochSaver(trainable, places, best, options, terminal);
  const start = rememberStart(net);
  const guard = guardTraining(net);
  const reports = await beginReports(trainable, split, { ...settings, firstEpoch: done + 1 }, options, terminal);
  const facts = { described, read, warnings: [...trainable.warnings, ...warnings] };
  const run = { ...settings, firstEpoch: done + 1, watch: options.watch ? watchLayers() : undefined, guard, following: reports.following };
  const { signal, release } = terminal.interrupts();
  try {
    const { entries, isInterrupted } = await runEpochs(net, split, { ...run, signal }, save, terminal).finally(reports.close);
    if (run.watch && entries.length > 0) describeWatch(run.watch.sizes(), terminal);
    const last = entries.at(-1);
    const courses = isInterrupted ? [] : start.courseTo(last, split.training, settings.lr);
    if (isInterrupted) guard.epoch({ epoch: (last?.epoch ?? done) + 1 });
    // A training that was interrupted goes on from its last epoch, and remembers the best one.
    const kept = (isInterrupted ? undefined : best.restore()) ?? last;
    await save({ epoch: last?.epoch ?? done });
    await saveTrained(trainable, places, best.state(), terminal);
    const ended = isInterrupted ? interrupted(last?.epoch ?? done, settings.epochs) : undefined;
    const rival = model && fitRival(model, net, split.training);
    const further = rival ? furtherFigures(asked, split.held ?? split.training, net, rival, columns) : [];
    const trained = kept && { entries, kept, net, rival, split, columns, settings, further, warnings, courses, allow };
    const found = !trained || ended ? [] : reportOn(trained, terminal);
    await reports.finish(trained, { ...facts, warnings: [...facts.warnings, ...found] }, ended);
    if (ended) throw ended;
  } catch (error) {
    const checkpoint = checkpointIn(places, options);
    throw await explained(error, { trainable, guard, split, settings, read, columns, checkpoint }, reports, facts);
  } finally {
    release();
  }
  terminal.out(next);
}

/** What a training ends with by an error, which the page tells too where the training went wrong. */
async function explained(error: unknown, course: Course, reports: Reports, facts: Facts): Promise<unknown> {
  const reason = await explain(error, course);
  if (error instanceof NotFinite) await reports.finish(undefined, facts, reason);
  return reason;
}

/** What lints of a table look at before a training. */
async function beginningOf({ wasm, net }: Trainable, read: TrainingData, rows: Rows, rival: Rival | undefined): Promise<Beginning> {
  const { manifest } = net;
  const { learned } = read;
  const squared = await squaredTargets(wasm, manifest, rows);
  return { manifest, read, rows, columns: elementNames(learned), plain: plainColumns(learned), rival, squared };
}

/** Saves a training that ended after its last epoch, which may lack its files. @throws GradcError `nothing-to-train` where it does not */
async function saveEnded(trainable: Trainable, places: Places, epochs: number, terminal: Terminal): Promise<void> {
  const { net } = trainable;
  net.metadata.set("epoch", String(epochs));
  if (await isSaved(trainable, places)) throw nothingToTrain(places.checkpoint, epochs);
  await saveTrained(trainable, places, net.state(), terminal);
}
