// Columns of classes: which there are, their weights, and 0/1 columns in place of them.
import { notClasses, tooManyClasses } from "./diagnostics.ts";
import { type Base, type DataRow, lengthOf, mapped, type Rows, sourceColumn, valuesIn } from "./rows.ts";
import type { Values } from "./values.ts";

const mostClasses = 1000;

/** Weights are a list by the number of the class. */
const largestTable = 2 ** 20;

/** The classes of a column in the source: labels in order of their numbers, else the different whole numbers by size. @throws GradcError `not-classes` */
function classesIn({ column }: Values, length: number): readonly (string | number)[] {
  if (column.labels) return column.labels;
  return sorted(column.name, length, column.at);
}

/** The different values, which are whole numbers by size or texts in order of appearance. */
function sorted(name: string, length: number, valueAt: (at: number) => unknown): readonly (string | number)[] {
  const distinct = new Set<unknown>();
  for (let at = 0; at < length; at++) distinct.add(plain(valueAt(at)));
  const odd = [...distinct].find((value) => typeof value !== "string" && !Number.isInteger(value));
  if (odd !== undefined) throw notClasses(name, `${Number.isNaN(odd) ? "a value is missing" : `${odd} is not a whole number`}`);
  if (distinct.size > mostClasses) throw tooManyClasses(name, distinct.size);
  const classes = [...distinct] as (string | number)[];
  return classes.every((value) => typeof value === "number") ? classes.sort((a, b) => Number(a) - Number(b)) : classes;
}

/** A 1 in the place of a class. */
function hot(size: number, place: number): Float32Array {
  const row = new Float32Array(size);
  if (place >= 0) row[place] = 1;
  return row;
}

/** The rows with an array of 0 and a 1 in place of each class of a column. A missing cell is 0 everywhere. @throws GradcError `unknown-column`, `not-classes` */
export function oneHot(rows: Rows, name: string): Rows {
  if (rows.maps.length > 0) return hotRows(rows, name);
  const { base } = rows;
  if (base.columns.size === 0) return hotRows(rows, name);
  const values = sourceColumn(rows, name);
  const classes = classesIn(values, base.length);
  const placeOf = new Map(classes.map((value, at) => [values.column.labels ? at : value, at]));
  const value = (at: number) => hot(classes.length, placeOf.get(values.column.at(at)) ?? -1);
  const column = {
    ...values.column,
    name,
    labels: classes.map(String),
    missing: values.column.missing,
    at: values.column.at,
    shape: [classes.length],
  };
  return { ...rows, base: withColumn(base, name, { column, kind: "array", value }) };
}

function withColumn(base: Base, name: string, values: Values): Base {
  return {
    ...base,
    columns: new Map([...base.columns].map(([each, own]) => [each, each === name ? values : own])),
    row: (at, turn) => {
      const put = (row: DataRow): DataRow => ({ ...row, [name]: values.value(at) });
      const row = base.row(at, turn);
      return row instanceof Promise ? row.then(put) : put(row);
    },
  };
}

/** The same of what is made of rows. */
function hotRows(rows: Rows, name: string): Rows {
  const classes = sorted(name, lengthOf(rows), valuesIn(rows, name));
  const places = new Map(classes.map((value, at) => [value, at]));
  const run = (row: DataRow) => ({ ...row, [name]: hot(classes.length, places.get(plain(row[name]) as string | number) ?? -1) });
  return mapped(rows, { run });
}

/**
 * By the number of the class, its weight: rows / (classes · rows of it), as scikit-learn's "balanced"; 0 for a class without rows. Labels have the
 * numbers that rows hold.
 */
export function classWeights(rows: Rows, name: string): number[] {
  const length = lengthOf(rows);
  const labels = rows.base.columns.get(name)?.column.labels;
  const valueAt = valuesIn(rows, name);
  const classes = sorted(name, length, valueAt);
  const isNamed = classes.some((value) => typeof value === "string");
  if (!isNamed && Number(classes[0]) < 0) throw notClasses(name, `${classes[0]} is negative`);
  if (!isNamed && Number(classes.at(-1)) >= largestTable) throw notClasses(name, `${classes.at(-1)} is too large for the number of a class`);
  const order: readonly (string | number)[] = isNamed ? (labels ?? classes) : Array.from({ length: Number(classes.at(-1) ?? -1) + 1 }, (_, at) => at);
  const counts = new Map<unknown, number>();
  for (let at = 0; at < length; at++) counts.set(plain(valueAt(at)), (counts.get(plain(valueAt(at))) ?? 0) + 1);
  return order.map((value) => (counts.has(value) ? length / (counts.size * (counts.get(value) as number)) : 0));
}

const plain = (value: unknown): unknown => (typeof value === "boolean" ? Number(value) : value);
