// Missing cells: which rows are used, and what stands for a cell that is missing.
import type { InputSlot, Manifest } from "../runtime/program.ts";
import type { Assignment } from "./assign.ts";
import { csvMissing, csvNoCompleteRow } from "./diagnostics.ts";
import { columnOf, type Table } from "./table.ts";

/** What becomes of missing cells: an error, rows that are left out, or the mean or median of the column's rows that are trained on. */
export const missingPolicies = ["error", "drop", "mean", "median"] as const;
export type MissingPolicy = (typeof missingPolicies)[number];

const helpOfTraining = "--missing drop leaves such rows out, --missing mean or median fills numbers in";

/** The columns that inputs take, each with its input. */
export const assignedColumns = ({ inputs }: Manifest, assignment: Assignment): { readonly slot: InputSlot; readonly name: string }[] =>
  inputs.flatMap((slot) => (Object.hasOwn(assignment, slot.name) ? (assignment[slot.name] ?? []) : []).map((name) => ({ slot, name })));

/** The rows in which no cell of these columns is missing. */
export function completeRows(table: Table, names: readonly string[]): Int32Array {
  const holed = names.map((name) => columnOf(table, name)).filter(({ missing }) => missing > 0);
  const rows = new Int32Array(table.rows).map((_, row) => row);
  return holed.length === 0 ? rows : rows.filter((row) => !holed.some((column) => Number.isNaN(column.at(row))));
}

/** Refuses missing cells in these columns. @throws GradcError `csv-missing` */
export function refuseMissing(table: Table, names: readonly string[], help: string): void {
  const holed = names.map((name) => columnOf(table, name)).filter(({ missing }) => missing > 0);
  const [first] = [...holed].sort((a, b) => (a.firstMissing?.row ?? 0) - (b.firstMissing?.row ?? 0));
  if (!first?.firstMissing) return;
  const { row, text } = first.firstMissing;
  const counts = {
    count: holed.reduce((sum, { missing }) => sum + missing, 0),
    columns: holed.length,
    word: text,
    isLabel: first.labels !== undefined,
  };
  throw csvMissing(counts, { file: table.header.file, line: table.lineOf(row), column: first.name }, help);
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
  if (missing === "error") refuseMissing(table, namesOf(columns), helpOfTraining);
  if (fills) refuseMissing(table, namesOf(columns.filter((each) => !isFilled(each) && !isTarget(each))), "--missing drop leaves such rows out");
  const rows = completeRows(table, namesOf(missing === "drop" ? columns : columns.filter(isTarget)));
  if (rows.length === 0) throw csvNoCompleteRow(table.header.file);
  return rows;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]] as [number, number];
  return low === high ? low : (low + high) / 2;
}

/** The mean or median of some values. */
export const centre = (values: Float64Array, policy: "mean" | "median"): number => (policy === "mean" ? mean(values) : median(values));
