// Every text that the runtime says to a user. A function a code; `docs/errors.md` lists them.
import { type ErrorDetails, GradcError } from "./error.ts";
import { nearest } from "./nearest.ts";
import type { Dim, InputSlot, Manifest } from "./program.ts";

const brackets = (shape: readonly Dim[]): string => `[${shape.join(", ")}]`;

/** Bytes or an answer that hold no compiled module. */
export const notAModule = (reason: string, details?: ErrorDetails): GradcError =>
  new GradcError("not-a-module", `Not a gradc module: ${reason}`, details);

export const otherVersion = (got: unknown, expected: number): GradcError =>
  new GradcError("other-version", `The module has format ${got}, not ${expected}`);

export const cannotRead = (source: unknown, cause: unknown, reason = ""): GradcError =>
  new GradcError("cannot-read", `Cannot read "${source}"${reason}`, { cause });

const unreadable: Readonly<Record<string, string>> = { ENOENT: ": there is no such file", EISDIR: ": it is a folder" };

/** A file that cannot be read, and why where Node says so. */
export const cannotReadFile = (path: string, cause: unknown): GradcError =>
  cannotRead(path, cause, unreadable[(cause as { readonly code: string }).code]);

/** A choice that was made when the module was built; `option` changes it. */
export const compiledIn = (choice: string, option: string): GradcError =>
  new GradcError("compiled-in", `Compiled with ${choice}`, { help: `gradc build <model.ts> ${option}` });

/** A call whose entry point was not compiled, for want of a loss or of an optimizer. */
export const noEntry = (call: string, { name, entries }: Manifest): GradcError =>
  entries.some((entry) => entry.name === "evaluate")
    ? compiledIn("no optimizer", "--optimizer adam")
    : new GradcError("missing-loss", `"${name}" has no loss for "${call}"`);

export const unknownName = (kind: "input" | "output" | "variable" | "hyper", name: string, known: Iterable<string>): GradcError =>
  new GradcError(`unknown-${kind}`, `No ${kind} "${name}"${near(name, known)}`);

const near = (name: string, known: Iterable<string>): string => {
  const best = nearest(name, known);
  return best === undefined ? "" : `, the nearest is "${best}"`;
};

export const missingInput = (name: string, call: string): GradcError => new GradcError("missing-input", `"${call}" needs the input "${name}"`);

export const shapeMismatch = (name: string, expected: readonly Dim[], got: readonly number[]): GradcError =>
  new GradcError("shape-mismatch", `"${name}" does not fit\n  got       ${brackets(got)}\n  expected  ${brackets(expected)}`);

/** What was given, in a few words. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value) return "length" in value ? `a list of ${value.length}` : "an object";
  const text = String(value ?? "nothing").slice(0, 40);
  return typeof value === "string" ? `"${text}"` : text;
}

/** A part of the data that is not what `expected` names: a value, or a list of another length. */
export const badValue = (name: string, row: number, value: unknown, expected: string): GradcError =>
  new GradcError("bad-value", `"${name}", row ${row}: ${shown(value)} is no ${expected}`);

export const indexRange = ({ name, range }: InputSlot, row: number, value: number): GradcError =>
  new GradcError("index-range", `"${name}", row ${row}: ${value} is outside [${range?.lower}, ${range?.upper})`);

export const unequalRows = (counts: readonly (readonly [string, number])[]): GradcError =>
  new GradcError("unequal-rows", `Unequal rows: ${counts.map(([name, rows]) => `"${name}" ${rows}`).join(", ")}`);

export const tooFewRows = (call: string, n: number, minimum: number): GradcError =>
  new GradcError(n > 0 ? "batch-norm-one-value" : "no-rows", `"${call}" needs ${minimum} or more rows, got ${n}`);

export const badOption = (name: string, value: unknown, expected: string): GradcError =>
  new GradcError("bad-option", `"${name}" cannot be ${shown(value)}, expected ${expected}`);

/** Bytes that are not a well-formed safetensors file of f32 and i32 tensors. */
export const badWeights = (reason: string, details?: ErrorDetails): GradcError =>
  new GradcError("bad-weights", `Not safetensors: ${reason}`, details);

export const foreignWeights = (): GradcError => new GradcError("foreign-weights", "Not weights of gradc", { help: "gradc weights import" });

/** Weights that do not fit a net; each fault is about a tensor. */
export const weightsDoNotFit = (faults: readonly string[]): GradcError =>
  new GradcError("weights-do-not-fit", `Weights do not fit\n  ${faults.join("\n  ")}`);

/** One fault of weights that do not fit; undefined where there is no such tensor. */
export const weightFault = (name: string, net?: readonly number[], file?: readonly number[]): string =>
  `"${name}": ${net ? brackets(net) : "nothing"} in the net, ${file ? brackets(file) : "nothing"} in the weights`;

/** The warning about a loss that is NaN or infinite. */
export const lossNotFinite = (loss: number, step: number): string => `The loss is ${loss} in step ${step}`;

/** The warning about a last batch that is too small for batch statistics. */
export const leftOut = (rows: number): string => `Last batch left out: ${rows} row`;

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
