// Every text about datasets and what is made of their rows. A function a code; `docs/errors.md` lists them.
import { unknownName } from "../../runtime/diagnostics.ts";
import { GradcError } from "../../runtime/error.ts";
import { counted, csvNotANumber, listed, quoted, quotedAll } from "../diagnostics.ts";
import type { Look } from "../looks.ts";

/** A column that a dataset does not have. */
export const noColumn = (name: string, known: Iterable<string>): GradcError => unknownName("column", name, known);

/** What a function of the user threw for a row, unless it is an error of ours. */
export function asDataError(cause: unknown, place: string, module?: string): unknown {
  if (cause instanceof GradcError) return cause;
  const what = module === undefined ? "The function" : `The function of ${module}`;
  return new GradcError("row-failed", `${what} failed: ${(cause as Error)?.message ?? cause}`, { at: place, cause });
}

/** What is no row, such as what a function without `return` gives. */
export const notARow = (given: string, place: string): GradcError =>
  new GradcError("row-failed", `A row is an object of named values, got ${given}`, { at: place, help: "map((row) => ({ x: row.size }))" });

export const moduleFailed = (module: string, reason: string, cause?: unknown): GradcError =>
  new GradcError("row-failed", `Cannot use ${module}: ${reason}`, { cause, help: "its default export is called with (row, { seed, epoch, index })" });

export const noRows = (file?: string): GradcError => new GradcError("no-rows", "The dataset has no rows", { at: file });

/** Columns of different lengths. */
export const unequalLengths = (lengths: readonly (readonly [string, number])[]): GradcError =>
  new GradcError("unequal-rows", `The columns differ in rows: ${listed(lengths.map(([name, length]) => `${quoted(name)} ${length}`))}`, {
    help: "numbers of several columns in one array need their shape: { data, shape: [rows, columns] }",
  });

/** A part of a split that has no row. */
export const emptyPart = (which: string, share: number, rows: number): GradcError =>
  new GradcError("empty-part", `No row is left for ${which}: the share is ${share} of ${counted(rows, "row")}`);

export const tooFewGroups = (column: string, groups: number): GradcError =>
  new GradcError("empty-part", `The column ${quoted(column)} has ${counted(groups, "group")}, and a split by groups needs two`);

/** Classes with too few rows for both parts. */
export const smallClasses = (column: string, classes: readonly (readonly [string, number])[]): GradcError =>
  new GradcError(
    "class-too-small",
    `A stratified split needs two rows of each class, and the column ${quoted(column)} has ${listed(classes.map(([label, rows]) => `${counted(rows, "row")} of ${quoted(label)}`))}`,
    { help: "filter leaves a class out; without { stratify } rows are chosen whatever their class" },
  );

/** What takes all rows, asked of a file that is read part by part. */
export const needsAllRows = (what: string, source: string, help = "{ stream: false } holds all rows in memory"): GradcError =>
  new GradcError("streamed", `${what} needs all rows at hand, and ${source} is read part by part`, { help });

/** Columns that are known when rows were made. */
export const columnsLater = (): GradcError =>
  new GradcError("streamed", "The columns are known when rows are made, which a module or an asynchronous function does later", {
    help: "for await (const row of dataset)",
  });

/** A file whose columns are others than when it was opened. */
export const tableChanged = (file: string, before: readonly string[], now: readonly string[]): GradcError =>
  new GradcError("table-changed", `The columns of ${file} have changed: ${quotedAll(before)} before, ${quotedAll(now)} now`, { at: file });

const helpOfText = (name: string): string =>
  `map gives a number for it, map((row) => ({ ...row, ${/^[a-z_]\w*$/i.test(name) ? name : quoted(name)}: .. })), or leaves it out`;

/** A text where a batch needs a number. */
export const textInBatch = (text: string, look: Look | undefined, name: string, place: string): GradcError =>
  csvNotANumber(text, look, { file: place, column: name }, helpOfText(name));

/** A date, which is no number before somebody says which. */
export const dateInBatch = (text: string, name: string, place: string): GradcError =>
  new GradcError("csv-not-a-number", `${quoted(text)} is not a number: it is a date`, {
    at: `${place}, column ${quoted(name)}`,
    help: `map splits it into numbers, ({ ${quoted(name)}: date, ...row }) => ({ ...row, year: .., month: .. }), or leaves it out`,
  });

export const missingInBatch = (name: string, place: string): GradcError =>
  new GradcError("csv-missing", "A value is missing", {
    at: `${place}, column ${quoted(name)}`,
    help: "filter leaves such rows out, map fills something in",
  });

export const valueInBatch = (problem: string, name: string, place: string): GradcError =>
  new GradcError("bad-value", `${problem}`, { at: `${place}, column ${quoted(name)}` });

/** A row that has other names than the first of its batch. */
export const otherNames = (names: readonly string[], expected: readonly string[], place: string): GradcError =>
  new GradcError("rows-differ", `The row has ${quotedAll(names)}, and others have ${quotedAll(expected)}`, { at: place });

/** A row whose array has another length. */
export const otherSize = (name: string, got: number, expected: number, place: string): GradcError =>
  new GradcError("rows-differ", `${counted(got, "value")} where other rows have ${expected}`, {
    at: `${place}, column ${quoted(name)}`,
    help: "map brings rows to one size, resize of gradc/augment pictures",
  });

export const tooManyClasses = (column: string, count: number): GradcError =>
  new GradcError("not-classes", `The column ${quoted(column)} has ${counted(count, "value")}, too many for classes`);

export const notClasses = (column: string, reason: string): GradcError =>
  new GradcError("not-classes", `The column ${quoted(column)} has no classes: ${reason}`);

export const batchTooLarge = (batchSize: number, rows: number): GradcError =>
  new GradcError("no-rows", `No batch is full: ${counted(rows, "row")}, batchSize ${batchSize}, and dropLast leaves the others out`);

/** A function where work is to be sent to workers. */
export const functionInWorker = (): GradcError =>
  new GradcError("function-in-worker", "A function cannot be sent to worker threads", {
    help: 'write it as the default export of a module: map(new URL("./augment.js", import.meta.url)); { numWorkers: 0 } runs it here',
  });

export const noWorkers = (): GradcError => new GradcError("no-workers", "There are no worker threads here", { help: "{ numWorkers: 0 }" });

export const workerFailed = (cause: unknown): GradcError =>
  new GradcError("no-workers", `A worker thread ended: ${(cause as Error)?.message ?? cause}`, { cause });

/** A file of another content than its kind. */
export const badFile = (kind: string, reason: string, file: string, help?: string): GradcError =>
  new GradcError("bad-file", `Cannot read the ${kind}: ${reason}`, { at: file, help });

/** A package that is not installed, and the file that takes it. */
export const noPackage = (name: string, what: string, file: string): GradcError =>
  new GradcError("no-package", `${what} needs the package ${quoted(name)}`, { at: file, help: `npm install ${name}` });

/** A sampler that gives no rows, or rows that are none. */
export const badSampler = (problem: string): GradcError => new GradcError("bad-sampler", `The sampler gives ${problem}`);
