// Between the commands and the tables that they read: options, notes, and what is kept with a net.
import { basename } from "node:path";
import { otherColumns } from "../../compiler/diagnostics/commands.ts";
import { counted, listed, quoted } from "../../data/diagnostics.ts";
import { type Kept, keepLearned, keptOf } from "../../data/kept.ts";
import { type PredictionData, readArraysToPredict, readPrediction } from "../../data/prediction.ts";
import { readTraining, type TrainingData } from "../../data/training.ts";
import { readArrays } from "../../data/training-arrays.ts";
import * as counters from "../../runtime/counters.ts";
import type { Manifest, Net } from "../../runtime/index.ts";
import type { Source } from "./source.ts";
import type { TableOptions, TrainingTableOptions } from "./table-options.ts";
import type { Terminal } from "./terminal.ts";

/** The seed of the order of rows and of the rows that are held out: a training that goes on keeps that of its checkpoint. */
export function rowSeed(net: Net, { seed, resume }: Pick<TrainingTableOptions, "seed" | "resume">): number {
  const kept = net.read(counters.seed)[0] as number;
  return resume ? kept : (seed ?? kept);
}

/** Reads the rows for a training, of which `validation` rows in so many are held out, and keeps what was learned from it with the net. */
export async function trainingData(
  source: Source,
  net: Net,
  options: TrainingTableOptions,
  validation: (rows: number) => number,
  terminal: Terminal,
): Promise<TrainingData> {
  const { manifest, metadata } = net;
  const kept = keptOf(metadata);
  const wishes = options.resume ? asBefore(options, kept, manifest) : options;
  const read = await ("table" in source
    ? readTraining(source.table, manifest, kept, { ...wishes, validation, seed: rowSeed(net, options) })
    : readArrays(await source.arrays(manifest), manifest, kept, wishes));
  if (options.resume && !options.input) checkColumns(kept.columns, read.learned.columns, options.data);
  keepLearned(metadata, read.learned);
  for (const note of read.notes) terminal.note(`note: ${note}`);
  return read;
}

/** A training that goes on takes the columns that it had, by name, where the targets that are asked for are those of before. */
function asBefore(options: TrainingTableOptions, { columns }: Kept, { targets }: Manifest): TrainingTableOptions {
  const { target, input, ...others } = options;
  const before = targets.flatMap((name) => columns[name] ?? []);
  return !input && target && before.length > 0 && String([...target].sort()) === String([...before].sort()) ? others : options;
}

/** Refuses to go on with other columns. @throws GradcError `other-columns` */
function checkColumns(before: Kept["columns"], now: Kept["columns"], data: string): void {
  const input = Object.keys(before).find((name) => String(before[name]) !== String(now[name]));
  if (input !== undefined) throw otherColumns(input, before[input] ?? [], now[input] ?? [], data);
}

/** Reads the rows for a prediction. */
export async function predictionData(source: Source, net: Net, options: TableOptions, terminal: Terminal): Promise<PredictionData> {
  const { manifest, metadata } = net;
  const read = await ("table" in source
    ? readPrediction(source.table, manifest, keptOf(metadata), options)
    : readArraysToPredict(await source.arrays(manifest), manifest, keptOf(metadata), options));
  for (const note of read.notes) terminal.note(`note: ${note}`);
  return read;
}

/** The name of a file, or of each of `x=a.npy,y=b.npy`. */
const nameOf = (data: string): string =>
  data
    .split(",")
    .map((part) => basename(part))
    .join(", ");

/** `housing.csv: 506 rows, 101 of them held out`, and below it what goes where and what it means. */
export function describeTable(path: string, { rows, learned, elements, arrays }: Omit<TrainingData, "data">, held: number): string {
  const { columns, classes, oneHot = [], fill = {}, missing } = learned;
  const plain = (name: string): string => (/^\P{C}{1,60}$/u.test(name) ? name : quoted(name));
  const sizeOf = (input: string, names: readonly string[]): string => {
    const size = elements[input]?.length ?? 0;
    return arrays && size > names.length ? `, ${counted(size, "number")} a row` : "";
  };
  const inputs = Object.entries(columns).map(([input, names]) => `  ${input} ← ${listed(names.map(plain))}${sizeOf(input, names)}`);
  const labels = Object.entries(classes).flatMap(([column, names]) => {
    if (names.every((name, number) => name === String(number))) return [];
    if (oneHot.includes(column)) return `  categories of ${plain(column)}: ${listed(names.map(plain))}`;
    const isNumbered = names.every((name) => name === String(Number(name)));
    return `  classes of ${plain(column)}: ${listed(names.map((name, number) => `${number} ${isNumbered ? "for " : ""}${plain(name)}`))}`;
  });
  const filled = Object.keys(fill).length;
  const fills = filled > 0 ? [`  missing cells: the ${missing} of the rows that are trained on`] : [];
  const share = held > 0 ? `, ${held.toLocaleString("en")} of them held out` : "";
  return [`${nameOf(path)}: ${counted(rows, "row")}${share}`, ...inputs, ...labels, ...fills].join("\n");
}
