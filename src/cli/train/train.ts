import { join } from "node:path";
import { nothingToTrain } from "../../../compiler/diagnostics/commands.ts";
import type { Assignment } from "../../../data/assign.ts";
import { warningsOf } from "../../lints/lint.ts";
import { allowedOf } from "../allow.ts";
import { checkTable } from "../mistakes.ts";
import { describeTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { type Begun, begin } from "./begin.ts";
import { fitRival, type Rival, rivalModel } from "./constant.ts";
import { askedFor } from "./further.ts";
import { tableLints } from "./lints/index.ts";
import type { Beginning } from "./lints/lint.ts";
import type { TrainOptions } from "./options.ts";
import { run } from "./run.ts";
import { isSaved, saveTrained } from "./save.ts";
import { describeSettings } from "./settings.ts";
import { squaredTargets } from "./squared.ts";

/** `gradc train`. */
export async function train(path: string, options: TrainOptions, terminal: Terminal): Promise<void> {
  checkTable("train", path, options.data);
  const { compiling, training: allow } = allowedOf(options.allow);
  const begun = await begin(path, { ...options, allow: compiling }, terminal);
  const { trainable, places, past, settings, split } = begun;
  const { net } = trainable;
  const next = `\nnext: gradc predict ${join(places.folder, `${net.manifest.name}.trained.wasm`)} --data ${options.data}`;
  if (past.epochs >= settings.epochs) {
    await saveEnded(begun, terminal);
    return terminal.out(next);
  }
  if (options.lr !== undefined) net.setHyper({ lr: options.lr });
  const described = describeTable(options.data, begun.read, split.counts.held);
  terminal.out(`${described}\n${describeSettings(settings)}`);
  const rival = await rivalModel(trainable);
  const before = rival && fitRival(rival, net, split.training);
  const asked = await askedFor(path, options.metrics ?? [], net, before);
  const warnings = warningsOf(tableLints, await beginningOf(begun, before), allow);
  for (const warning of warnings) terminal.note(`warning: ${warning}`);
  await run(begun, { options, rival, asked, warnings, allow, described }, terminal);
  terminal.out(next);
}

/** The columns that are looked at one by one: those of a table, while all numbers of an array are looked at together. */
function lookedAt({ elements, learned: { columns }, arrays }: Begun["read"]): Assignment {
  if (!arrays) return elements;
  const isOne = (input: string, names: readonly string[]) => names.length < (elements[input]?.length ?? 0);
  return Object.fromEntries(Object.entries(columns).map(([input, names]) => [input, isOne(input, names) ? [names.join(", ")] : names]));
}

/** What lints of a table look at before a training. */
async function beginningOf({ trainable: { wasm, net }, read, split }: Begun, rival: Rival | undefined): Promise<Beginning> {
  const { manifest } = net;
  const squared = await squaredTargets(wasm, manifest, split.training);
  return { manifest, read, rows: split.training, columns: lookedAt(read), plain: read.plain, rival, squared };
}

/** Saves a training that ended after its last epoch, which may lack its files. @throws GradcError `nothing-to-train` where it does not */
async function saveEnded({ trainable, places, past: { epochs }, best }: Begun, terminal: Terminal): Promise<void> {
  const { net } = trainable;
  best.restore();
  net.metadata.set("epoch", String(epochs));
  if (await isSaved(trainable, places)) throw nothingToTrain(places.checkpoint, epochs);
  await saveTrained(trainable, places, net.state(), terminal);
}
