// `gradc train --history FILE`: a row an epoch, as CSV or as lines of JSON by the ending of the file.
import { settingOutOfRange } from "../../../../compiler/diagnostics/settings.ts";
import type { EpochPoint } from "./follow.ts";

type Row = Readonly<Record<string, number>>;

const rowOf = ({ epoch, step, loss, validation, lr }: EpochPoint): Row => ({
  epoch,
  step,
  ...(lr !== undefined && { lr }),
  loss,
  ...Object.fromEntries(Object.entries(validation).map(([name, value]) => [`validation ${name}`, value])),
});

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function csv(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? { epoch: 0, step: 0, loss: 0 });
  return [names.map(cell), ...rows.map((row) => names.map((name) => String(row[name] ?? "")))].map((each) => `${each.join(",")}\n`).join("");
}

/** What is no number of JSON is a text. */
const json = (rows: readonly Row[]): string =>
  rows
    .map((row) => `${JSON.stringify(row, (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value))}\n`)
    .join("");

/** What writes the epochs to a file. @throws GradcError `setting-out-of-range` for another ending */
export function historyFormat(file: string): (points: readonly EpochPoint[]) => string {
  const write = file.endsWith(".csv") ? csv : /\.jsonl?$/.test(file) ? json : undefined;
  if (!write) throw settingOutOfRange("Cannot train", "--history", `"${file}"`, "a file that ends in .csv or .jsonl");
  return (points) => write(points.map(rowOf));
}
