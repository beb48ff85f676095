import type { Net } from "../../runtime/index.ts";
import { rowSize } from "./predictions.ts";

/** Data of inputs by name, row by row. */
export type Rows = Readonly<Record<string, Float32Array | Int32Array>>;

/** The inputs of a net that have data, of every `stride`-th row, at most `most` rows; all rows where there are no more. */
export function sampleOf({ manifest }: Net, rows: Rows, most: number): Rows {
  return Object.fromEntries(
    manifest.inputs.flatMap(({ name, shape }) => {
      const values = rows[name];
      if (!values) return [];
      if (typeof shape[0] !== "string") return [[name, values]];
      const size = rowSize(shape);
      const stride = Math.max(1, Math.ceil(values.length / size / most));
      return [[name, stride === 1 ? values : everyRow(values, size, stride)]];
    }),
  );
}

function everyRow(values: Rows[string], size: number, stride: number): Rows[string] {
  const count = Math.ceil(values.length / size / stride);
  const picked = new (values.constructor as new (length: number) => Rows[string])(count * size);
  for (let at = 0; at < count; at++) picked.set(values.subarray(at * stride * size, (at * stride + 1) * size), at * size);
  return picked;
}
