// The columns of a dataset: what stands there in a row, and what is known of all rows.
import type { Column } from "../column.ts";

/** Arrays of numbers. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** What a column holds: numbers, numbers that are whole, classes that rows name by number, texts that are no classes, or an array for each row. */
export type Kind = "number" | "whole" | "class" | "text" | "array";

/** A column of rows at hand. */
export interface Values {
  /** What a user sees of it. */
  readonly column: Column;
  readonly kind: Kind;
  /** What a row holds. */
  value(at: number): unknown;
  /** The numbers of all rows one after the other, and how many of them a row has, where they are held so. */
  readonly flat?: { readonly data: NumberArray; readonly size: number } | undefined;
}

const isWhole = (value: number): boolean => value === (value | 0);

/** A function that is called once, when its result is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function allWhole(at: (row: number) => number, length: number): boolean {
  for (let row = 0; row < length; row++) if (!isWhole(at(row))) return false;
  return length > 0;
}

/** A column of numbers of a table. */
export function numberValues(column: Column, length: number): Values {
  const kind = once((): Kind => (allWhole(column.at, length) ? "whole" : "number"));
  return {
    column,
    get kind() {
      return kind();
    },
    value: column.at,
  };
}

/** A column of one number or one array of numbers a row, held one after the other. */
export function arrayValues(name: string, data: NumberArray, shape: readonly number[]): Values {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const length = size > 0 ? data.length / size : 0;
  const at = (row: number): number => (size === 1 ? (data[row] as number) : Number.NaN);
  const column: Column = { name, labels: undefined, missing: 0, at, toArray: () => Float64Array.from(data), ...(shape.length > 0 && { shape }) };
  if (shape.length === 0) return { ...numberValues(column, length), kind: allWhole(at, length) ? "whole" : "number", flat: { data, size } };
  return { column, kind: "array", value: (row) => data.subarray(row * size, (row + 1) * size), flat: { data, size } };
}

/** A column of whatever rows hold under a name; texts are numbered in order of appearance. */
export function anyValues(name: string, length: number, value: (row: number) => unknown): Values {
  const labels = once(() => {
    const numbers = new Map<string, number>();
    for (let row = 0; row < length; row++) {
      const each = value(row);
      if (typeof each === "string" && !numbers.has(each)) numbers.set(each, numbers.size);
    }
    return numbers;
  });
  const at = (row: number): number => {
    const each = value(row);
    if (typeof each === "string") return labels().get(each) as number;
    return typeof each === "number" || typeof each === "boolean" || typeof each === "bigint" ? Number(each) : Number.NaN;
  };
  const column: Column = {
    name,
    get labels() {
      return labels().size > 0 ? [...labels().keys()] : undefined;
    },
    get missing() {
      return Array.from({ length }, (_, row) => value(row)).filter((each) => each === null || each === undefined || Number.isNaN(each)).length;
    },
    at,
    toArray: () => Float64Array.from({ length }, (_, row) => at(row)),
  };
  const kind = once((): Kind => {
    if (labels().size > 0) return "class";
    if (length > 0 && typeof value(0) === "object") return "array";
    return allWhole(at, length) ? "whole" : "number";
  });
  return {
    column,
    get kind() {
      return kind();
    },
    value,
  };
}

/** The column of some rows, in that order. */
export function selectedColumn(column: Column, length: number, rowOf: (at: number) => number): Column {
  return {
    name: column.name,
    labels: column.labels,
    shape: column.shape,
    get missing() {
      if (column.missing === 0) return 0;
      let count = 0;
      for (let at = 0; at < length; at++) count += Number(Number.isNaN(column.at(rowOf(at))));
      return count;
    },
    at: (at) => column.at(rowOf(at)),
    toArray() {
      const all = column.toArray();
      const size = (column.shape ?? []).reduce((product, extent) => product * extent, 1);
      const chosen = new Float64Array(length * size);
      for (let at = 0; at < length; at++) chosen.set(all.subarray(rowOf(at) * size, (rowOf(at) + 1) * size), at * size);
      return chosen;
    },
  };
}

/** A column of which the name and maybe labels are known, and no values: who asks for them gets an error. */
export function laterColumn(name: string, labels: readonly string[] | undefined, error: () => Error): Column {
  const fail = (): never => {
    throw error();
  };
  return {
    name,
    labels,
    get missing(): number {
      return fail();
    },
    at: fail,
    toArray: fail,
  };
}
