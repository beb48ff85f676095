// Missing cells: which rows are used, and what stands for a cell that is missing.
import type { InputSlot, Manifest } from "../runtime/program.ts";
import type { Learned } from "../runtime/rows.ts";
import type { Assignment } from "./assign.ts";
import { isMissingNumber } from "./cell.ts";
import type { ReadColumn } from "./column.ts";
import { csvMissing, csvNoCompleteRow, describeEmpty, helpOfEmpty, listed, quoted } from "./diagnostics.ts";
import { columnOf, type Table } from "./table.ts";

/** What becomes of missing cells: an error, rows that are left out, or the mean or median of the column's rows that are trained on. */
export const missingPolicies = ["error", "drop", "mean", "median"] as const;
export type MissingPolicy = (typeof missingPolicies)[number];

const helpOfTraining = "--missing drop leaves such rows out, --missing mean or median fills numbers in";

/** The columns that inputs take, each with its input. */
export const assignedColumns = ({ inputs }: Manifest, assignment: Assignment): { readonly slot: InputSlot; readonly name: string }[] =>
  inputs.flatMap((slot) => (Object.hasOwn(assignment, slot.name) ? (assignment[slot.name] ?? []) : []).map((name) => ({ slot, name })));

/** The columns of these names that lack a cell. */
const holedIn = (table: Table, names: readonly string[]) => names.map((name) => columnOf(table, name)).filter(({ missing }) => missing > 0);

/** The rows that a condition holds for, in order: `filter` of a typed array lists them on the heap first. */
export function rowsWhere(rows: Int32Array, holds: (row: number) => boolean): Int32Array {
  const chosen = new Int32Array(rows.reduce((count, row) => count + Number(holds(row)), 0));
  let at = 0;
  for (const row of rows) if (holds(row)) chosen[at++] = row;
  return chosen;
}

/** What to do about columns that have no value in any row. */
export type EmptyHelp = (empty: readonly string[]) => string | undefined;

const emptyIn = (holed: readonly ReadColumn[], rows: number) => holed.filter(({ missing }) => missing === rows).map(({ name }) => name);

/** The rows in which no cell of these columns is missing. @throws GradcError `csv-missing` where there is none */
export function completeRows(table: Table, names: readonly string[], helpOf: EmptyHelp): Int32Array {
  const holed = holedIn(table, names);
  const all = new Int32Array(table.rows).map((_, row) => row);
  const rows = holed.length === 0 ? all : rowsWhere(all, (row) => !holed.some((column) => Number.isNaN(column.at(row))));
  if (rows.length > 0) return rows;
  const most = [...holed].sort((a, b) => b.missing - a.missing);
  const empty = emptyIn(most, table.rows);
  throw csvNoCompleteRow(most, empty, table.header.file, helpOf(empty));
}

/** Refuses missing cells in these columns. @throws GradcError `csv-missing` */
export function refuseMissing(table: Table, names: readonly string[], help: string, helpOf: EmptyHelp = () => undefined): void {
  const holed = holedIn(table, names);
  const [first] = [...holed].sort((a, b) => (a.firstMissing?.row ?? 0) - (b.firstMissing?.row ?? 0));
  if (!first?.firstMissing) return;
  const { row, text } = first.firstMissing;
  const counts = {
    count: holed.reduce((sum, { missing }) => sum + missing, 0),
    columns: holed.length,
    word: text,
    isLabel: first.labels !== undefined,
  };
  const empty = emptyIn(holed, table.rows);
  const ofEmpty = empty.length > 0 ? helpOf(empty) : undefined;
  const cell = { file: table.header.file, line: table.lineOf(row), column: first.name };
  throw csvMissing(counts, cell, ofEmpty === undefined ? help : `${describeEmpty(empty)}: ${ofEmpty}`);
}

/**
 * The rows that a training uses: all with `error`, which refuses missing cells; the complete ones with `drop`; else those whose target and whole
 * numbers are complete, since none can be made up.
 * @throws GradcError `csv-missing`
 */
export function usableRows(table: Table, manifest: Manifest, assignment: Assignment, missing: MissingPolicy): Int32Array {
  const columns = assignedColumns(manifest, assignment);
  const isFilled = ({ slot }: { readonly slot: InputSlot }) => slot.dtype === "f32" && !manifest.targets.includes(slot.name);
  const isTarget = ({ slot }: { readonly slot: InputSlot }) => manifest.targets.includes(slot.name);
  const namesOf = (chosen: typeof columns) => chosen.map(({ name }) => name);
  const fills = missing === "mean" || missing === "median";
  const targets = namesOf(columns.filter(isTarget));
  const helpOf: EmptyHelp = (empty) => (empty.some((name) => targets.includes(name)) ? "another --target" : helpOfEmpty(empty));
  if (missing === "error") refuseMissing(table, namesOf(columns), helpOfTraining, helpOf);
  if (fills)
    refuseMissing(table, namesOf(columns.filter((each) => !isFilled(each) && !isTarget(each))), "--missing drop leaves such rows out", helpOf);
  return completeRows(table, missing === "drop" ? namesOf(columns) : targets, helpOf);
}

/** Reads the columns that have a label such as "-" as texts, though no other text may stand there. */
export function holdTexts({ columns }: Table, classes: Learned["classes"]): void {
  for (const [name, labels] of Object.entries(classes)) if (labels.some(isMissingNumber)) columns.get(name)?.holdTexts();
}

/** What is said of words in columns of texts that may mean something else there: of those that are missing cells, and of classes that look so. */
export function notesOfWords(table: Table, names: readonly string[], classes: Learned["classes"] = {}): string[] {
  const missing = names.flatMap((name) => {
    const { labels, words } = columnOf(table, name);
    return labels ? [...words].map(([word, count]) => `${quoted(word)} of ${quoted(name)} (${count.toLocaleString("en")})`) : [];
  });
  const kept = Object.entries(classes).flatMap(([name, labels]) =>
    labels.filter(isMissingNumber).map((label) => `${quoted(label)} of ${quoted(name)}`),
  );
  return [
    ...(missing.length > 0 ? [`taken for missing cells among texts: ${listed(missing)}; a category needs another name`] : []),
    ...(kept.length > 0 ? [`taken for categories, not for missing cells: ${listed(kept)}; leave cells empty that are missing`] : []),
  ];
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]] as [number, number];
  return low === high ? low : (low + high) / 2;
}

/** The mean or median of some values. */
export const centre = (values: Float64Array, policy: "mean" | "median"): number => (policy === "mean" ? mean(values) : median(values));
