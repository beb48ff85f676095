// What a training is asked to leave beside its weights: `--logdir`, `--history` and `--report`.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Described } from "../../../../compiler/describe/describe.ts";
import { pageOf } from "../../../../compiler/describe/page.ts";
import { notReported } from "../../../../compiler/diagnostics/commands.ts";
import { writePage } from "../../../../compiler/formula/page.ts";
import { readable } from "../../../../compiler/index.ts";
import { cannotWrite } from "../../../../files/diagnostics.ts";
import { checkWritable, writeWhole } from "../../../../files/whole.ts";
import type { Position } from "../../../../runtime/index.ts";
import * as sections from "../../../../runtime/sections.ts";
import { partsToRead } from "../../../described.ts";
import { openModule } from "../../../open.ts";
import { refuseOver } from "../../files/refuse.ts";
import type { Terminal } from "../../terminal.ts";
import type { Trainable } from "../net.ts";
import type { TrainOptions } from "../options.ts";
import type { Past } from "../past.ts";
import type { Trained } from "../report.ts";
import type { Split } from "../rows.ts";
import type { Settings } from "../settings.ts";
import { keepDistributions } from "./distributions.ts";
import { type Events, eventsIn } from "./events.ts";
import { distributionsOf, type EpochPoint, type Follower, type Following, following, pointOf, type StepPoint } from "./follow.ts";
import { historyFormat, historyIn } from "./history.ts";
import { before, type Kept } from "./kept.ts";
import type { Facts } from "./page.ts";

/** What is written of a training while it goes on, and at its end. */
export interface Reports {
  readonly following: Following | undefined;
  /** What a checkpoint keeps for the page. */
  kept(): Kept | undefined;
  /** Writes what there is of it, also where it was ended before its time. What cannot be written is said, here as in `finish`. */
  close(): Promise<void>;
  /** Writes the page; `ended` is what ended the training before its time. */
  finish(trained: Trained | undefined, facts: Facts, ended?: unknown): Promise<void>;
}

/** Refuses a folder that is none, or in which no file can be made. @throws GradcError `cannot-write` */
async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) throw cannotWrite(folder, "it is a file");
  await checkWritable(join(folder, "events.out.tfevents.new"));
}

/** Refuses places that cannot be written to, or hold what a training reads. @throws GradcError `cannot-write`, `setting-out-of-range` */
export async function checkReports({ history, report, logdir, data }: TrainOptions, { sources, module }: Trainable): Promise<void> {
  if (history !== undefined) historyFormat(history);
  if (logdir !== undefined) await checkFolder(logdir);
  for (const file of [history, report]) {
    if (file === undefined) continue;
    await refuseOver(file, { "the data": [data], "the definition": sources, "the module": [module] });
    await checkWritable(file);
  }
  if (report !== undefined) await refuseOver(report, { "the history": [history] });
}

/** The parts of a module that formulas are of; undefined where it was built without its graph. */
async function partsOf(wasm: Uint8Array): Promise<Described | undefined> {
  const bytes = wasm as Uint8Array<ArrayBuffer>;
  if (WebAssembly.Module.customSections(await WebAssembly.compile(bytes), sections.graph).length === 0) return undefined;
  return partsToRead(readable((await openModule(bytes)).program));
}

/** Formulas as Markdown has texts that stay as they are. */
async function formulaText(wasm: Uint8Array): Promise<string | undefined> {
  const parts = await partsOf(wasm);
  if (!parts) return undefined;
  const page = writePage(pageOf({ ...parts, updates: new Map() }), "text", (title) => title);
  return page.replace(/^(?=.)/gm, "    ");
}

/** Does what may fail once more. */
function attemptQuietly(work: () => void): void {
  try {
    work();
  } catch {}
}

/** Events that are let go where they cannot be written, which is told: a training does not depend on them. */
function outliving(events: Events, failed: (error: Error) => void): Events {
  let isLost = false;
  const attempt = (work: () => void): void => {
    if (isLost) return;
    try {
      work();
    } catch (error) {
      failed(error as Error);
      isLost = true;
      // The file is let go too, which may fail once more.
      attemptQuietly(events.close);
    }
  };
  return {
    step: (point) => attempt(() => events.step(point)),
    epoch: (point, distributions) => attempt(() => events.epoch(point, distributions)),
    close: () => attempt(events.close),
  };
}

/** What a training does, where it goes on, and what it goes on from. */
interface Course {
  readonly settings: Settings;
  readonly from: Position;
  readonly past: Past;
  /** The number of steps of an epoch. */
  readonly perEpoch: number;
}

/** Begins what was asked for; the history and the page tell of the epochs before too. @throws GradcError `cannot-write` */
export async function beginReports(
  trainable: Trainable,
  { training }: Split,
  { settings, from, past, perEpoch }: Course,
  options: TrainOptions,
  terminal: Terminal,
): Promise<Reports> {
  const { net, wasm } = trainable;
  const { logdir, history, report } = options;
  const epochs = past.history.filter(({ epoch }) => epoch < from.epoch);
  const points: EpochPoint[] = epochs.map((entry) => pointOf(entry, entry.lr, entry.epoch * perEpoch));
  const known = before(past.followed, from, perEpoch);
  const steps: StepPoint[] = known?.steps.slice() ?? [];
  const kept = keepDistributions(known?.distributions);
  const failed = (what: string) => (error: Error) => terminal.note(notReported(what, error));
  const written = history === undefined ? undefined : historyIn(history, points, failed("the history is"));
  const keeper: Follower = {
    step: (point) => steps.push(point),
    epoch(point, distributions) {
      points.push(point);
      written?.epoch();
      if (report !== undefined) kept.see(point.epoch, distributions);
    },
  };
  const begun = logdir === undefined ? undefined : eventsIn(logdir, wasm, await formulaText(wasm), settings);
  const events = begun && outliving(begun, failed("more events of the training are"));
  const isWanted = events !== undefined || history !== undefined || report !== undefined;
  const plan = { from, epochs: settings.epochs, steps: perEpoch };
  return {
    following: isWanted ? following(net, training, plan, [keeper, ...(events ? [events] : [])]) : undefined,
    kept: () => (report === undefined ? undefined : { steps, distributions: kept.snapshots() }),
    async close() {
      events?.close();
      await written?.finish();
    },
    async finish(trained, facts, ended) {
      if (report === undefined) return;
      if (trained) kept.add(trained.kept.epoch, distributionsOf(net, training));
      const parts = await partsOf(wasm);
      const followed = {
        model: net.manifest.name,
        settings,
        points,
        steps,
        distributions: kept.all(),
        formulas: parts && pageOf({ ...parts, updates: new Map() }),
      };
      // What sets formulas is loaded for a page alone.
      const { reportPage } = await import("./page.ts");
      const outcome = { trained, ended: ended instanceof Error ? ended.message : undefined };
      await writeWhole(report, reportPage(followed, facts, outcome)).catch(failed("the page about the training is"));
    },
  };
}
