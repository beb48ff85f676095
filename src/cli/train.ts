import { basename, join } from "node:path";
import { diverged, interrupted, nothingToTrain } from "../../compiler/diagnostics/commands.ts";
import {
  type Assignment,
  assignColumns,
  type Classes,
  classesOf,
  dataOf,
  keepColumns,
  keptClasses,
  keptColumns,
  withoutUnread,
} from "../../data/columns.ts";
import { readCsv, type Table } from "../../data/csv.ts";
import { compiledIn, noEntry } from "../../runtime/diagnostics.ts";
import { type EpochEntry, fit, type Inputs, load, type Net, pack } from "../../runtime/index.ts";
import { counters } from "../../runtime/program.ts";
import { compileModel, type ModelOptions } from "./compile-model.ts";
import { checkWritable, fromFile, outputFolder, readBytes, refuseData, writeFiles, writeWhole } from "./files.ts";
import { moduleFiles } from "./module-files.ts";
import { describeEpoch, showProgress } from "./progress.ts";
import { unscaledColumns } from "./scale.ts";
import type { Terminal } from "./terminal.ts";

interface TrainOptions extends ModelOptions {
  readonly data: string;
  readonly out?: string;
  readonly target?: readonly string[];
  readonly input?: Assignment;
  readonly epochs: number;
  readonly seed?: number;
  readonly validation: number;
  readonly checkpoint?: string;
  readonly resume?: boolean;
  readonly standalone?: boolean;
}

/** `gradc train`. */
export async function train(path: string, options: TrainOptions, terminal: Terminal): Promise<void> {
  const table = await readCsv(options.data);
  const { net, wasm, warnings } = await trainableNet(path, options);
  for (const warning of warnings) terminal.note(`warning: ${warning}`);
  const folder = outputFolder(path, options.out);
  const weights = join(folder, `${net.manifest.name}.safetensors`);
  const checkpoint = options.checkpoint ?? weights;
  const firstEpoch = options.resume ? await resume(net, checkpoint, options) : 1;
  if (options.lr !== undefined) net.setHyper({ lr: options.lr });
  const data = readData(table, net, options, terminal);
  refuseData(checkpoint, options.data);
  for (const file of new Set([weights, checkpoint])) await checkWritable(file);

  const save = async ({ epoch, loss = 0 }: { readonly epoch: number; readonly loss?: number }): Promise<void> => {
    if (!Number.isFinite(loss) || !hasFiniteWeights(net)) throw diverged(epoch, options.epochs);
    net.metadata.set("epoch", String(epoch));
    if (options.checkpoint !== undefined || options.resume) await writeWhole(checkpoint, net.state());
  };
  const { last, isInterrupted } = await runEpochs(net, data, { ...options, firstEpoch, rows: table.rows.length }, save, terminal);
  if (!isInterrupted && last) terminal.out(`\ntrained: ${describeEpoch(last)}`);
  await save(last ?? { epoch: firstEpoch - 1 });
  await writeFiles(folder, await trainedFiles(net, wasm, folder, options), terminal);
  if (isInterrupted) throw interrupted(last?.epoch ?? firstEpoch - 1, options.epochs);
  terminal.out(`\nnext: gradc predict ${join(folder, `${net.manifest.name}.trained.wasm`)} --data ${options.data}`);
}

/** A step whose loss is finite may leave weights that are not. */
const hasFiniteWeights = (net: Net): boolean =>
  [...net.parameters].every(([name, { trainable }]) => !trainable || net.read(name).every(Number.isFinite));

async function trainedFiles(net: Net, wasm: Uint8Array, folder: string, { standalone }: TrainOptions): Promise<Record<string, string | Uint8Array>> {
  const { manifest } = net;
  const state = net.state();
  return {
    ...(await moduleFiles({ wasm, manifest }, folder, standalone)),
    [`${manifest.name}.safetensors`]: state,
    [`${manifest.name}.trained.wasm`]: pack(wasm, state),
  };
}

interface Trainable {
  readonly net: Net;
  readonly wasm: Uint8Array;
  readonly warnings: readonly string[];
}

/** The net to train and its module, without weights from elsewhere. @throws GradcError `compiled-in`, `missing-loss`, `no-gradient` */
async function trainableNet(path: string, options: TrainOptions): Promise<Trainable> {
  const { batch, lr, model, optimizer, seed = 0 } = options;
  const isModule = path.endsWith(".wasm");
  if (isModule && model !== undefined) throw compiledIn("one model", `--model ${model}`);
  const { wasm, warnings } = isModule ? { wasm: await readBytes(path), warnings: [] } : await compileModel(path, { batch, lr, model, optimizer });
  const net = await fromFile(path, () => load(wasm, { seed }));
  const { manifest } = net;
  if (!manifest.entries.some(({ name }) => name === "step")) throw noEntry("step", manifest);
  const changes = isModule && optimizer !== undefined && optimizer !== manifest.optimizer;
  if (changes) throw compiledIn(`the optimizer ${manifest.optimizer}`, `--optimizer ${optimizer}`);
  return { net, wasm, warnings };
}

/** Restores a checkpoint, and gives the epoch to go on with. The order of rows is that of the seed in the checkpoint. */
async function resume(net: Net, checkpoint: string, { epochs }: TrainOptions): Promise<number> {
  const state = await readBytes(checkpoint);
  await fromFile(checkpoint, () => net.restore(state));
  const done = Number(net.metadata.get("epoch") ?? 0);
  if (done >= epochs) throw nothingToTrain(checkpoint, done);
  return done + 1;
}

/** The table as data of the inputs. What the columns and the classes mean is kept with the weights. */
function readData(table: Table, net: Net, { data: file, target, input }: TrainOptions, terminal: Terminal): Inputs {
  const { metadata } = net;
  const wishes = target || input ? { target, input } : { input: keptColumns(metadata) };
  const manifest = withoutUnread(net.manifest, table, wishes);
  const assignment = assignColumns(table, manifest, wishes);
  const classes = { ...classesOf(table, manifest, assignment), ...keptClasses(metadata) };
  const data = dataOf(table, manifest, assignment, classes);
  keepColumns(metadata, assignment, classes);
  terminal.out(describeData(basename(file), table.rows.length, assignment, classes));
  for (const warning of unscaledColumns(manifest, assignment, data)) terminal.note(`warning: ${warning}`);
  return data;
}

function describeData(file: string, rows: number, assignment: Assignment, classes: Classes): string {
  const inputs = Object.entries(assignment).map(([input, columns]) => `  ${input} ← ${columns.join(", ")}`);
  const labels = Object.entries(classes).map(
    ([column, names]) => `  classes of ${column}: ${names.map((name, number) => `${number} ${name}`).join(", ")}`,
  );
  return [`${file}: ${rows.toLocaleString("en")} rows`, ...inputs, ...labels].join("\n");
}

interface Run extends TrainOptions {
  readonly firstEpoch: number;
  readonly rows: number;
}

/** Trains until the last epoch or an interrupt, and calls `save` after each epoch. */
async function runEpochs(net: Net, data: Inputs, run: Run, save: (entry: EpochEntry) => Promise<void>, terminal: Terminal) {
  const { epochs, firstEpoch, batch, validation, rows } = run;
  const progress = await showProgress({ firstEpoch, epochs, rows: Math.round(rows * (1 - validation)) }, terminal);
  const { signal, release } = terminal.interrupts();
  let last: EpochEntry | undefined;
  const onEpoch = async (entry: EpochEntry): Promise<void> => {
    last = entry;
    progress.epoch(entry);
    await save(entry);
  };
  const kept = net.read(counters.seed)[0] as number;
  const seed = run.resume ? kept : (run.seed ?? kept);
  try {
    await fit(net, data, { epochs, firstEpoch, seed, validation, signal, onEpoch, onStep: progress.step, ...(batch !== undefined && { batch }) });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.stop();
    release();
  }
  return { last, isInterrupted: signal.aborted };
}
