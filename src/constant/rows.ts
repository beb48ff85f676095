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
      return [[name, stride === 1 ? values : values.filter((_, i) => Math.floor(i / size) % stride === 0)]];
    }),
  );
}
