// Rows that are batches of rows.
import { countTo } from "./random.ts";
import { type Base, isLocal, lengthOf, placeOf, type Rows } from "./rows.ts";
import type { Stream } from "./stream.ts";

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

/** The same of rows that are read part by part. */
export function batchedStream(stream: Stream, size: number): Stream {
  return {
    ...stream,
    async *open() {
      const { batchOf, inBatches, placeOfPieces } = await pieces();
      let number = 0;
      const whole = async function* () {
        for await (const rows of stream.open()) yield { rows, places: countTo(lengthOf(rows)) };
      };
      for await (const batch of inBatches(whole(), size)) {
        const index = number++;
        const row: Base["row"] = (_, turn) => batchOf(batch, turn);
        yield { base: { length: 1, columns: new Map(), row, indexOf: () => index, placeOf: () => placeOfPieces(batch)(0) }, maps: [] };
      }
    },
  };
}
