// A table as the inputs of a prediction.
import type { EntryPoint, Manifest } from "../runtime/program.ts";
import { type Arrays, encodeArrays, readWhole } from "./arrays.ts";
import { type Assignment, assignColumns, checkWidths } from "./assign.ts";
import { csvNoFill } from "./diagnostics.ts";
import { type Encoded, encodeRows, widthOfColumn } from "./encode.ts";
import { type Kept, renamed } from "./kept.ts";
import { assignedColumns, completeRows, holdTexts, type MissingPolicy, notesOfWords, refuseMissing } from "./missing.ts";
import type { OpenTable } from "./table.ts";

export interface PredictionWishes {
  /** Columns of inputs by name, in place of those that the model was trained on. */
  readonly input?: Assignment | undefined;
  readonly ignore?: readonly string[] | undefined;
  /** What becomes of missing cells, in place of what the training did. */
  readonly missing?: MissingPolicy | undefined;
}

/** What a prediction reads. */
export interface PredictionData {
  readonly data: Encoded;
  /** How many rows that are, and for each row of the table its place among them, -1 where it is left out. */
  readonly rows: number;
  readonly places: Int32Array;
  readonly notes: readonly string[];
}

const helpOfFilling = "a model that is trained with --missing mean or median knows what to fill in";
/** What a prediction reads of a model's inputs, and the columns that these were trained on. */
function readByPrediction(manifest: Manifest, { columns }: Kept) {
  const needed = new Set((manifest.entries.find(({ name }) => name === "predict") as EntryPoint).inputs);
  const inputs = manifest.inputs.filter(({ name }) => needed.has(name));
  return {
    reading: { ...manifest, inputs, targets: [] },
    trained: Object.fromEntries(Object.entries(columns).filter(([name]) => needed.has(name))),
  };
}

/** Reads the columns of arrays that the model was trained on, else those that fit. @throws GradcError as its parts do */
export async function readArraysToPredict(
  arrays: Arrays,
  manifest: Manifest,
  kept: Kept,
  { input, ignore }: PredictionWishes,
): Promise<PredictionData> {
  const read = await readWhole(arrays);
  const { reading, trained } = readByPrediction(manifest, kept);
  const known = Object.entries(trained).filter(([, names]) => names.every((name) => Object.hasOwn(read.batch, name)));
  const { data } = encodeArrays(arrays, read, reading, { input: { ...Object.fromEntries(known), ...input }, ignore });
  return { data, rows: read.rows, places: new Int32Array(read.rows).map((_, row) => row), notes: arrays.dataset.notes };
}

const help = `--missing drop leaves such rows out; ${helpOfFilling}`;

/**
 * Reads the columns that the model was trained on, else those that fit by name and order, and encodes them as the training did.
 * @throws GradcError as its parts do
 */
export async function readPrediction(open: OpenTable, manifest: Manifest, kept: Kept, wishes: PredictionWishes): Promise<PredictionData> {
  const { header } = open;
  const { reading, trained } = readByPrediction(manifest, kept);
  const { inputs } = reading;
  const assignment = assignColumns(header, reading, { input: { ...trained, ...wishes.input }, ignore: wishes.ignore });
  const learned = renamed(kept, assignment);
  checkWidths(assignment, inputs, header, (name) => widthOfColumn(name, learned));
  const names = assignedColumns(reading, assignment).map(({ name }) => name);
  const table = await open.read(names);
  holdTexts(table, learned.classes);
  const missing = wishes.missing ?? kept.missing ?? "error";
  const fills = missing === "mean" || missing === "median";
  if (fills && kept.missing !== missing) throw csvNoFill(missing);
  if (missing !== "drop") refuseMissing(table, fills ? names.filter((name) => !Object.hasOwn(learned.fill ?? {}, name)) : names, help);
  const rows = missing === "drop" ? completeRows(table, names, () => helpOfFilling) : new Int32Array(table.rows).map((_, row) => row);
  const places = new Int32Array(table.rows).fill(-1);
  rows.forEach((row, at) => {
    places[row] = at;
  });
  const left = table.rows - rows.length;
  const leftOut = left > 0 ? [`rows that lack a cell and are written as NA: ${left.toLocaleString("en")}`] : [];
  return {
    data: encodeRows(table, inputs, learned, rows),
    rows: rows.length,
    places,
    notes: [...header.notes, ...table.notes, ...notesOfWords(table, names), ...leftOut],
  };
}
