// `gradc train --history FILE`: a row an epoch, as CSV or as lines of JSON by the ending of the file.
import { settingOutOfRange } from "../../../../compiler/diagnostics/settings.ts";
import { destinationOf } from "../../../../files/destination.ts";
import { writeWhole } from "../../../../files/whole.ts";
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

/** Writes the epochs of a training while it goes on. */
export interface History {
  /** After an epoch: begins to write them where that was not done for some seconds and is not under way. */
  epoch(): void;
  /** Writes them at the end. */
  finish(): Promise<void>;
}

const millisecondsBetween = 3000;

/** What writes `points`, to which epochs are added, to a file. Where it cannot be written, `failed` is told once, and the training goes on. */
export function historyIn(file: string, points: readonly EpochPoint[], failed: (error: Error) => void): History {
  const format = historyFormat(file);
  let last = performance.now();
  let hasFailed = false;
  let underWay: Promise<void> | undefined;
  const write = async (isLast: boolean): Promise<void> => {
    const content = format(points);
    try {
      // A pipe takes them once, at the end.
      if (isLast || (await destinationOf(file)).isFile) await writeWhole(file, content);
    } catch (error) {
      if (!hasFailed) failed(error as Error);
      hasFailed = true;
    }
    last = performance.now();
    underWay = undefined;
  };
  return {
    epoch() {
      if (underWay || performance.now() - last < millisecondsBetween) return;
      underWay = write(false);
    },
    async finish() {
      await underWay;
      await write(true);
    },
  };
}
