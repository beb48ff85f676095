import { basename } from "node:path";
import {
  type Assignment,
  assignColumns,
  type Classes,
  classesOf,
  dataOf,
  keepColumns,
  keptClasses,
  keptColumns,
  withoutUnread,
} from "../../../data/columns.ts";
import type { Table } from "../../../data/csv.ts";
import type { Net } from "../../../runtime/index.ts";
import type { TrainOptions } from "./options.ts";

/** The data of the inputs, and what columns and classes they come from. */
export interface TableData {
  readonly data: Record<string, Float32Array | Int32Array>;
  readonly columns: Assignment;
  readonly classes: Classes;
}

/** The table as data of the inputs. What the columns and the classes mean is kept with the weights. */
export function readData(table: Table, net: Net, { target, input }: TrainOptions): TableData {
  const { metadata } = net;
  const wishes = target || input ? { target, input } : { input: keptColumns(metadata) };
  const manifest = withoutUnread(net.manifest, table, wishes);
  const columns = assignColumns(table, manifest, wishes);
  const classes = { ...classesOf(table, manifest, columns), ...keptClasses(metadata) };
  const data = dataOf(table, manifest, columns, classes);
  keepColumns(metadata, columns, classes);
  return { data, columns, classes };
}

/** What was read, and how many of the rows are held out. */
export function describeTable({ file, rows }: Table, { columns, classes }: TableData, held: number): string {
  const inputs = Object.entries(columns).map(([input, names]) => `  ${input} ← ${names.join(", ")}`);
  const labels = Object.entries(classes).map(
    ([column, names]) => `  classes of ${column}: ${names.map((name, number) => `${number} ${name}`).join(", ")}`,
  );
  const share = held > 0 ? `, ${held.toLocaleString("en")} of them held out` : "";
  return [`${basename(file)}: ${rows.length.toLocaleString("en")} rows${share}`, ...inputs, ...labels].join("\n");
}
