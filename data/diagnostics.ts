// Every text about tables. A function a code; `docs/errors.md` lists them.
import { near } from "../runtime/diagnostics.ts";
import { GradcError } from "../runtime/error.ts";
import type { InputSlot } from "../runtime/program.ts";

/** A place in a table: the file, the line, and the column. */
export interface Cell {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: string | undefined;
}

const atCell = ({ file, line, column }: Cell): string =>
  `${file}${line === undefined ? "" : `:${line}`}${column === undefined ? "" : `, column "${column}"`}`;

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ") || "none";

export const csvMalformed = (reason: string, cell: Cell, help?: string): GradcError =>
  new GradcError("csv-malformed", `Cannot read the table: ${reason}`, { at: atCell(cell), help });

/** Bytes in another encoding than UTF-8, as far as it is known. */
export const csvEncoding = (encoding: "UTF-16" | undefined, cell: Cell): GradcError =>
  csvMalformed(encoding ? `it is ${encoding}` : "it is not UTF-8", cell, "save it as UTF-8");

/** Bytes of something else than a text. */
export const csvNotText = (file: string): GradcError => csvMalformed("it is not a text", { file });

/** A page in place of the table, as a server sends it. */
export const csvPage = (file: string): GradcError => csvMalformed("it is an HTML page", { file });

export const csvSeparator = (separator: ";" | "\t", file: string): GradcError =>
  csvMalformed(`its columns are separated by ${separator === ";" ? '";"' : "tabs"}, and gradc reads commas`, { file });

export const csvEmpty = (file: string): GradcError => new GradcError("csv-empty", "The table has no rows below its header", { at: file });

export const csvHeader = (reason: string, cell: Cell): GradcError => new GradcError("csv-header", `The header ${reason}`, { at: atCell(cell) });

export const csvRagged = (got: number, expected: number, cell: Cell): GradcError =>
  new GradcError("csv-ragged", `The row has ${got} cells where the header has ${expected}`, { at: atCell(cell) });

export const csvMissing = (cell: Cell): GradcError => new GradcError("csv-missing", "The cell is empty", { at: atCell(cell) });

export const csvNotANumber = (value: string, cell: Cell): GradcError =>
  new GradcError("csv-not-a-number", `"${value}" is not a number`, { at: atCell(cell) });

/** A number that is infinite as f32. */
export const csvTooLarge = (value: string, cell: Cell): GradcError =>
  new GradcError("csv-too-large", `"${value}" is too large: the largest f32 is 3.4e38`, { at: atCell(cell) });

/** A class or index that the input has no place for; `classes` counts those of a column of labels, of which the value is number `index`. */
export function csvRange(value: string, { name, range }: InputSlot, cell: Cell, index: number, classes: number | undefined): GradcError {
  const problem = classes === undefined ? `"${value}" is out of range` : `The column has ${classes} classes, and "${value}" is number ${index}`;
  return new GradcError("csv-range", `${problem}: the input "${name}" takes ${range?.lower} to ${Number(range?.upper) - 1}`, { at: atCell(cell) });
}

export const csvNotWhole = (value: string, cell: Cell): GradcError =>
  new GradcError("csv-not-whole", `"${value}" is not a whole number of 32 bits, which this input takes`, { at: atCell(cell) });

export const csvUnknownClass = (value: string, classes: readonly string[], cell: Cell): GradcError =>
  new GradcError("csv-unknown-class", `"${value}" is none of the classes that the model was trained on: ${quoted(classes)}`, { at: atCell(cell) });

export const csvNoColumn = (name: string, known: readonly string[], file: string): GradcError =>
  new GradcError("csv-no-column", `There is no column "${name}"${near(name, known)}`, { at: file });

/** An input that no column belongs to. */
export const csvNoColumns = (input: string, isTarget: boolean): GradcError =>
  new GradcError("csv-no-columns", `No column belongs to the input "${input}"`, { help: isTarget ? "--target COL" : `--input ${input}=COL,..` });

/** Several inputs that could take the remaining columns. */
export const csvUnclear = (inputs: readonly string[]): GradcError =>
  new GradcError("csv-unclear", `It is not clear which columns belong to the inputs ${quoted(inputs)}`, { help: `--input ${inputs[0]}=COL,..` });

export const csvWidth = (input: string, expected: number, got: readonly string[]): GradcError =>
  new GradcError("csv-width", `The input "${input}" takes ${expected} ${expected === 1 ? "column" : "columns"}, got ${got.length}: ${quoted(got)}`, {
    help: `--input ${input}=COL,..`,
  });

/** A column of `--target` that is left when all inputs have theirs; `targets` are the inputs that only the loss reads. */
export function csvNoInput(column: string, targets: readonly string[]): GradcError {
  const reason = targets.length > 0 ? `the columns of ${quoted(targets)} are given otherwise` : "the loss reads no input that the outputs do not";
  return new GradcError("csv-no-input", `No input takes the target column "${column}": ${reason}`);
}

export const csvTwice = (column: string): GradcError => new GradcError("csv-twice", `The column "${column}" is given twice`);
