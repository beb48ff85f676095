// Columns of a table as data of inputs.
import type { GradcError } from "../runtime/error.ts";
import { isInRange } from "../runtime/inputs.ts";
import type { InputSlot } from "../runtime/program.ts";
import { given } from "../runtime/record.ts";
import { encodeCell, type Learned } from "../runtime/rows.ts";
import { flagsOf, numberOf } from "./cell.ts";
import { type Cell, csvNotANumber, csvNotWhole, csvRange, csvTooLarge, csvUnknownClass } from "./diagnostics.ts";
import { lookOf } from "./looks.ts";
import { columnOf, type Table } from "./table.ts";

/** The data of inputs by name. */
export type Encoded = Record<string, Float32Array | Int32Array>;

/** Told of a text that is none of a column's categories; its numbers are then all 0. */
export type OnUnknown = (column: string, label: string, row: number) => void;

/** The label as the training spelled it: TRUE and true are one, and 007 is 7 where no label is 007. */
function spelled(labels: readonly string[], text: string): string {
  const number = numberOf(text);
  if (!Number.isNaN(number)) return labels.includes(text) ? text : String(number);
  const isFlag = !labels.includes(text) && flagsOf(labels);
  return (isFlag && labels.find((label) => label.toLowerCase() === text.toLowerCase())) || text;
}

/** Whether the module can use a number for this input. */
const fits = (slot: InputSlot, value: number): boolean =>
  (slot.dtype === "i32" ? value === (value | 0) : Number.isFinite(Math.fround(value))) && isInRange(slot, value);

/** What is wrong with a number that does not fit. */
function misfit(value: number, text: string, slot: InputSlot, cell: Cell, classes?: number): GradcError {
  if (slot.dtype === "i32" && value !== (value | 0)) return csvNotWhole(text, cell);
  return Number.isFinite(Math.fround(value)) ? csvRange(text, slot, cell, value, classes) : csvTooLarge(text, cell);
}

/**
 * The numbers of a column's cells by row, as `slot` takes them. Those that the module cannot use are refused where they stand.
 * @throws GradcError `csv-no-column`; when a row is asked for, `csv-not-a-number`, `csv-too-large`, `csv-not-whole`, `csv-range`, `csv-unknown-class`
 */
export function numbersOf(table: Table, slot: InputSlot, name: string, learned: Learned, onUnknown?: OnUnknown): (row: number) => readonly number[] {
  const column = columnOf(table, name);
  const classes = given(learned.classes, name);
  const places = new Map(classes?.map((label, at) => [label, at]));
  const isOneHot = learned.oneHot?.includes(name);
  const place = (row: number): Cell => ({ file: table.header.file, line: table.lineOf(row), column: name });
  // Labels are few.
  const known = new Map<number, readonly number[]>();

  function ofNumber(value: number, row: number): readonly number[] {
    if (fits(slot, value)) return [value];
    throw misfit(value, column.firstLarge?.row === row ? column.firstLarge.text : String(value), slot, place(row));
  }
  function ofLabel(text: string, labels: readonly string[], row: number): readonly number[] {
    const label = spelled(labels, text);
    const at = places.get(label);
    if (at === undefined && isOneHot && onUnknown) {
      onUnknown(name, text, row);
      return labels.map(() => 0);
    }
    if (at === undefined) throw csvUnknownClass(text, labels, place(row));
    if (!isOneHot && !fits(slot, at)) throw misfit(at, text, slot, place(row), labels.length);
    return isOneHot ? encodeCell(learned, name, row, label) : [at];
  }
  function encode(value: number, row: number): readonly number[] {
    if (Number.isNaN(value)) return encodeCell(learned, name, row, null);
    if (classes && !column.labels && value === slot.range?.except) return [value];
    if (classes) return ofLabel(column.textAt(row) as string, classes, row);
    if (column.firstText) {
      const { text, row } = column.firstText;
      throw csvNotANumber(text, lookOf(text), place(row));
    }
    return ofNumber(value, row);
  }
  return (row) => {
    const value = column.at(row);
    // Numbers of one value may be spelled in several ways.
    const isKnown = Number.isNaN(value) || (classes && column.labels);
    const numbers = (isKnown ? known.get(value) : undefined) ?? encode(value, row);
    if (isKnown) known.set(value, numbers);
    return numbers;
  };
}

/** How many numbers a cell of the column is. */
export const widthOfColumn = (name: string, { classes, oneHot }: Learned): number =>
  oneHot?.includes(name) ? (given(classes, name)?.length ?? 0) : 1;

/** The data of the inputs that have columns, row by row for the given rows. @throws GradcError as `numbersOf` */
export function encodeRows(table: Table, inputs: readonly InputSlot[], learned: Learned, rows: Int32Array, onUnknown?: OnUnknown): Encoded {
  const encoded: Encoded = {};
  for (const slot of inputs) {
    const names = given(learned.columns, slot.name);
    if (!names) continue;
    const width = names.reduce((sum, name) => sum + widthOfColumn(name, learned), 0);
    const data = new (slot.dtype === "f32" ? Float32Array : Int32Array)(rows.length * width);
    let first = 0;
    for (const name of names) {
      const read = numbersOf(table, slot, name, learned, onUnknown);
      const column = columnOf(table, name);
      const isPlain = !column.labels && !given(learned.classes, name);
      rows.forEach((row, at) => {
        const value = column.at(row);
        if (isPlain && fits(slot, value)) data[at * width + first] = value;
        else data.set(read(row), at * width + first);
      });
      first += widthOfColumn(name, learned);
    }
    encoded[slot.name] = data;
  }
  return encoded;
}
