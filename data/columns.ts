// Which columns of a table belong to which inputs of a model, and their values.

import { badWeights, unknownName } from "../runtime/diagnostics.ts";
import { isInRange } from "../runtime/inputs.ts";
import type { InputSlot, Manifest } from "../runtime/program.ts";
import { columnOf, isNumber, type Table, type TextColumn } from "./csv.ts";
import {
  type Cell,
  csvNoColumn,
  csvNoColumns,
  csvNoInput,
  csvNotANumber,
  csvNotWhole,
  csvRange,
  csvTooLarge,
  csvTwice,
  csvUnclear,
  csvUnknownClass,
  csvWidth,
} from "./diagnostics.ts";

/** Names of columns by input. */
export type Assignment = Readonly<Record<string, readonly string[]>>;

/** Class labels by column, in order of their numbers. */
export type Classes = Readonly<Record<string, readonly string[]>>;

export interface Wishes {
  /** Columns of the inputs that only the loss reads. */
  readonly target?: readonly string[] | undefined;
  /** Columns of inputs by name. */
  readonly input?: Assignment | undefined;
}

const widthOf = ({ shape }: InputSlot): number =>
  shape.slice(typeof shape[0] === "string" ? 1 : 0).reduce<number>((product, dim) => product * Number(dim), 1);

/** `manifest` without the inputs that no call needs, save those that the table or `wishes` have columns for by name. */
export function withoutUnread(manifest: Manifest, { columns }: Table, { input = {} }: Wishes): Manifest {
  const wanted = new Set([...manifest.entries.flatMap(({ inputs }) => inputs), ...columns, ...Object.keys(input)]);
  return { ...manifest, inputs: manifest.inputs.filter(({ name }) => wanted.has(name)) };
}

/**
 * Gives each input its columns: those that `wishes.input` names, else the column of its name, else for the inputs that only the loss reads the columns
 * of `wishes.target` in order. The one input that is left takes the other columns in the order of the file.
 * @throws GradcError `unknown-input`, `csv-no-column`, `csv-no-columns`, `csv-no-input`, `csv-unclear`, `csv-twice`, `csv-width`
 */
export function assignColumns({ file, columns }: Table, { inputs, targets }: Manifest, { target = [], input = {} }: Wishes): Assignment {
  const assigned = new Map<string, readonly string[]>(Object.entries(input));
  const known = new Set(inputs.map(({ name }) => name));
  for (const name of assigned.keys()) if (!known.has(name)) throw unknownName("input", name, known);
  for (const { name } of inputs) if (!assigned.has(name) && columns.includes(name) && !target.includes(name)) assigned.set(name, [name]);
  const targetColumns = [...target];
  for (const slot of inputs) {
    if (assigned.has(slot.name) || !targets.includes(slot.name)) continue;
    // The last of the inputs takes whatever is left, so that its width is checked below.
    const isLast = !inputs.some(({ name }) => targets.includes(name) && name !== slot.name && !assigned.has(name));
    assigned.set(slot.name, targetColumns.splice(0, isLast ? targetColumns.length : widthOf(slot)));
  }
  const open = inputs.filter(({ name }) => !assigned.has(name)).map(({ name }) => name);
  if (open.length > 1) throw csvUnclear(open);
  const taken = new Set([...assigned.values(), target].flat());
  if (open[0] !== undefined)
    assigned.set(
      open[0],
      columns.filter((name) => !taken.has(name)),
    );
  for (const name of taken) if (!columns.includes(name)) throw csvNoColumn(name, columns, file);
  const given = new Set([...assigned.values()].flat());
  const unused = target.find((name) => !given.has(name));
  if (unused !== undefined) throw csvNoInput(unused, targets);
  checkAssignment(assigned, inputs, targets);
  return Object.fromEntries(assigned);
}

function checkAssignment(assigned: ReadonlyMap<string, readonly string[]>, inputs: readonly InputSlot[], targets: readonly string[]): void {
  const missing = inputs.find(({ name }) => !assigned.get(name)?.length);
  if (missing) throw csvNoColumns(missing.name, targets.includes(missing.name));
  const seen = new Set<string>();
  for (const slot of inputs) {
    const columns = assigned.get(slot.name) ?? [];
    if (columns.length !== widthOf(slot)) throw csvWidth(slot.name, widthOf(slot), columns);
    for (const name of columns) {
      if (seen.has(name)) throw csvTwice(name);
      seen.add(name);
    }
  }
}

/** The classes of every text column that an i32 input takes: its different cells in sorted order. */
export function classesOf(table: Table, { inputs }: Manifest, assignment: Assignment): Classes {
  const names = inputs.flatMap(({ name, dtype }) => (dtype === "i32" ? (assignment[name] ?? []) : []));
  const columns = names.map((name) => columnOf(table, name)).filter(({ cells }) => !cells.every(isNumber));
  return Object.fromEntries(columns.map(({ name, cells }) => [name, [...new Set(cells)].sort()]));
}

/**
 * The data of the assigned inputs, row by row: numbers, and the numbers of classes where the column has some.
 * @throws GradcError `csv-no-column`, `csv-missing`, `csv-not-a-number`, `csv-too-large`, `csv-not-whole`, `csv-unknown-class`, `csv-range`
 */
export function dataOf(table: Table, { inputs }: Manifest, assignment: Assignment, classes: Classes): Record<string, Float32Array | Int32Array> {
  return Object.fromEntries(
    inputs.flatMap((slot) => {
      const names = Object.hasOwn(assignment, slot.name) ? assignment[slot.name] : undefined;
      return names
        ? [
            [
              slot.name,
              interleave(
                slot,
                names.map((name) => valuesOf(table, columnOf(table, name), slot, Object.hasOwn(classes, name) ? classes[name] : undefined)),
              ),
            ],
          ]
        : [];
    }),
  );
}

function interleave({ dtype }: InputSlot, columns: readonly (readonly number[])[]): Float32Array | Int32Array {
  const rows = columns[0]?.length ?? 0;
  const data = new (dtype === "f32" ? Float32Array : Int32Array)(rows * columns.length);
  columns.forEach((values, column) => {
    for (let row = 0; row < rows; row++) data[row * columns.length + column] = values[row] as number;
  });
  return data;
}

function valuesOf({ file, rows }: Table, { name, cells }: TextColumn, slot: InputSlot, classes: readonly string[] | undefined): number[] {
  return cells.map((cell, row) => {
    const place = { file, line: rows[row]?.line, column: name };
    const value = classes ? classNumber(cell, classes, place) : numberIn(cell, slot, place);
    if (!isInRange(slot, value)) throw csvRange(cell, slot, place, value, classes?.length);
    return value;
  });
}

function classNumber(cell: string, classes: readonly string[], place: Cell): number {
  const known = classes.indexOf(cell);
  if (known < 0) throw csvUnknownClass(cell, classes, place);
  return known;
}

function numberIn(cell: string, { dtype }: InputSlot, place: Cell): number {
  const value = Number(cell);
  if (!isNumber(cell)) throw csvNotANumber(cell, place);
  if (dtype === "i32" && value !== (value | 0)) throw csvNotWhole(cell, place);
  if (dtype === "f32" && !Number.isFinite(Math.fround(value))) throw csvTooLarge(cell, place);
  return value;
}

type Metadata = ReadonlyMap<string, string>;

/** Keeps with a net's weights which columns its inputs were trained on, and what their classes are called. */
export function keepColumns(metadata: Map<string, string>, assignment: Assignment, classes: Classes): void {
  metadata.set("columns", JSON.stringify(assignment));
  metadata.set("classes", JSON.stringify(classes));
}

/** The columns that the inputs of a net were trained on; none for fresh weights. @throws GradcError `bad-weights` */
export const keptColumns = (metadata: Metadata): Assignment => kept(metadata, "columns");

/** The classes of the columns that a net was trained on. @throws GradcError `bad-weights` */
export const keptClasses = (metadata: Metadata): Classes => kept(metadata, "classes");

function kept(metadata: Metadata, key: "columns" | "classes"): Readonly<Record<string, readonly string[]>> {
  const lists = parsed(metadata.get(key) ?? "{}");
  const fits = isRecord(lists) && Object.values(lists).every((names) => Array.isArray(names) && names.every((name) => typeof name === "string"));
  if (!fits) throw badWeights(`the ${key} are damaged`);
  return lists as Readonly<Record<string, readonly string[]>>;
}

const isRecord = (value: unknown): value is object => typeof value === "object" && value !== null;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
