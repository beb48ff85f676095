import { dirname } from "node:path";
import cliProgress from "cli-progress";
import { type Assignment, assignColumns, type Classes, classesOf, dataOf } from "../../runtime/data/columns.ts";
import { readCsv } from "../../runtime/data/csv.ts";
import { compiledIn } from "../../runtime/diagnostics.ts";
import { type EpochEntry, fit, type Inputs, load, type Manifest, type Net, pack } from "../../runtime/index.ts";
import { moduleFiles } from "./build.ts";
import { compileModel, type ModelOptions } from "./compile-model.ts";
import { outputFolder, writeFiles } from "./files.ts";
import { readBytes } from "./pack.ts";
import { unscaledColumns } from "./scale.ts";
import type { Terminal } from "./terminal.ts";

interface TrainOptions extends ModelOptions {
  readonly data: string;
  readonly out?: string;
  readonly target?: readonly string[];
  readonly input?: Assignment;
  readonly epochs: number;
  readonly seed: number;
  readonly validation: number;
}

/** `gradc train`. */
export async function train(path: string, options: TrainOptions, terminal: Terminal): Promise<void> {
  const table = await readCsv(options.data);
  const { net, wasm } = await trainableNet(path, options);
  const { manifest } = net;
  const assignment = assignColumns(table, manifest, options);
  const classes = classesOf(table, manifest, assignment);
  const data = dataOf(table, manifest, assignment, classes);
  net.metadata.set("columns", JSON.stringify(assignment));
  if (Object.keys(classes).length > 0) net.metadata.set("classes", JSON.stringify(classes));
  terminal.out(describeData(options.data, table.rows.length, assignment, classes));
  for (const warning of unscaledColumns(manifest, assignment, data)) terminal.note(warning);
  await runEpochs(net, data, options, terminal);
  const state = net.state();
  const { name } = manifest;
  const folder = path.endsWith(".wasm") ? (options.out ?? dirname(path)) : outputFolder(path, options.out);
  const trained = { [`${name}.safetensors`]: state, [`${name}.trained.wasm`]: pack(wasm, state) };
  await writeFiles(folder, { ...(await moduleFiles({ wasm, manifest })), ...trained }, terminal);
}

async function trainableNet(path: string, options: TrainOptions): Promise<{ readonly net: Net; readonly wasm: Uint8Array }> {
  const { batch, lr, model, optimizer, seed } = options;
  const chosen = { ...(batch !== undefined && { batch }), ...(lr !== undefined && { lr }), ...(model !== undefined && { model }) };
  const wasm = path.endsWith(".wasm") ? await readBytes(path) : (await compileModel(path, { ...chosen, ...(optimizer && { optimizer }) })).wasm;
  const net = await load(wasm, { seed });
  const built = net.manifest.optimizer ?? "no optimizer";
  if (optimizer !== undefined && optimizer !== built) throw compiledIn(built, `--optimizer ${optimizer}`);
  if (lr !== undefined) net.setHyper({ lr });
  return { net, wasm };
}

function describeData(file: string, rows: number, assignment: Assignment, classes: Classes): string {
  const inputs = Object.entries(assignment).map(([input, columns]) => `  ${input} ← ${columns.join(", ")}`);
  const labels = Object.entries(classes).map(
    ([column, names]) => `  classes of ${column}: ${names.map((name, number) => `${number} ${name}`).join(", ")}`,
  );
  return [`${file}: ${rows.toLocaleString("en")} rows`, ...inputs, ...labels].join("\n");
}

async function runEpochs(net: Net, data: Inputs, options: TrainOptions, terminal: Terminal): Promise<void> {
  const { epochs, seed, validation, batch = capacityOf(net.manifest) } = options;
  const progress = terminal.isWatched ? movingBar(epochs) : lines(epochs, terminal);
  try {
    const { epochs: history } = await fit(net, data, { epochs, seed, validation, batch, onEpoch: progress.show });
    progress.stop();
    const last = history.at(-1);
    if (last) terminal.out(`trained: ${describeEpoch(last)}`);
  } catch (error) {
    progress.stop();
    throw error;
  }
}

const capacityOf = ({ capacity }: Manifest): number => Object.values(capacity)[0] ?? 1;

const shortNumber = (value: number): string => value.toPrecision(4);

function describeEpoch({ loss, validation }: EpochEntry): string {
  const held = Object.entries(validation ?? {}).map(([name, value]) => `held-out ${name} ${shortNumber(value)}`);
  return [`loss ${shortNumber(loss)}`, ...held].join("  ");
}

interface Progress {
  show(entry: EpochEntry): void;
  stop(): void;
}

function movingBar(epochs: number): Progress {
  const bar = new cliProgress.SingleBar({ format: "[{bar}] epoch {value}/{total}  {text}" });
  bar.start(epochs, 0, { text: "" });
  return { show: (entry) => bar.update(entry.epoch, { text: describeEpoch(entry) }), stop: () => bar.stop() };
}

/** Some ten lines in all, for logs. */
function lines(epochs: number, terminal: Terminal): Progress {
  const every = Math.ceil(epochs / 10);
  return {
    show(entry) {
      if (entry.epoch === 1 || entry.epoch % every === 0 || entry.epoch === epochs)
        terminal.note(`epoch ${entry.epoch}/${epochs}  ${describeEpoch(entry)}`);
    },
    stop() {},
  };
}
