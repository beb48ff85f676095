// Between the commands and the tables that they read: options, notes, and what is kept with a net.
import { basename } from "node:path";
import { otherColumns } from "../../compiler/diagnostics/commands.ts";
import { counted, listed, quoted } from "../../data/diagnostics.ts";
import { type Kept, keepLearned, keptOf } from "../../data/kept.ts";
import type { MissingPolicy } from "../../data/missing.ts";
import { openTable as open } from "../../data/open.ts";
import { type PredictionData, readPrediction } from "../../data/prediction.ts";
import type { OpenTable } from "../../data/table.ts";
import { readTraining, type TrainingData } from "../../data/training.ts";
import * as counters from "../../runtime/counters.ts";
import type { Manifest, Net } from "../../runtime/index.ts";
import type { Terminal } from "./terminal.ts";

/** Options of the commands that read a table. */
export interface TableOptions {
  readonly data: string;
  readonly delimiter?: string;
  readonly decimal?: "." | ",";
  /** False after `--no-header`. */
  readonly header?: boolean;
  readonly input?: Readonly<Record<string, readonly string[]>>;
  readonly ignore?: readonly string[];
  readonly missing?: MissingPolicy;
}

/** Options of the command that learns from one. */
export interface TrainingTableOptions extends TableOptions {
  readonly target?: readonly string[];
  readonly oneHot?: readonly string[];
  readonly seed?: number;
  readonly resume?: boolean;
}

/** Opens the table of `--data`: its form and its header are known then. @throws GradcError `cannot-read`, `csv-malformed` */
export const openTable = ({ data, delimiter, decimal, header }: TableOptions): Promise<OpenTable> => open(data, { delimiter, decimal, header });

/** The seed of the order of rows and of the rows that are held out: a training that goes on keeps that of its checkpoint. */
export function rowSeed(net: Net, { seed, resume }: Pick<TrainingTableOptions, "seed" | "resume">): number {
  const kept = net.read(counters.seed)[0] as number;
  return resume ? kept : (seed ?? kept);
}

/** Reads the table for a training, of which `validation` rows in so many are held out, and keeps what was learned from it with the net. */
export async function trainingData(
  table: OpenTable,
  net: Net,
  options: TrainingTableOptions,
  validation: (rows: number) => number,
  terminal: Terminal,
): Promise<TrainingData> {
  const { manifest, metadata } = net;
  const kept = keptOf(metadata);
  const wishes = options.resume ? asBefore(options, kept, manifest) : options;
  const read = await readTraining(table, manifest, kept, { ...wishes, validation, seed: rowSeed(net, options) });
  if (options.resume && !options.input) checkColumns(kept.columns, read.learned.columns, table);
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
function checkColumns(before: Kept["columns"], now: Kept["columns"], { header }: OpenTable): void {
  const input = Object.keys(before).find((name) => String(before[name]) !== String(now[name]));
  if (input !== undefined) throw otherColumns(input, before[input] ?? [], now[input] ?? [], header.file);
}

/** Reads the table for a prediction. */
export async function predictionData(table: OpenTable, net: Net, options: TableOptions, terminal: Terminal): Promise<PredictionData> {
  const read = await readPrediction(table, net.manifest, keptOf(net.metadata), options);
  for (const note of read.notes) terminal.note(`note: ${note}`);
  return read;
}

/** A name for each number that an input takes of a row. */
export function elementNames(learned: Kept): Record<string, string[]> {
  const ofColumn = (name: string): string[] =>
    learned.oneHot?.includes(name) ? (learned.classes[name] ?? []).map((label) => `${name} = ${label}`) : [name];
  return Object.fromEntries(Object.entries(learned.columns).map(([input, names]) => [input, names.flatMap(ofColumn)]));
}

/** The columns of each input that hold numbers. */
export const plainColumns = ({ columns, classes }: Kept): Record<string, string[]> =>
  Object.fromEntries(Object.entries(columns).map(([input, names]) => [input, names.filter((name) => !Object.hasOwn(classes, name))]));

/** `housing.csv: 506 rows, 101 of them held out`, and below it what goes where and what it means. */
export function describeTable(path: string, { rows, learned }: TrainingData, held: number): string {
  const { columns, classes, oneHot = [], fill = {}, missing } = learned;
  const plain = (name: string): string => (/^\P{C}{1,60}$/u.test(name) ? name : quoted(name));
  const inputs = Object.entries(columns).map(([input, names]) => `  ${input} ← ${listed(names.map(plain))}`);
  const labels = Object.entries(classes).flatMap(([column, names]) => {
    if (names.every((name, number) => name === String(number))) return [];
    if (oneHot.includes(column)) return `  categories of ${plain(column)}: ${listed(names.map(plain))}`;
    const isNumbered = names.every((name) => name === String(Number(name)));
    return `  classes of ${plain(column)}: ${listed(names.map((name, number) => `${number} ${isNumbered ? "for " : ""}${plain(name)}`))}`;
  });
  const filled = Object.keys(fill).length;
  const fills = filled > 0 ? [`  missing cells: the ${missing} of the rows that are trained on`] : [];
  const share = held > 0 ? `, ${held.toLocaleString("en")} of them held out` : "";
  return [`${basename(path)}: ${counted(rows, "row")}${share}`, ...inputs, ...labels, ...fills].join("\n");
}
