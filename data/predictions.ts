// Outputs of a net as columns of a table.

import type { Head, TensorSlot } from "../runtime/program.ts";
import { given } from "../runtime/record.ts";
import { chosenClass, learnedOf } from "../runtime/rows.ts";
import type { Net, Outputs } from "../runtime/types.ts";
import { noProbabilities } from "./diagnostics.ts";
import { labelsOf, predicted } from "./outputs.ts";

/** One column of texts, by row. */
export interface TextColumn {
  readonly name: string;
  cell(row: number): string;
}

/** What is written of outputs. */
export interface PredictionOptions {
  /** Writes probabilities in place of what a cross-entropy compares. */
  readonly probabilities?: boolean | undefined;
}

/** The classes that an output tells apart. */
interface Labelled {
  readonly column: string;
  readonly labels: readonly string[];
  readonly bound?: number | undefined;
}

/**
 * The outputs as columns. An output of one number a row is a column of its name, a wider one has the columns `name.0`, `name.1`. Where the target has
 * classes, an output with a value for each is named by the labels and followed by the likeliest label, and an i32 output of one number a row is
 * written as labels. An output without rows stands in each.
 * @throws GradcError `no-probabilities`
 */
export function predictionColumns(
  { manifest, metadata }: Net,
  outputs: Outputs,
  rows: number,
  { probabilities = false }: PredictionOptions = {},
): TextColumn[] {
  const learned = learnedOf(metadata);
  const labels = labelsOf(manifest, learned);
  const { heads = [] } = manifest;
  if (probabilities && heads.length === 0) throw noProbabilities(manifest.name);
  const columns: TextColumn[] = [];
  const told = new Set<string>();
  for (const slot of predicted(manifest)) {
    const [column, bound] = given(labels, slot.name) ?? [];
    const classes = column === undefined ? undefined : { column, bound, labels: given(learned.classes, column) ?? [] };
    const { width, values } = valuesOf(slot, outputs[slot.name] ?? new Float32Array(), rows);
    const head = probabilities ? heads.find(({ output }) => output === slot.name) : undefined;
    columns.push(...outputColumns(slot, width, head ? lastKept((row) => probabilitiesOf(values(row), slot, head)) : values, classes));
    // Two outputs may tell of one target, as logits and their softmax.
    if (!classes || slot.dtype === "i32" || told.has(classes.column)) continue;
    told.add(classes.column);
    columns.push({ name: classes.column, cell: (row) => labelOf(values(row), classes) });
  }
  return columns;
}

/** The label that values choose: one of a class that some row had. */
function labelOf(values: readonly number[], { labels, bound }: Labelled): string {
  const known = values.map((value, at) => (at < labels.length ? value : Number.NEGATIVE_INFINITY));
  return labels[chosenClass(known, bound)] ?? "";
}

type Values = (row: number) => number[];

/** The same values, which are made once for all columns of a row. */
function lastKept(values: Values): Values {
  let last = -1;
  let kept: number[] = [];
  return (row) => {
    if (row !== last) kept = values(row);
    last = row;
    return kept;
  };
}

/** The values of an output by row, and how many they are. */
function valuesOf({ shape }: TensorSlot, data: Outputs[string], rows: number): { readonly width: number; readonly values: Values } {
  const hasRows = typeof shape[0] === "string";
  const width = hasRows ? data.length / rows : data.length;
  return { width, values: lastKept((row) => Array.from(hasRows ? data.subarray(row * width, (row + 1) * width) : data)) };
}

function outputColumns({ name, dtype }: TensorSlot, width: number, values: Values, classes: Labelled | undefined): TextColumn[] {
  const text = dtype === "f32" ? shortest : String;
  if (width === 1) return [{ name, cell: (row) => (dtype === "i32" && classes?.labels[values(row)[0] as number]) || text(values(row)[0] as number) }];
  const titles = Array.from({ length: width }, (_, at) => (classes ? (classes.labels[at] ?? `unused ${at}`) : String(at)));
  return titles.map((title, at) => ({ name: `${name}.${title}`, cell: (row) => text(values(row)[at] as number) }));
}

/** Probabilities of what a loss compares: along the last axis for classes, each by itself for yes and no. */
function probabilitiesOf(values: readonly number[], { shape }: TensorSlot, { link }: Head): number[] {
  if (link === "identity") return [...values];
  if (link === "sigmoid") return values.map((value) => 1 / (1 + Math.exp(-value))).map(Math.fround);
  const count = Number(shape.at(-1));
  return values.map((value, at) => {
    const first = at - (at % count);
    const group = values.slice(first, first + count);
    const largest = Math.max(...group);
    return Math.fround(Math.exp(value - largest) / group.reduce((sum, each) => sum + Math.exp(each - largest), 0));
  });
}

const leastNormal = 2 ** -126;

/** The shortest decimal that is this f32: nine digits are enough for any, and six give what has fewer unless it is too small to have six. */
function shortest(value: number): string {
  for (let digits = Math.abs(value) < leastNormal ? 1 : 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}

const quote = (cell: string): string => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** What stands for an output of a row that has none. */
const missing = "NA";

/** Characters of a block: many rows, and far from the longest string. */
const blockLength = 2 ** 16;

/**
 * Columns as comma-separated text with a header, in blocks of whole lines without the line end of the last: a string holds no more than half a
 * billion characters. `rows` holds for each row its place in the columns, -1 where it has none.
 */
export function* csvBlocks(columns: readonly TextColumn[], rows: ArrayLike<number>): Generator<string> {
  let lines = [columns.map(({ name }) => quote(name)).join(",")];
  let length = 0;
  for (let row = 0; row < rows.length; row++) {
    const place = rows[row] as number;
    const line = columns.map(({ cell }) => (place < 0 ? missing : quote(cell(place)))).join(",");
    if (length > blockLength) {
      yield lines.join("\n");
      lines = [];
      length = 0;
    }
    lines.push(line);
    length += line.length;
  }
  yield lines.join("\n");
}
