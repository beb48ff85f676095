// Batches as pieces of what rows come from, and what is made of them.
import { type Batch, collate, collateColumns, directColumns, type Piece } from "./collate.ts";
import { type DataRow, placeOf, rowAt, type Turn } from "./rows.ts";

/** Where row `at` of a batch stands. */
function placeIn(pieces: readonly Piece[], at: number): string {
  let first = 0;
  for (const { rows, places } of pieces) {
    if (at < first + places.length) return placeOf(rows, places[at - first] as number);
    first += places.length;
  }
  return `row ${at}`;
}

export const placeOfPieces = (pieces: readonly Piece[]) => (at: number) => placeIn(pieces, at);

export const countOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { places }) => sum + places.length, 0);

/** The rows of some pieces. */
function rowsOf(pieces: readonly Piece[], turn: Turn): (DataRow | Promise<DataRow>)[] {
  const made: (DataRow | Promise<DataRow>)[] = [];
  for (const { rows, places } of pieces) for (let i = 0; i < places.length; i++) made.push(rowAt(rows, places[i] as number, turn));
  return made;
}

/** The batch of the rows of some pieces; a promise where rows are. @throws GradcError those of `collate` and of what makes rows */
export function batchOf(pieces: readonly Piece[], turn: Turn): Batch | Promise<Batch> {
  const place = placeOfPieces(pieces);
  const columns = pieces[0] && directColumns(pieces[0].rows);
  if (columns) return collateColumns(pieces, columns, place);
  const made = rowsOf(pieces, turn);
  return made.some((row) => row instanceof Promise) ? Promise.all(made).then((all) => collate(all, place)) : collate(made as DataRow[], place);
}

/** Pieces cut and joined to batches of `size` rows; the last may have fewer. */
export async function* inBatches(source: AsyncIterable<Piece> | Iterable<Piece>, size: number): AsyncGenerator<readonly Piece[]> {
  let [batch, count]: [Piece[], number] = [[], 0];
  for await (const { rows, places } of source) {
    for (let at = 0; at < places.length; ) {
      const part = places.subarray(at, at + size - count);
      batch.push({ rows, places: part });
      count += part.length;
      at += part.length;
      if (count < size) continue;
      yield batch;
      [batch, count] = [[], 0];
    }
  }
  if (count > 0) yield batch;
}
