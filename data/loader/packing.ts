// Rows as a message between threads: what would be many small copies is one array for each name.
import { type Batch, batchOfColumns, collate } from "../dataset/collate.ts";
import type { DataRow } from "../dataset/rows.ts";
import type { NumberArray } from "../dataset/values.ts";

/** The values of one name: a number or an array of `size` numbers a row one after the other, or whatever the rows hold. */
export type PackedColumn =
  | { readonly name: string; readonly size: number; readonly isArray: boolean; readonly data: NumberArray }
  | { readonly name: string; readonly values: readonly unknown[] };

/** Rows by name, or one by one where they have other names. */
export interface Packed {
  readonly count: number;
  readonly columns?: readonly PackedColumn[];
  readonly rows?: readonly DataRow[];
}

/**
 * Rows as a message, and the buffers that move with it. The text of this function is part of the code of a worker, so that it uses nothing from outside
 * of it. An array that sees a part of a buffer is copied: a message would hold all of the buffer.
 */
export function pack(rows: readonly DataRow[]): readonly [Packed, ArrayBuffer[]] {
  const isNumbers = (value: unknown): value is NumberArray =>
    ArrayBuffer.isView(value) && !(value instanceof DataView || value instanceof BigInt64Array || value instanceof BigUint64Array);
  const own = (value: unknown): unknown => (isNumbers(value) && value.byteLength < value.buffer.byteLength ? value.slice() : value);
  const sendable = (value: unknown): unknown => {
    const picture = value as { readonly data?: unknown } | null | undefined;
    return typeof value === "object" && isNumbers(picture?.data) ? { ...value, data: own(picture.data) } : own(value);
  };
  const count = rows.length;
  const first = rows[0] ?? {};
  const names = Object.keys(first);
  const isEven = rows.every((row) => Object.keys(row).length === names.length && names.every((name) => Object.hasOwn(row, name)));
  if (!isEven)
    return [{ count, rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, sendable(value)]))) }, []];
  const buffers: ArrayBuffer[] = [];
  const columns = names.map((name): PackedColumn => {
    const values = rows.map((row) => row[name]);
    const [model] = values;
    const isArray = isNumbers(model);
    const size = isArray ? model.length : 1;
    const areArrays = isArray && values.every((value) => isNumbers(value) && value.constructor === model.constructor && value.length === size);
    if (!areArrays && !values.every((value) => typeof value === "number")) return { name, values: values.map(sendable) };
    const data = isArray ? new (model.constructor as new (length: number) => NumberArray)(count * size) : Float64Array.from(values as number[]);
    if (isArray) for (let row = 0; row < count; row++) data.set(values[row] as NumberArray, row * size);
    buffers.push(data.buffer as ArrayBuffer);
    return { name, size, isArray, data };
  });
  return [{ count, columns }, buffers];
}

/** The rows of a message as a batch. @throws GradcError as `collate` */
export function collatePacked({ count, columns, rows }: Packed, place: (row: number) => string): Batch {
  return columns ? batchOfColumns(count, columns, place) : collate(rows ?? [], place);
}
