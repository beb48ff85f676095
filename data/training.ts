// A table as the data of a training.

import type { Manifest } from "../runtime/program.ts";
import { holdOut } from "../runtime/training/batches.ts";
import type { EncodeBatch } from "./arrays.ts";
import { type Assignment, assignColumns, checkWidths, type Wishes, withoutUnread } from "./assign.ts";
import type { HeldDataset } from "./dataset/dataset.ts";
import { type Cell, counted, quoted } from "./diagnostics.ts";
import { elementNames, plainColumns } from "./elements.ts";
import { type Encoded, encodeRows, widthOfColumn } from "./encode.ts";
import type { Kept } from "./kept.ts";
import { learn, unusedClasses } from "./learn.ts";
import { assignedColumns, holdTexts, type MissingPolicy, notesOfWords, usableRows } from "./missing.ts";
import { labelsOf } from "./outputs.ts";
import { type Suspects, suspectsIn } from "./suspects.ts";
import { columnOf, type OpenTable, type Table } from "./table.ts";

export interface TrainingOptions extends Wishes {
  readonly missing?: MissingPolicy | undefined;
  /** The share of the rows that `fit` is told to hold out, which may depend on their number, and its seed: nothing is learned from those rows. */
  readonly validation: number | ((rows: number) => number);
  readonly seed: number;
}

/** What a training reads. */
export interface TrainingData extends Suspects {
  readonly data: Encoded;
  /** How many rows that are. */
  readonly rows: number;
  readonly learned: Kept;
  /** A name for each number that an input takes of a row, and the columns of each input that hold single numbers. */
  readonly elements: Assignment;
  readonly plain: Assignment;
  /** Where one of the rows stands, by its number. */
  placeOf(row: number): Cell;
  /** What a user should know. */
  readonly notes: readonly string[];
  /** What may be a mistake. */
  readonly warnings: readonly Warning[];
  /** Where they are rows of arrays: these, and what the inputs take of a batch of them. */
  readonly arrays?: { readonly dataset: HeldDataset; readonly encode: EncodeBatch };
}

/** Something that may be a mistake: classes that no row has, or categories that no row has that is trained on. */
export interface Warning {
  readonly kind: "class" | "category";
  readonly text: string;
}

/** Columns as they are wished for, else those that the net was trained on. */
function wishesOf(header: OpenTable["header"], { target, input, ignore, oneHot = [] }: Wishes, kept: Kept): Wishes {
  const known = new Set(header.names);
  const hot = [...new Set([...oneHot, ...(kept.oneHot ?? []).filter((name) => known.has(name))])];
  return target || input ? { target, input, ignore, oneHot: hot } : { input: kept.columns, ignore, oneHot: hot };
}

/** Where rows stand. Of the table nothing else stays in memory. */
function placesOf({ header: { file }, lineOf }: Table, rows: Int32Array): TrainingData["placeOf"] {
  return (row) => ({ file, line: lineOf(rows[row] as number) });
}

/** Reads a table for the inputs of a model, and learns what its columns mean from the rows that are trained on. @throws GradcError as its parts do */
export async function readTraining(open: OpenTable, whole: Manifest, kept: Kept, options: TrainingOptions): Promise<TrainingData> {
  const { header } = open;
  const wishes = wishesOf(header, options, kept);
  const manifest = withoutUnread(whole, header, wishes);
  const assignment = assignColumns(header, manifest, wishes);
  const hot = new Set(wishes.oneHot);
  checkWidths(assignment, manifest.inputs, header, (name) => (hot.has(name) ? undefined : 1));
  const table = await open.read(Object.values(assignment).flat());
  holdTexts(table, kept.classes);
  const missing = options.missing ?? kept.missing ?? "error";
  const rows = usableRows(table, manifest, assignment, missing);
  const { validation } = options;
  const share = typeof validation === "number" ? validation : validation(rows.length);
  const training = holdOut(rows.length, share, options.seed).rows.map((at) => rows[at] as number);
  const lesson = { table, manifest, assignment, rows, training };
  const learned = learn(lesson, { oneHot: wishes.oneHot ?? [], missing, kept });
  checkWidths(assignment, manifest.inputs, header, (name) => widthOfColumn(name, learned));
  const classes = Object.keys(kept.columns).length > 0 ? [] : unusedClasses(lesson, learned);
  const warnings = classes.map((text): Warning => ({ kind: "class", text }));
  const onUnknown = (column: string, label: string) => {
    const text = `no row that is trained on has the category ${quoted(label)} of ${quoted(column)}: it is 0 in all of its columns`;
    warnings.push({ kind: "category", text });
  };
  const plain = plainColumns(learned);
  // Which needs a column's numbers once more: before those of all inputs are made.
  const suspects = suspectsIn(manifest.inputs, plain, (name) => ({ length: table.rows, at: columnOf(table, name).at }));
  const data = encodeRows(table, manifest.inputs, learned, rows, onUnknown);
  const left = table.rows - rows.length;
  const names = assignedColumns(manifest, assignment).map(({ name }) => name);
  const leftOut =
    left > 0 ? [`${left.toLocaleString("en")} of ${counted(table.rows, "row")} ${left === 1 ? "is" : "are"} left out: a cell is missing`] : [];
  return {
    data,
    rows: rows.length,
    placeOf: placesOf(table, rows),
    learned: { ...learned, labels: labelsOf(manifest, learned), missing },
    elements: elementNames(learned),
    plain,
    ...suspects,
    notes: [...header.notes, ...table.notes, ...notesOfWords(table, names, learned.classes), ...leftOut],
    warnings,
  };
}
