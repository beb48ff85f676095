// The epochs of a training, and what becomes of them.
import { interrupted } from "../../../compiler/diagnostics/commands.ts";
import type { Position } from "../../../runtime/index.ts";
import type { ConstantModel } from "../../constant/model.ts";
import type { Terminal } from "../terminal.ts";
import type { Begun } from "./begin.ts";
import { fitRival } from "./constant.ts";
import { explain } from "./divergence/explain.ts";
import { type Guard, guardTraining } from "./divergence/guard.ts";
import { runEpochs } from "./epochs.ts";
import { beginReports } from "./follow/reports.ts";
import { type Asked, furtherFigures } from "./further.ts";
import type { TrainOptions } from "./options.ts";
import { positionOf } from "./past.ts";
import { reportOn } from "./report.ts";
import { checkpointIn, saveTrained } from "./save.ts";
import { checkpointSaver, type Saver } from "./saver.ts";
import { rememberStart } from "./start.ts";
import { describeWatch, watchLayers } from "./watch.ts";

/** What a training is told beside its begin. */
export interface Told {
  readonly options: TrainOptions;
  readonly rival: ConstantModel | undefined;
  readonly asked: readonly Asked[];
  readonly warnings: readonly string[];
  readonly allow: readonly string[];
  readonly described: string;
}

/** Makes the epochs, saves what they gave, and says how good it is. @throws GradcError `diverged`, `interrupted`, `cannot-write` */
export async function run(begun: Begun, { options, rival: model, asked, warnings, allow, described }: Told, terminal: Terminal): Promise<void> {
  const { trainable, places, past, read, settings, split, best, steps, columns } = begun;
  const { net } = trainable;
  const { counts } = split;
  const pace = { batch: settings.batch, rows: counts.training, held: counts.held };
  const from = positionOf(past, pace, terminal);
  const guard = guardTraining(net, from);
  const checkpoint = checkpointIn(places, options);
  const saver = checkpointSaver(trainable, { best, guard, past, pace, checkpoint }, terminal);
  const start = rememberStart(net);
  const watch = options.watch ? watchLayers() : undefined;
  const reports = await beginReports(trainable, split, { ...settings, firstEpoch: from.epoch }, options);
  const { signal, release } = terminal.interrupts();
  const running = { ...settings, from, signal, watch, guard, following: reports.following, saver, steps };
  try {
    const { entries, position, isInterrupted } = await runEpochs(net, split, running, terminal).finally(reports.close);
    if (watch && entries.length > 0) describeWatch(watch.sizes(), terminal);
    if (isInterrupted) return await saveInterrupted(begun, { guard, saver, position }, terminal);
    const last = entries.at(-1);
    const courses = start.courseTo(last, split.training, settings.lr);
    const kept = best.restore() ?? last;
    const state = saver.ended(settings.epochs);
    await saver.finish(state, settings.epochs);
    await saveTrained(trainable, places, state, terminal);
    const rival = model && fitRival(model, net, split.training);
    const further = rival ? furtherFigures(asked, split.held ?? split.training, net, rival, columns) : [];
    if (!kept) return;
    const trained = { entries, kept, net, rival, split, columns, settings, further, warnings, courses, allow };
    reportOn(trained, terminal);
    await reports.finish(trained, { described, read, warnings: [...trainable.warnings, ...warnings] });
  } catch (error) {
    throw await explain(error, { trainable, guard, split, settings, steps, read, columns, checkpoint });
  } finally {
    release();
  }
}

/** Saves a training that was interrupted: as it is, to go on from, and the best epoch of it. @throws GradcError `interrupted` */
async function saveInterrupted(
  { trainable, places, settings }: Begun,
  { guard, saver, position }: { readonly guard: Guard; readonly saver: Saver; readonly position: Position },
  terminal: Terminal,
): Promise<void> {
  guard.keep(position);
  const state = saver.stateAt(position);
  await saver.finish(state, position.epoch - 1);
  await saveTrained(trainable, places, state, terminal);
  throw interrupted(position, settings.epochs);
}
