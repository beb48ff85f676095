// What is learned of a table from the rows that are trained on: classes, categories, and what to fill in for missing cells.
import { isInRange } from "../runtime/inputs.ts";
import type { InputSlot, Manifest } from "../runtime/program.ts";
import { given } from "../runtime/record.ts";
import type { Learned } from "../runtime/rows.ts";
import type { Assignment } from "./assign.ts";
import { flagsOf, numberOf } from "./cell.ts";
import type { Found, ReadColumn } from "./column.ts";
import { csvNotANumber, csvNothing, csvNotWhole, csvTooManyValues, helpOfCategories, helpOfClasses, listed, quoted } from "./diagnostics.ts";
import { numbersOf, widthOfColumn } from "./encode.ts";
import { lookOf } from "./looks.ts";
import { assignedColumns, centre, type MissingPolicy, rowsWhere } from "./missing.ts";
import { columnOf, type Table } from "./table.ts";

/** A table whose columns have their inputs. */
export interface Lesson {
  readonly table: Table;
  readonly manifest: Manifest;
  readonly assignment: Assignment;
  /** The rows that are used, and those of them that are trained on. */
  readonly rows: Int32Array;
  readonly training: Int32Array;
}

export interface LearnOptions {
  readonly oneHot: readonly string[];
  readonly missing: MissingPolicy;
  /** What an earlier training learned: it holds for the columns that it knew. */
  readonly kept: Learned;
}

/** Most classes whose numbers are kept as labels though they are their own: a vocabulary has no names to show. */
const mostNumbered = 1000;

/** The numbers of classes below a bound as their labels; none for a vocabulary. */
export const numbersAsLabels = (upper: number): string[] | undefined =>
  upper <= mostNumbered ? Array.from({ length: upper }, (_, at) => String(at)) : undefined;

/** A column with more different texts is no column of categories. */
const mostCategories = 100;

/** The different numbers of a column in some rows, without those that are missing. */
function distinct(column: ReadColumn, rows: Int32Array): number[] {
  const values = new Set<number>();
  for (const row of rows) values.add(column.at(row));
  values.delete(Number.NaN);
  return [...values];
}

/** The same of texts. */
function textsIn(column: ReadColumn, rows: Int32Array): string[] {
  const texts = new Set<string | undefined>();
  for (const row of rows) texts.add(column.textAt(row));
  return [...texts].filter((text) => text !== undefined);
}

/** The different values of a column in some rows: texts and codes in sorted order, numbers by size. Values of all other rows follow. */
function labelsIn(column: ReadColumn, training: Int32Array, rows: Int32Array): string[] {
  const sorted = (chosen: Int32Array): string[] => {
    if (column.hasCodes) return textsIn(column, chosen).sort();
    const values = distinct(column, chosen);
    return column.labels ? values.map((value) => column.labels?.[value] as string).sort() : values.sort((a, b) => a - b).map(String);
  };
  return [...new Set([...sorted(training), ...sorted(rows)])];
}

/**
 * The classes of a whole-number target whose values are not the numbers of classes as they are: as labels, by size.
 * @throws GradcError `csv-range` where they are too many, `csv-not-whole`
 */
function numberedClasses({ table, rows, training }: Lesson, slot: InputSlot, column: ReadColumn): string[] | undefined {
  const { upper = 0, except } = slot.range ?? {};
  const values = distinct(column, rows).filter((value) => value !== except);
  const others = values.filter((value) => !isInRange(slot, value));
  const place = (row: number) => ({ file: table.header.file, line: table.lineOf(row), column: column.name });
  const broken = values.find((value) => value !== (value | 0));
  if (broken !== undefined) throw csvNotWhole(String(broken), place(rows.find((row) => column.at(row) === broken) as number), slot.name);
  if (!column.hasCodes && others.length === 0) return numbersAsLabels(upper);
  if (values.length <= upper) return labelsIn(column, training, rows).filter((label) => Number(label) !== except);
  if (others.length === 0) return undefined;
  const row = rows.find((each) => others.includes(column.at(each))) as number;
  throw csvTooManyValues(column.at(row), values.length, slot, place(row));
}

/** The labels that stand for numbers in a column; none where its numbers stand for themselves. @throws GradcError `csv-not-a-number` */
function classesFor(lesson: Lesson, slot: InputSlot, column: ReadColumn): readonly string[] | undefined {
  const { table, manifest, rows, training } = lesson;
  const isTarget = manifest.targets.includes(slot.name);
  if (!column.labels) return slot.dtype === "i32" && isTarget && slot.range ? numberedClasses(lesson, slot, column) : undefined;
  const labels = labelsIn(column, training, rows);
  if (slot.dtype === "i32") return labels;
  const flags = flagsOf(labels) ?? (isTarget && slot.range?.lower === 0 && slot.range.upper === 1 && labels.length === 2 ? labels : undefined);
  if (flags) return flags;
  const { row, text } = column.firstText as Found;
  const place = { file: table.header.file, line: table.lineOf(row), column: column.name };
  if (isTarget) throw csvNotANumber(text, lookOf(text), place, helpOfClasses(slot.name));
  const words = labels.filter((label) => Number.isNaN(numberOf(label)));
  const isCategories = 2 * words.length > labels.length && labels.length <= mostCategories;
  throw csvNotANumber(text, lookOf(text), place, isCategories ? helpOfCategories(column.name, labels.length) : undefined);
}

/** What stands for a missing cell of a column: the mean or median of each number that its cells are. @throws GradcError `csv-missing` */
function fillFor({ table, training }: Lesson, slot: InputSlot, name: string, policy: "mean" | "median", learned: Learned): number[] {
  const column = columnOf(table, name);
  const present = rowsWhere(training, (row) => !Number.isNaN(column.at(row)));
  if (present.length === 0) throw csvNothing(name, table.header.file);
  const read = numbersOf(table, slot, name, learned);
  return Array.from({ length: widthOfColumn(name, learned) }, (_, at) =>
    centre(
      Float64Array.from(present, (row) => read(row)[at] as number),
      policy,
    ),
  );
}

/**
 * What the columns of a table mean: labels of texts, and of whole-number targets that do not count from 0; with `mean` or `median` what stands for a
 * missing cell in any column of an f32 input. Classes of a target that no row of the training has come after those that some row has.
 * @throws GradcError `csv-not-a-number`, `csv-missing`
 */
export function learn(lesson: Lesson, { oneHot, missing, kept }: LearnOptions): Learned {
  const { table, manifest, assignment, training } = lesson;
  // A column may be called __proto__.
  const classes: Record<string, readonly string[]> = Object.create(null);
  const fill: Record<string, readonly number[]> = Object.create(null);
  const hot: string[] = [];
  const learned = { columns: assignment, classes, oneHot: hot, fill };
  const before = new Set(Object.values(kept.columns).flat());
  for (const { slot, name } of assignedColumns(manifest, assignment)) {
    const column = columnOf(table, name);
    const isHot = before.has(name) ? kept.oneHot?.includes(name) : oneHot.includes(name);
    if (isHot) hot.push(name);
    const own = before.has(name) ? given(kept.classes, name) : isHot ? labelsIn(column, training, training) : classesFor(lesson, slot, column);
    if (own) classes[name] = own;
    const filled = given(kept.fill, name);
    const isFilled = (missing === "mean" || missing === "median") && slot.dtype === "f32" && !manifest.targets.includes(slot.name);
    if (filled || isFilled) fill[name] = filled ?? fillFor(lesson, slot, name, missing as "mean" | "median", learned);
  }
  return learned;
}

/** Warnings about targets of which the rows, or those that are trained on, have fewer classes than the model tells apart. */
export function unusedClasses({ table, manifest, assignment, rows, training }: Lesson, { classes }: Learned): string[] {
  return manifest.inputs.flatMap(({ name: input, dtype, range }): string[] => {
    const [name, ...others] = given(assignment, input) ?? [];
    const upper = Number(range?.upper);
    if (name === undefined || others.length > 0 || dtype !== "i32" || !manifest.targets.includes(input) || !(upper <= mostNumbered)) return [];
    const column = columnOf(table, name);
    const classesIn = (chosen: Int32Array) => distinct(column, chosen).filter((value) => column.labels || value !== range?.except);
    const values = classesIn(rows);
    if (values.length >= upper) {
      const trained = new Set(classesIn(training));
      const held = values.filter((value) => !trained.has(value)).map((value) => column.labels?.[value] ?? String(value));
      const text = `no row that is trained on has ${listed(held.map(quoted))} in the column ${quoted(name)}: what is held out has`;
      return held.length > 0 ? [`${text}\n  help: another --seed holds out other rows, a smaller --validation fewer`] : [];
    }
    const absent = column.labels ? [] : (given(classes, name) ?? []).filter((label) => !values.includes(Number(label)));
    const which = absent.length > 0 ? `: no row has ${listed(absent)}` : "";
    return [
      `"${input}" has ${upper} classes in the model, and the column ${quoted(name)} has ${values.length}${which}\n  help: a model of ${values.length} classes ends in ${values.length} logits`,
    ];
  });
}
