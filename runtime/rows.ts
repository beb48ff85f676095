// Rows of named cells, as a table or a page has them. What their columns mean is kept with the weights, as texts in JSON.
import { badOption, badValue, near, unknownName } from "./diagnostics.ts";
import { callNamed, type Machine } from "./machine.ts";
import { given } from "./record.ts";
import type { Inputs, Outputs, PredictedRow, Row } from "./types.ts";

type ByName<T> = Readonly<Record<string, T>>;

/** What was learned from a table, by column unless stated. */
export interface Learned {
  /** Names of columns by input. */
  readonly columns: ByName<readonly string[]>;
  /** Labels of classes and categories, in order of the numbers that stand for them. */
  readonly classes: ByName<readonly string[]>;
  /** The columns whose label is a 0 or 1 for each category. */
  readonly oneHot?: readonly string[];
  /** The numbers that stand for a missing cell. */
  readonly fill?: ByName<readonly number[]>;
  /** By output: the column whose class its values for a row choose, and for two classes the bound above which it is the second. */
  readonly labels?: ByName<readonly [column: string, bound?: number]>;
}

/** What is kept with the weights of a net; nothing for fresh ones. */
export function learnedOf(metadata: ReadonlyMap<string, string>): Learned {
  const read = (key: string) => JSON.parse(metadata.get(key) ?? "{}");
  return { columns: read("columns"), classes: read("classes"), ...read("table") };
}

/** The numbers that stand for a cell: those of its label, those of a missing one (undefined, null or ""), or its own. @throws GradcError `bad-value` */
export function encodeCell(learned: Learned, column: string, row: number, cell: unknown): readonly number[] {
  const text = String(cell ?? "");
  const filled = text ? undefined : given(learned.fill, column);
  if (filled) return filled;
  const labels = given(learned.classes, column);
  const value = labels ? labels.indexOf(text) : +(text.trim() || Number.NaN);
  if (labels ? value < 0 : !Number.isFinite(Math.fround(value))) throw badValue(column, row, cell, labels ? `class${near(text, labels)}` : "number");
  return labels && learned.oneHot?.includes(column) ? labels.map((_, at) => +(at === value)) : [value];
}

/** The number of the class that the values of an output for one row choose: the likeliest, the second above the bound, or the one that it gives. */
export const chosenClass = (values: readonly number[], bound?: number): number =>
  values.length > 1 ? values.indexOf(Math.max(...values)) : bound === undefined ? (values[0] as number) : +((values[0] as number) > bound);

/** `net.predictRows`. @throws GradcError `bad-option`, `unknown-column`, `bad-value`, and those of `predict` */
export function predictRows(machine: Machine, rows: readonly Row[], predict: (inputs: Inputs) => Outputs): PredictedRow[] {
  if (!Array.isArray(rows)) throw badOption("rows", rows, "a list of rows");
  const learned = learnedOf(machine.metadata);
  const known = new Set(Object.values(learned.columns).flat());
  for (const row of rows) for (const name in row) if (!known.has(name)) throw unknownName("column", name, known);
  const call = callNamed(machine, "predict");
  const inputs = call.inputs.map((port) => {
    const columns = given(learned.columns, port.name) ?? [];
    return [port.name, rows.flatMap((row, at) => columns.flatMap((column) => encodeCell(learned, column, at, given(row, column))))];
  });
  const outputs = predict(Object.fromEntries(inputs));
  return rows.map((_, row) => {
    const record: PredictedRow = {};
    for (const { name, size, power } of call.results) {
      const values = [...(outputs[name] as Float32Array).subarray(power && row * size, (power && row * size) + size)];
      const [column, bound] = given(learned.labels, name) ?? [];
      if (column) record[column] ??= given(learned.classes, column)?.[chosenClass(values, bound)] as string;
      record[name] = size > 1 ? values : (values[0] as number);
    }
    return record;
  });
}
