// The epochs of a training, and what becomes of them.
import { interrupted } from "../../../compiler/diagnostics/commands.ts";
import type { ConstantModel } from "../../constant/model.ts";
import type { Terminal } from "../terminal.ts";
import type { Begun } from "./begin.ts";
import { fitRival } from "./constant.ts";
import type { Course } from "./divergence/course.ts";
import { explain } from "./divergence/explain.ts";
import { guardTraining, NotFinite } from "./divergence/guard.ts";
import { runEpochs } from "./epochs.ts";
import type { Facts } from "./follow/page.ts";
import { beginReports, type Reports } from "./follow/reports.ts";
import { type Asked, furtherFigures } from "./further.ts";
import type { TrainOptions } from "./options.ts";
import { positionOf } from "./past.ts";
import { reportOn } from "./report.ts";
import { checkpointIn, saveTrained } from "./save.ts";
import { checkpointSaver } from "./saver.ts";
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
  const start = rememberStart(net);
  const watch = options.watch ? watchLayers() : undefined;
  const reports = await beginReports(trainable, split, { settings, from, past, perEpoch: steps.count }, options, terminal);
  const saver = checkpointSaver(trainable, { best, guard, past, pace, checkpoint, followed: reports.kept }, terminal);
  const facts = { described, read, warnings: [...trainable.warnings, ...warnings] };
  const { signal, release } = terminal.interrupts();
  const running = { ...settings, from, signal, watch, guard, following: reports.following, saver, steps };
  try {
    const { entries, position, isInterrupted } = await runEpochs(net, split, running, terminal).finally(reports.close);
    if (watch && entries.length > 0) describeWatch(watch.sizes(), terminal);
    const last = entries.at(-1);
    const courses = isInterrupted ? [] : start.courseTo(last, split.training, settings.lr);
    if (isInterrupted) guard.keep(position);
    // A training that was interrupted goes on from where it is, and remembers the best epoch.
    const kept = (isInterrupted ? undefined : best.restore()) ?? last;
    const state = isInterrupted ? saver.stateAt(position) : saver.ended(settings.epochs);
    await saver.finish(isInterrupted ? state : saver.told(state), position.epoch - 1);
    await saveTrained(trainable, places, state, terminal);
    const ended = isInterrupted ? interrupted(position, settings.epochs) : undefined;
    const rival = model && fitRival(model, net, split.training);
    const further = rival ? furtherFigures(asked, split.held ?? split.training, net, rival, columns) : [];
    const trained = kept && { entries, kept, net, rival, split, columns, settings, further, warnings, courses, allow };
    const found = !trained || ended ? [] : reportOn(trained, terminal);
    await reports.finish(trained, { ...facts, warnings: [...facts.warnings, ...found] }, ended);
    if (ended) throw ended;
  } catch (error) {
    throw await explained(error, { trainable, guard, split, settings, steps, read, columns, checkpoint }, reports, facts);
  } finally {
    release();
  }
}

/** What a training ends with by an error, which the page tells too where the training went wrong. */
async function explained(error: unknown, course: Course, reports: Reports, facts: Facts): Promise<unknown> {
  const reason = await explain(error, course);
  if (error instanceof NotFinite) await reports.finish(undefined, facts, reason);
  return reason;
}
