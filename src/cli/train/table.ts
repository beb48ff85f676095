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
import type { Inputs, Net } from "../../../runtime/index.ts";
import type { Terminal } from "../terminal.ts";
import type { TrainOptions } from "./options.ts";
import { unscaledColumns } from "./scale.ts";

/** The table as data of the inputs. What the columns and the classes mean is kept with the weights. */
export function readData(table: Table, net: Net, { data: file, target, input }: TrainOptions, terminal: Terminal): Inputs {
  const { metadata } = net;
  const wishes = target || input ? { target, input } : { input: keptColumns(metadata) };
  const manifest = withoutUnread(net.manifest, table, wishes);
  const assignment = assignColumns(table, manifest, wishes);
  const classes = { ...classesOf(table, manifest, assignment), ...keptClasses(metadata) };
  const data = dataOf(table, manifest, assignment, classes);
  keepColumns(metadata, assignment, classes);
  terminal.out(describeData(basename(file), table.rows.length, assignment, classes));
  for (const warning of unscaledColumns(manifest, assignment, data)) terminal.note(`warning: ${warning}`);
  return data;
}

function describeData(file: string, rows: number, assignment: Assignment, classes: Classes): string {
  const inputs = Object.entries(assignment).map(([input, columns]) => `  ${input} ← ${columns.join(", ")}`);
  const labels = Object.entries(classes).map(
    ([column, names]) => `  classes of ${column}: ${names.map((name, number) => `${number} ${name}`).join(", ")}`,
  );
  return [`${file}: ${rows.toLocaleString("en")} rows`, ...inputs, ...labels].join("\n");
}
