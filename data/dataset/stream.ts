// What changes rows that are read part by part: each block as it comes.
import { type Condition, contextOf, type Stream } from "./core.ts";
import { batchOf, inBatches, placeOfPieces } from "./pieces.ts";
import { countTo, hash, hashText, shuffled } from "./random.ts";
import { allRows, type Base, lengthOf, listed, type Mapping, mapped, noTurn, placesWhere, type Rows, select, valuesIn } from "./rows.ts";
import type { SplitOptions } from "./split.ts";

/** A stream with each block, of a number from 0, changed; `isEqual` where a block keeps its rows, in whatever order. */
function inBlocks(stream: Stream, change: (rows: Rows, block: number) => Rows | Promise<Rows>, isEqual = false): Stream {
  return {
    ...stream,
    async *open(skip) {
      let block = 0;
      for await (const rows of stream.open(isEqual ? skip : 0)) yield await change(rows, block++);
    },
  };
}

export const mappedStream = (stream: Stream, mapping: Mapping): Stream => inBlocks(stream, (rows) => mapped(rows, mapping), true);

/** Shuffled within each block. */
export const shuffledStream = (stream: Stream, seed: number): Stream =>
  inBlocks(stream, (rows, block) => select(rows, shuffled(lengthOf(rows), seed, block)), true);

/** The rows for which a condition, which each block gives, holds. */
const chosenStream = (stream: Stream, condition: (rows: Rows) => (at: number) => boolean): Stream =>
  inBlocks(stream, (rows) => select(rows, placesWhere(lengthOf(rows), condition(rows))));

/** The places of the rows that a condition holds for. */
async function filteredPlaces(rows: Rows, holds: Condition): Promise<Int32Array> {
  const all = await allRows(rows, noTurn);
  const kept = await Promise.all(all.map((row, at) => holds(row, contextOf(rows, at))));
  return placesWhere(all.length, (at) => Boolean(kept[at]));
}

export const filteredStream = (stream: Stream, holds: Condition): Stream =>
  inBlocks(stream, async (rows) => select(rows, await filteredPlaces(rows, holds)));

/** The first rows. */
export function takenStream(stream: Stream, count: number): Stream {
  return {
    ...stream,
    async *open() {
      let left = count;
      if (left === 0) return;
      for await (const rows of stream.open()) {
        const length = lengthOf(rows);
        yield length <= left
          ? rows
          : select(
              rows,
              placesWhere(length, (at) => at < left),
            );
        left -= Math.min(left, length);
        if (left === 0) return;
      }
    },
  };
}

/** Rows that are kept when they have been read once. */
export function cachedStream(stream: Stream): Stream {
  let kept: readonly Rows[] | undefined;
  return {
    ...stream,
    async *open() {
      if (kept) return yield* kept;
      const blocks: Rows[] = [];
      for await (const rows of stream.open()) {
        const block = { base: listed(await allRows(rows, noTurn), rows), maps: [] };
        blocks.push(block);
        yield block;
      }
      kept = blocks;
    },
  };
}

/** Batches of `size` rows; the last may have fewer. */
export function batchedStream(stream: Stream, size: number): Stream {
  return {
    ...stream,
    async *open() {
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

/** The number from 0 to 2^32 - 1 by which a row of a streamed file belongs to a part: by its number, or by its group. */
function partNumber(rows: Rows, seed: number, groups?: string): (at: number) => number {
  if (groups === undefined) return (at) => hash(seed, rows.base.indexOf(rows.order ? (rows.order[at] as number) : at));
  const valueAt = valuesIn(rows, groups);
  return (at) => hashText(String(valueAt(at)), seed);
}

/** The rows of one of two parts: those that are held out, a share of all, or the others. */
export function partStream(stream: Stream, share: number, isHeld: boolean, { seed = 0, groups }: SplitOptions): Stream {
  const bound = share * 2 ** 32;
  return chosenStream(stream, (rows) => {
    const numberOf = partNumber(rows, seed, groups);
    return (at) => numberOf(at) < bound === isHeld;
  });
}

/** The rows in a fold of k, or those in the others. */
export const foldStream = (stream: Stream, k: number, fold: number, isHeld: boolean, seed: number): Stream =>
  chosenStream(stream, (rows) => {
    const numberOf = partNumber(rows, seed);
    return (at) => (numberOf(at) % k === fold) === isHeld;
  });
