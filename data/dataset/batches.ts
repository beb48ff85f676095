// Rows that are batches of rows.
import { countTo } from "./random.ts";
import { type Base, isLocal, lengthOf, placeOf, type Rows } from "./rows.ts";

// A page that makes no batches does without.
const pieces = () => import("./pieces.ts");

/** Batches of `size` rows; the last may have fewer. */
export function batchedRows(rows: Rows, size: number): Rows {
  const all = countTo(lengthOf(rows));
  const base: Base = {
    length: Math.ceil(all.length / size),
    columns: new Map(),
    row: async (at, turn) => (await pieces()).batchOf([{ rows, places: all.subarray(at * size, (at + 1) * size) }], turn),
    indexOf: (at) => at,
    placeOf: (at) => placeOf(rows, at * size),
    isLocal: isLocal(rows),
  };
  return { base, maps: [] };
}
