// Columns of arrays as the data of a training.
import type { Manifest } from "../runtime/program.ts";
import { type Arrays, encodeArrays, headerOf, readWhole } from "./arrays.ts";
import { type Assignment, type Wishes, withoutUnread } from "./assign.ts";
import type { Batch } from "./dataset/collate.ts";
import { namesIn } from "./elements.ts";
import type { Kept } from "./kept.ts";
import { numbersAsLabels } from "./learn.ts";
import { labelsOf } from "./outputs.ts";
import { suspectsIn } from "./suspects.ts";
import type { TrainingData } from "./training.ts";

/** The labels of targets that are classes: those of the column, else their numbers. */
function classesOf({ dataset }: Arrays, { inputs, targets }: Manifest, assignment: Assignment) {
  const classes: Record<string, readonly string[]> = Object.create(null);
  for (const { name: input, dtype, range } of inputs) {
    const [name, ...others] = assignment[input] ?? [];
    if (name === undefined || others.length > 0 || dtype !== "i32") continue;
    const labels = dataset.columns.get(name)?.labels ?? (targets.includes(input) ? numbersAsLabels(Number(range?.upper)) : undefined);
    if (labels) classes[name] = labels;
  }
  return classes;
}

const eachOf = (assignment: Assignment, names: (columns: readonly string[]) => string[]): Assignment =>
  Object.fromEntries(Object.entries(assignment).map(([input, columns]) => [input, names(columns)]));

/** Reads columns of arrays for the inputs of a model; without wishes those that it was trained on. @throws GradcError as its parts do */
export async function readArrays(arrays: Arrays, whole: Manifest, kept: Kept, wishes: Wishes): Promise<TrainingData> {
  const read = await readWhole(arrays);
  const manifest = withoutUnread(whole, headerOf(arrays, read), wishes);
  const { assignment, data, encodeBatch, cellOf } = encodeArrays(
    arrays,
    read,
    manifest,
    wishes.target || wishes.input ? wishes : { ...wishes, input: kept.columns },
  );
  const learned = { columns: assignment, classes: classesOf(arrays, manifest, assignment) };
  const shapeOf = (name: string) => read.shapes.get(name) ?? [];
  const isPlain = (name: string) => shapeOf(name).length === 0 && !Object.hasOwn(learned.classes, name);
  const plain = eachOf(assignment, (columns) => columns.filter(isPlain));
  return {
    data,
    rows: read.rows,
    learned: { ...learned, labels: labelsOf(manifest, learned) },
    elements: eachOf(assignment, (columns) => columns.flatMap((name) => namesIn(name, shapeOf(name)))),
    plain,
    ...suspectsIn(manifest.inputs, plain, (name) => read.batch[name] as Batch[string]),
    placeOf: cellOf,
    notes: arrays.dataset.notes,
    warnings: [],
    arrays: { dataset: arrays.dataset, encode: encodeBatch },
  };
}
