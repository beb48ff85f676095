// Columns of a block of rows that is filled cell by cell and handed on.
import { flagsOf, isMissing, isMissingNumber, numberIn, numberOf } from "../cell.ts";
import { detached } from "../column.ts";
import type { Kind, Values } from "../dataset/values.ts";
import { csvNotANumber } from "../diagnostics.ts";
import { lookOf } from "../looks.ts";
import { isCode } from "../spelling.ts";
import type { Sample } from "./tables.ts";

/** A column that is read part by part. */
export interface StreamColumn {
  add(text: string, start: number, end: number): void;
  addNumber(value: number): void;
  addMissing(): void;
  /** Whether its numbers depend on all cells before, as those of classes do. */
  readonly isOrdered?: boolean;
  /** The rows so far, as the next block; the column is empty then. */
  take(): Values;
}

/** The numbers of labels, those of the first rows and those that come. */
export interface StreamLabels {
  readonly list: readonly string[];
  numberOf(text: string): number;
}

/** Labels that grow in order of appearance, which is the same in each epoch. */
export function streamLabels(first: readonly string[]): StreamLabels {
  const flags = flagsOf(first);
  const list = [...first];
  const numbers = new Map(list.map((label, at) => [label, at]));
  const known = (text: string): number | undefined =>
    numbers.get(text) ?? (flags && numbers.get(list.find((flag) => flag.toLowerCase() === text.toLowerCase()) ?? ""));
  return {
    list,
    numberOf(text) {
      const number = known(text);
      if (number !== undefined) return number;
      const label = detached(text);
      numbers.set(label, list.length);
      return list.push(label) - 1;
    },
  };
}

const helpOfText = "{ stream: false } reads all rows before it says what a column holds";

interface Reading {
  /** The text of a number as a label. */
  number(text: string, value: number): number;
  text(text: string): number;
}

/** How the cells of a column of numbers or classes become numbers. */
function readingOf({ kind, name }: Sample, labels: StreamLabels, place: () => string): Reading {
  if (kind === "class") return { number: (text) => labels.numberOf(text), text: (text) => (isMissing(text) ? Number.NaN : labels.numberOf(text)) };
  return {
    number: (_, value) => value,
    text(text) {
      if (isMissing(text) || isMissingNumber(text)) return Number.NaN;
      throw csvNotANumber(text, lookOf(text), { file: place(), column: name }, helpOfText);
    },
  };
}

/** An empty column of numbers or classes in blocks of `rows` rows. `point` is the decimal point, `place` where the row at hand stands. */
function numbersColumn(sample: Sample, labels: StreamLabels, rows: number, point: string, place: () => string): StreamColumn {
  const { name, kind } = sample;
  const reading = readingOf(sample, labels, place);
  const pointCode = point.charCodeAt(0);
  const isClass = kind === "class";
  let data = new Float64Array(rows);
  let [length, missing] = [0, 0];
  const push = (value: number): void => {
    if (Number.isNaN(value)) missing++;
    data[length++] = value;
  };
  return {
    add(text, start, end) {
      const value = numberIn(text, start, end, pointCode);
      if (Number.isNaN(value)) push(reading.text(text.slice(start, end)));
      else if (isClass) push(reading.number(isCode(text, start, end) ? text.slice(start, end).trim() : String(value), value));
      else push(value);
    },
    addNumber: (value) => push(reading.number(String(value), value)),
    addMissing: () => push(Number.NaN),
    isOrdered: isClass,
    take() {
      const [own, count] = [data.subarray(0, length), missing];
      data = new Float64Array(rows);
      [length, missing] = [0, 0];
      const at = (row: number): number => own[row] as number;
      return { column: { name, labels: isClass ? labels.list : undefined, missing: count, at, toArray: () => own.slice() }, kind, value: at };
    },
  };
}

/** An empty column of texts. */
function textColumn(name: string): StreamColumn {
  let cells: (string | number | null)[] = [];
  const kind: Kind = "text";
  return {
    add(text, start, end) {
      const cell = text.slice(start, end);
      const number = numberOf(cell);
      cells.push(isMissing(cell) ? null : Number.isNaN(number) ? detached(cell) : number);
    },
    addNumber: (value) => void cells.push(value),
    addMissing: () => void cells.push(null),
    take() {
      const own = cells;
      cells = [];
      const at = (row: number): number => (typeof own[row] === "number" ? own[row] : Number.NaN);
      const missing = own.filter((cell) => cell === null).length;
      return {
        column: { name, labels: undefined, missing, at, toArray: () => Float64Array.from(own, (_, row) => at(row)) },
        kind,
        value: (row) => own[row],
      };
    },
  };
}

export const streamColumn = (sample: Sample, labels: StreamLabels, rows: number, point: string, place: () => string): StreamColumn =>
  sample.kind === "text" ? textColumn(sample.name) : numbersColumn(sample, labels, rows, point, place);
