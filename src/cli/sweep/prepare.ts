// From the settings of a trial to what a worker needs: each module is compiled once, and the rows are read once for a seed.
import { createHash } from "node:crypto";
import { nothingHeldOut } from "../../../compiler/diagnostics/sweep.ts";
import { load, type Net } from "../../../runtime/index.ts";
import { holdOut } from "../../../runtime/training/batches.ts";
import { openSource } from "../source.ts";
import { describeTable, trainingData } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { type Trainable, trainableNet } from "../train/net.ts";
import type { TrainOptions } from "../train/options.ts";
import { hashValues, markOf } from "../train/same-rows.ts";
import { settingsFor, validationOf } from "../train/settings.ts";
import type { Task } from "./task.ts";

/** A training that is to be made. */
export type Prepared = Pick<Task, "wasm" | "data" | "rows" | "metadata" | "settings" | "lr">;

/** What is known of a model before any training. */
export interface Checked {
  readonly trainable: Trainable;
  readonly settings: Task["settings"];
  /** The table and its columns, a line each. */
  readonly described: string;
  /** The number of rows and a hash of them. */
  readonly digest: string;
}

export interface Preparation {
  /** Compiles a model and reads its rows. @throws GradcError */
  check(options: TrainOptions): Promise<Checked>;
  /** What a worker needs. @throws GradcError */
  prepare(options: TrainOptions): Promise<Prepared>;
}

/** The module of a training, without its net: there may be many. */
type Module = Pick<Trainable, "wasm">;

interface Reading extends Pick<Task, "data" | "rows" | "metadata"> {
  readonly described: string;
  readonly digest: string;
}

/** Prepares trainings of the model at `path`; what is to be known of modules and tables is told once. */
export function preparation(path: string, terminal: Terminal): Preparation {
  const modules = new Map<string, Promise<Module>>();
  const readings = new Map<string, Promise<Reading>>();
  const shared = sharer();
  const compiled = async (options: TrainOptions): Promise<Trainable> => {
    const { lr: _, seed: __, epochs: ___, ...others } = options;
    const trainable = await trainableNet(path, others as TrainOptions);
    for (const warning of trainable.warnings) terminal.note(`warning: ${warning}`);
    return trainable;
  };
  const moduleOf = (options: TrainOptions): Promise<Module> => once(modules, keyOf(options), async () => ({ wasm: (await compiled(options)).wasm }));
  const readingOf = (net: Net, options: TrainOptions): Promise<Reading> =>
    once(readings, JSON.stringify([options.model, options.seed]), async () => {
      const read = await trainingData(await openSource(options), net, options, (rows) => validationOf(rows, options), terminal);
      const { rows } = read;
      const { validation, seed } = settingsFor(net, rows, options);
      const held = holdOut(rows, validation, seed).held.length;
      if (held === 0) throw nothingHeldOut(rows);
      const data = Object.fromEntries(Object.entries(read.data).map(([name, values]) => [name, shared(values)]));
      return { rows, data, metadata: [...net.metadata], described: describeTable(options.data, read, held), digest: markOf(read) };
    });
  const prepare = async (options: TrainOptions): Promise<Prepared> => {
    const { wasm } = await moduleOf(options);
    const net = await load(wasm, { seed: options.seed ?? 0 });
    const { rows, data, metadata } = await readingOf(net, options);
    return { wasm, data, rows, metadata, settings: settingsFor(net, rows, options), lr: options.lr };
  };
  return {
    prepare,
    async check(options) {
      const trainable = await compiled(options);
      modules.set(keyOf(options), Promise.resolve({ wasm: trainable.wasm }));
      const { settings } = await prepare(options);
      const { described, digest } = await readingOf(trainable.net, options);
      return { trainable, settings, described, digest };
    },
  };
}

/** What a module is compiled by: the learning rate, the seed and the number of epochs are none of it. */
const keyOf = ({ model, batch, optimizer, weightDecay, clip }: TrainOptions): string =>
  JSON.stringify([model, batch, optimizer, weightDecay, clip].map((value) => value ?? null));

function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}

type Values = Float32Array | Int32Array;

/** Copies arrays to memory that threads share; equal ones are one. */
function sharer(): (values: Values) => Values {
  const known = new Map<string, Values>();
  return (values) => {
    const hash = hashValues(createHash("sha256"), values).digest("hex");
    const key = `${values.constructor.name} ${hash}`;
    const found = known.get(key) ?? copyOf(values);
    known.set(key, found);
    return found;
  };
}

function copyOf(values: Values): Values {
  const memory = new SharedArrayBuffer(values.byteLength);
  const copy = values instanceof Float32Array ? new Float32Array(memory) : new Int32Array(memory);
  copy.set(values);
  return copy;
}
