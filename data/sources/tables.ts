// Tables of text as datasets: what the columns hold.
import { flagsOf, numberOf } from "../cell.ts";
import type { Column, ReadColumn } from "../column.ts";
import type { Base } from "../dataset/rows.ts";
import { type Kind, numberValues, type Values } from "../dataset/values.ts";
import { quoted } from "../diagnostics.ts";
import type { lookOf } from "../looks.ts";
import type { Table } from "../table.ts";
import { baseOf } from "./arrays.ts";

const [fewClasses, shownLabels] = [100, 50];

/** Whether the labels of a column are classes: most are words, no dates and the like, and they come again or are few. */
function areClasses(labels: readonly string[], rows: number, look: typeof lookOf): boolean {
  if (labels.length > fewClasses && 2 * labels.length > rows) return false;
  const words = labels.filter((label) => Number.isNaN(numberOf(label)));
  if (2 * words.length <= labels.length) return false;
  return !words.slice(0, shownLabels).some((label) => look(label)?.mayBeCategory === undefined && look(label) !== undefined);
}

/** A column of yes and no or the like: the second is 1, whichever comes first in the table. */
function flagColumn(column: Column, labels: readonly string[], flags: readonly [string, string]): Column {
  const numbers = labels.map((label) => flags.findIndex((flag) => flag.toLowerCase() === label.toLowerCase()));
  const at = (row: number): number => numbers[column.at(row)] ?? Number.NaN;
  return {
    name: column.name,
    labels: flags,
    missing: column.missing,
    at,
    toArray: () => column.toArray().map((value) => numbers[value] ?? Number.NaN),
  };
}

/** A cell of a column of texts: a number where it is one, null where it is missing. */
function cellOf(column: ReadColumn, row: number): string | number | null {
  const text = column.textAt(row);
  const number = text === undefined ? Number.NaN : numberOf(text);
  return Number.isNaN(number) ? (text ?? null) : number;
}

/** A column of a table with so many rows; `look` is needed for one of texts. */
export function tableValues(column: ReadColumn, rows: number, look?: typeof lookOf): Values {
  const { labels } = column;
  if (!labels || !look) return numberValues(column, rows);
  const flags = flagsOf(labels);
  if (flags) {
    const own = flagColumn(column, labels, flags);
    return { column: own, kind: "class", value: own.at };
  }
  if (areClasses(labels, rows, look)) return { column, kind: "class", value: column.at };
  return { column, kind: "text", value: (row) => cellOf(column, row) };
}

/** What a column of this name holds, and its labels so far. */
export interface Sample {
  readonly name: string;
  readonly kind: Kind;
  readonly labels: readonly string[] | undefined;
}

export const sampleOf = ({ column, kind }: Values): Sample => ({ name: column.name, kind, labels: column.labels });

const fewRows = 10;

/** Columns that count the rows, as an index does. */
function indexLike(columns: readonly Values[], rows: number): string[] {
  if (rows < fewRows) return [];
  const counts = ({ column }: Values): boolean => {
    const first = column.at(0);
    if (column.labels || (first !== 0 && first !== 1)) return false;
    for (let row = 1; row < rows; row++) if (column.at(row) !== first + row) return false;
    return true;
  };
  return columns
    .filter(counts)
    .map(({ column }) => `the column ${quoted(column.name)} counts the rows, as an index does: leave it out of what is learned from`);
}

/** The rows of a table that is in memory, what is shown of it, and what a user should know. */
export async function tableBase({ header, columns, rows, lineOf, notes }: Table): Promise<{
  readonly base: Base;
  readonly columns: ReadonlyMap<string, Column>;
  readonly notes: readonly string[];
}> {
  // A page whose tables hold numbers does without.
  const look = [...columns.values()].some(({ labels }) => labels) ? (await import("../looks.ts")).lookOf : undefined;
  const all = new Map([...columns].map(([name, column]) => [name, tableValues(column, rows, look)]));
  const ordinary = header.ordinary.map((name) => all.get(name) as Values);
  return {
    base: baseOf(ordinary, rows, (at) => `${header.file}:${lineOf(at)}`),
    columns: new Map([...all].map(([name, { column }]) => [name, column])),
    notes: [...header.notes, ...notes, ...indexLike(ordinary, rows)],
  };
}
