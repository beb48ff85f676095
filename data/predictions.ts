// Outputs of a net as columns of a table.
import type { EntryPoint, TensorSlot } from "../runtime/program.ts";
import type { Net, Outputs } from "../runtime/types.ts";
import { keptClasses, keptColumns } from "./columns.ts";
import type { TextColumn } from "./csv.ts";

/** The labels of a column of classes. */
interface Labelled {
  readonly column: string;
  readonly labels: readonly string[];
}

/** The classes of the target, where one alone has some. */
function targetClasses({ manifest, metadata }: Net): Labelled | undefined {
  const assignment = keptColumns(metadata);
  const classes = keptClasses(metadata);
  const columns = manifest.targets.flatMap((target) => assignment[target] ?? []);
  const [labelled, ...others] = columns.flatMap((column) =>
    Object.hasOwn(classes, column) ? [{ column, labels: classes[column] as readonly string[] }] : [],
  );
  return others.length === 0 ? labelled : undefined;
}

/**
 * The outputs of `rows` rows as columns. An output of one number a row is a column of its name, a wider one has the columns `name.0`, `name.1`.
 * Where the target has classes, an output with a value for each is named by the labels and followed by the likeliest label, and an i32 output
 * of one number a row is written as labels. An output without rows stands in each.
 */
export function predictionColumns(net: Net, outputs: Outputs, rows: number): TextColumn[] {
  const classes = targetClasses(net);
  const { results } = net.manifest.entries.find(({ name }) => name === "predict") as EntryPoint;
  return results.flatMap((slot) => outputColumns(slot, outputs[slot.name] ?? new Float32Array(), rows, classes));
}

function outputColumns({ name, dtype, shape }: TensorSlot, data: Outputs[string], rows: number, classes: Labelled | undefined): TextColumn[] {
  const hasRows = typeof shape[0] === "string";
  const width = hasRows ? data.length / rows : data.length;
  const valueAt = (row: number, at: number) => data[(hasRows ? row * width : 0) + at] as number;
  const column = (title: string, text: (row: number) => string): TextColumn => ({
    name: title,
    cells: Array.from({ length: rows }, (_, row) => text(row)),
  });
  const labels = classes?.labels ?? [];
  if (width === 1) return [column(name, (row) => (dtype === "i32" && labels[valueAt(row, 0)]) || shortest(valueAt(row, 0)))];
  const isClasses = classes !== undefined && dtype === "f32" && width === labels.length;
  const titles = isClasses ? labels : Array.from({ length: width }, (_, at) => String(at));
  const columns = titles.map((title, at) => column(`${name}.${title}`, (row) => shortest(valueAt(row, at))));
  const largest = (row: number) => labels.reduce((most, _, at) => (valueAt(row, at) > valueAt(row, most) ? at : most), 0);
  return isClasses ? [...columns, column(classes.column, (row) => labels[largest(row)] as string)] : columns;
}

/** The shortest decimal that is this f32. */
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}

const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Columns of equal length as comma-separated text with a header, without a line end after the last row. */
export function toCsv(columns: readonly TextColumn[]): string {
  const rows = columns[0]?.cells.map((_, row) => columns.map(({ cells }) => cells[row] as string)) ?? [];
  return [columns.map(({ name }) => name), ...rows].map((row) => row.map(quote).join(",")).join("\n");
}
