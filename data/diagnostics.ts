// Every text about tables. A function a code; `docs/errors.md` lists them.

import { near } from "../runtime/diagnostics.ts";
import { GradcError } from "../runtime/error.ts";
import type { InputSlot } from "../runtime/program.ts";
import type { Header } from "./header.ts";
import type { Look } from "./looks.ts";

/** A place in a table: the file, the line, and the column. */
export interface Cell {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: string | undefined;
}

const longestQuote = 60;

/** A name or a cell in quotes: in one line, cut where it is long, and without characters that act in a terminal. */
export function quoted(text: string): string {
  const cut = text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped);
}

const mostNames = 8;

/** Names in quotes, the first of them where there are many. */
export const quotedAll = (names: readonly string[]): string => listed(names.map(quoted));

/** Texts with commas between them, the first of them where there are many. */
export function listed(texts: readonly string[]): string {
  const more = texts.length - mostNames;
  return texts.length === 0 ? "none" : texts.slice(0, mostNames).join(", ") + (more > 0 ? ` and ${more.toLocaleString("en")} more` : "");
}

/** Where: `FILE:12, column "size"`. */
export const atCell = ({ file, line, column }: Cell): string =>
  `${file}${line === undefined ? "" : `:${line}`}${column === undefined ? "" : `, column ${quoted(column)}`}`;

export const csvMalformed = (reason: string, cell: Cell, help?: string): GradcError =>
  new GradcError("csv-malformed", `Cannot read the table: ${reason}`, { at: atCell(cell), help });

/** Bytes that are none of their encoding. */
export const csvEncoding = (encoding: string, cell: Cell): GradcError =>
  csvMalformed(`it is not ${encoding.toUpperCase()}`, cell, "save it as UTF-8");

/** Bytes of something else than a text: `what` that is, and what to do, where it is known. */
export const csvNotText = (file: string, what = "not a text", help = "export it as CSV in UTF-8"): GradcError =>
  csvMalformed(`it is ${what}`, { file }, help);

/** A byte of 0 amid a text. */
export const csvZero = (cell: Cell): GradcError =>
  csvMalformed("a byte is 0, as in no text", cell, "is the file whole? Export it anew as CSV in UTF-8");

/** A page in place of the table, as a server sends it. */
export const csvPage = (file: string): GradcError => csvMalformed("it is an HTML page", { file });

/** Something between a closing quote and the end of the cell. */
export const csvAfterQuote = (text: string, next: string, cell: Cell): GradcError =>
  csvMalformed(`${quoted(next)} follows the closing quote of ${quoted(text)}`, cell, 'a quote inside of quotes is written twice: "x ""y"""');

export const csvOpenQuote = (cell: Cell): GradcError => csvMalformed("a quote is opened in this row and never closed", cell);

export const csvRowTooLong = (cell: Cell, most: number): GradcError =>
  csvMalformed(`a row has more than ${Math.round(most / 1e6)} million characters`, cell, "is a quote not closed?");

/** JSON that is no rows. */
export const jsonMalformed = (reason: string, cell: Cell): GradcError =>
  csvMalformed(reason, cell, 'rows look like {"size": 3, "bean": "arabica"}, one a line or in a list');

/** A table without rows; its header may be one. */
export const csvEmpty = (file: string, seemsData = false): GradcError =>
  new GradcError("csv-empty", "The table has no rows below its header", { at: file, help: seemsData ? noHeaderHelp : undefined });

/** A file of nothing, or of blanks. */
export const csvBlank = (file: string): GradcError => new GradcError("csv-empty", "The table is empty", { at: file });

/** How to read a table without names. */
export const noHeaderHelp = "--no-header, where it is data: the columns are then c1, c2, ..";

/** A problem with columns that were looked up by name, where there may be no names at all. */
function hinted(text: string, { seemsData, seemsTitle }: Header): string {
  if (seemsTitle) return `${text}; the first line seems to be a title, not a header`;
  return seemsData ? `${text}; the first line seems to be data, not a header` : text;
}

function inHeader({ file, seemsData, seemsTitle }: Header, help?: string) {
  if (seemsTitle) return { at: file, help: 'the names of the columns stand in the first line, but for lines that begin with "#"' };
  return { at: file, help: seemsData ? noHeaderHelp : help };
}

/** A name that is used and that several columns have. */
export const csvHeader = (name: string, header: Header): GradcError =>
  header.seemsData
    ? new GradcError("csv-header", "The table seems to have no header: its first line holds numbers", { at: header.file, help: noHeaderHelp })
    : new GradcError("csv-header", `The header has the name ${quoted(name)} twice`, { at: header.file, help: "--ignore leaves columns out" });

/** A number of things: `1 row`, `2,000 rows`. */
export const counted = (count: number, thing: string): string => `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;

/** A row with another number of cells than there are columns; it may be a comment. */
export const csvRagged = (got: number, expected: number, isComment: boolean, cell: Cell): GradcError =>
  new GradcError("csv-ragged", `The row has ${counted(got, "cell")} where the header has ${expected}`, {
    at: atCell(cell),
    help: isComment ? 'lines that begin with "#" are skipped above the header alone' : undefined,
  });

/** Missing cells of columns that are needed: how many, and the first of them, with the word that stands there. */
export interface Missing {
  readonly count: number;
  readonly columns: number;
  readonly word: string;
  /** Whether it lacks a label: a class may really be called NA. */
  readonly isLabel: boolean;
}

export function csvMissing({ count, columns, word, isLabel }: Missing, cell: Cell, help: string): GradcError {
  const cells = `${counted(count, "cell")} ${count === 1 ? "is" : "are"} missing${columns === 1 ? "" : ` in ${columns} columns`}`;
  const first = `${count === 1 ? "it" : "the first"} is ${word ? quoted(word) : "empty"}`;
  const rename = word && isLabel ? `; a class that is called ${quoted(word)} needs another label` : "";
  return new GradcError("csv-missing", `${cells}: ${first}`, { at: atCell(cell), help: help + rename });
}

/** Columns that have no value in any row. */
export const describeEmpty = (names: readonly string[]): string => `${quotedAll(names)} ${names.length === 1 ? "has" : "have"} no value in any row`;

/** How to do without them. */
export const helpOfEmpty = (names: readonly string[]): string =>
  names.length === 0
    ? "--ignore COL,.. leaves columns out"
    : `--ignore ${names.slice(0, mostNames).map(typed).join(",")} leaves ${names.length === 1 ? "it" : "them"} out`;

/** A table in which every row lacks a cell: the columns that lack one, with how many, and those of them that lack all. */
export function csvNoCompleteRow(
  columns: readonly { readonly name: string; readonly missing: number }[],
  empty: readonly string[],
  file: string,
  help: string | undefined,
): GradcError {
  const counts = columns.map(({ name, missing }) => `${quoted(name)} ${missing.toLocaleString("en")}`);
  const lacking = empty.length > 0 ? describeEmpty(empty) : `cells are missing: ${listed(counts)}`;
  return new GradcError("csv-missing", `No row is complete: ${lacking}`, { at: file, help });
}

/** A column without a value in the rows that are trained on. */
export const csvNothing = (column: string, file: string): GradcError =>
  new GradcError("csv-missing", "No row that is trained on has a value", {
    at: atCell({ file, column }),
    help: helpOfEmpty([column]),
  });

/** A text where a number is needed: what it looks like, where that is something; `help` is for texts that look like none. */
export function csvNotANumber(value: string, look: Look | undefined, cell: Cell, help?: string): GradcError {
  const helps = look ? [look.help, ...(look.mayBeCategory && help ? [help] : [])].join("; ") : help;
  return new GradcError("csv-not-a-number", `${quoted(value)} is not a number${look ? `: ${look.reason}` : ""}`, { at: atCell(cell), help: helps });
}

/** A name as it is typed in a shell. */
const typed = (name: string): string => (/^[\w.-]+$/.test(name) ? name : /[",]/.test(name) ? `'${quoted(name)}'` : quoted(name));

/** What to do with a column of categories. */
export const helpOfCategories = (column: string, count: number): string =>
  `--one-hot ${typed(column)} makes a 0/1 column for each of its ${count} categories, --ignore ${typed(column)} leaves it out`;

/** What to do with a target of classes that is declared as numbers. */
export const helpOfClasses = (input: string): string => `classes are a target of i32: ${input}: i32("batch") with losses.crossEntropy`;

/** A number that is infinite as f32. */
export const csvTooLarge = (value: string, cell: Cell): GradcError =>
  new GradcError("csv-too-large", `${quoted(value)} is too large: the largest f32 is 3.4e38`, { at: atCell(cell) });

/** A number in an array with which nothing can be computed. */
export const notFinite = (value: number, cell: Cell): GradcError =>
  Number.isNaN(value)
    ? new GradcError("csv-missing", "A value is missing: it is NaN", {
        at: atCell(cell),
        help: "leave such rows out, or fill something in",
      })
    : csvTooLarge(String(value), cell);

/** What an input takes: `0 to 2`. */
function taken({ dtype, range }: InputSlot): string {
  return `${range?.lower} to ${dtype === "f32" ? range?.upper : Number(range?.upper) - 1}`;
}

/** A number, class or index that the input has no place for; `classes` counts those of a column of labels, of which the value is number `index`. */
export function csvRange(value: string, slot: InputSlot, cell: Cell, index: number, classes: number | undefined): GradcError {
  const problem =
    classes === undefined ? `${quoted(value)} is out of range` : `The column has ${classes} classes, and ${quoted(value)} is number ${index}`;
  const isUnit = slot.range?.lower === 0 && slot.range.upper === 1;
  const numbers = isUnit
    ? "the loss compares with 0 and 1: write those, or texts such as yes and no"
    : "what the loss makes of it must lie in [0, 1]";
  const help = slot.dtype === "f32" ? numbers : undefined;
  return new GradcError("csv-range", `${problem}: the input "${slot.name}" takes ${taken(slot)}`, { at: atCell(cell), help });
}

/** A target with more different whole numbers than the model has classes; `value` is the first that is out of range. */
export const csvTooManyValues = (value: number, count: number, slot: InputSlot, cell: Cell): GradcError =>
  new GradcError(
    "csv-range",
    `"${value}" is out of range: the input "${slot.name}" takes ${taken(slot)}, and the column has ${count} values for ${slot.range?.upper} classes`,
    { at: atCell(cell), help: `a model of ${count} classes ends in ${count} logits; a target of numbers is f32` },
  );

/** A number that is none of an i32 input; `target` is its name where it is a target. */
export const csvNotWhole = (value: string, cell: Cell, target?: string): GradcError =>
  new GradcError("csv-not-whole", `${quoted(value)} is not a whole number of 32 bits, which this input takes`, {
    at: atCell(cell),
    help: target && `a target of numbers is f32: ${target}: f32("batch", 1) with losses.mse`,
  });

export const csvUnknownClass = (value: string, classes: readonly string[], cell: Cell): GradcError =>
  new GradcError("csv-unknown-class", `${quoted(value)} is none of the classes that the model was trained on: ${quotedAll(classes)}`, {
    at: atCell(cell),
  });

export const csvNoColumn = (name: string, header: Header): GradcError =>
  new GradcError("csv-no-column", hinted(`There is no column ${quoted(name)}${near(name, header.names)}`, header), inHeader(header));

/** An input that no column belongs to. */
export const csvNoColumns = (input: string, isTarget: boolean, header: Header): GradcError =>
  new GradcError(
    "csv-no-columns",
    hinted(`No column belongs to the input "${input}"`, header),
    inHeader(header, isTarget ? "--target COL" : `--input ${input}=COL,..`),
  );

/** Several inputs that could take the remaining columns. */
export const csvUnclear = (inputs: readonly string[]): GradcError =>
  new GradcError("csv-unclear", `It is not clear which columns belong to the inputs ${quotedAll(inputs)}`, { help: `--input ${inputs[0]}=COL,..` });

/** Another number of columns than an input takes; a column of categories counts as many as it has. */
export function csvWidth({ name, dtype, shape }: InputSlot, expected: number, got: readonly string[], width: number, header: Header): GradcError {
  const text = `The input "${name}" takes ${expected} ${expected === 1 ? "column" : "columns"}, got ${width}: ${listed(got)}`;
  // The declaration that fits, where there is one.
  const declared = shape.length === 2 && typeof shape[0] === "string" && width > 0 ? `write ${name}: ${dtype}("batch", ${width}) in the model; ` : "";
  const nameless = header.unnamed.map((at) => header.names[at] as string);
  const unnamed = width < expected && nameless.length > 0 ? `, also ${quotedAll(nameless)} that the header has no name for` : "";
  const help = `${declared}--input ${name}=COL,.. names them${unnamed}, --ignore COL,.. leaves some out`;
  return new GradcError("csv-width", hinted(text, header), inHeader(header, help));
}

/** A column of `--target` that is left when all inputs have theirs; `targets` are the inputs that only the loss reads. */
export function csvNoInput(column: string, targets: readonly string[]): GradcError {
  const reason = targets.length > 0 ? `the columns of ${quotedAll(targets)} are given otherwise` : "the loss reads no input that the outputs do not";
  return new GradcError("csv-no-input", `No input takes the target column ${quoted(column)}: ${reason}`);
}

export const csvTwice = (column: string): GradcError => new GradcError("csv-twice", `The column ${quoted(column)} is given twice`);

/** A column of `--one-hot` that no input of numbers takes. */
export const csvOneHot = (column: string): GradcError =>
  new GradcError("csv-one-hot", `No f32 input takes the column ${quoted(column)}, so it has no 0/1 columns`, {
    help: "an i32 input takes texts as they are: their classes are numbered",
  });

/** `--missing mean` for a net that does not know any. */
export const csvNoFill = (missing: string): GradcError =>
  new GradcError("csv-no-fill", `The model was not trained with --missing ${missing}, so it has nothing to fill in`, {
    help: `gradc train <model> --data FILE --missing ${missing}`,
  });

/** `--probabilities` of a model whose loss is no cross-entropy of its outputs. */
export const noProbabilities = (model: string): GradcError =>
  new GradcError("no-probabilities", `No output of "${model}" is what a cross-entropy compares, so it gives no probabilities`);

/** Rows that were changed and have not the columns any more that a model takes. */
export const otherRows = (column: string, width: number, names: readonly string[]): GradcError =>
  new GradcError("other-rows", `The rows that were changed have no column ${quoted(column)} of ${counted(width, "number")}, which they had`, {
    help: `give a row with the columns that it came with; got ${names.map(quoted).join(", ") || "none"}`,
  });
