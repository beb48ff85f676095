// Rows that are read part by part, anew for each epoch: of a file only the part at hand is in memory.
import type { Column } from "../column.ts";
import { shuffled } from "./random.ts";
import {
  allRows,
  type Base,
  type DataRow,
  lengthOf,
  listed,
  type Mapping,
  mapped,
  noTurn,
  placesWhere,
  type RowContext,
  type Rows,
  rowAt,
  select,
} from "./rows.ts";

/** Blocks of rows in order, asked for anew for each epoch. */
export interface Stream {
  /** What messages call the source. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  open(): AsyncIterable<Rows>;
}

/** All rows at hand, or those of a stream. */
export type Core = Rows | Stream;

export const isStream = (core: Core): core is Stream => "open" in core;

/** Rows in blocks: those at hand are one. */
export async function* blocksOf(core: Core): AsyncGenerator<Rows> {
  if (isStream(core)) yield* core.open();
  else yield core;
}

/** A stream with each block, of a number from 0, changed. */
function changed(stream: Stream, change: (rows: Rows, block: number) => Rows | Promise<Rows>): Stream {
  return {
    ...stream,
    async *open() {
      let block = 0;
      for await (const rows of stream.open()) yield await change(rows, block++);
    },
  };
}

export const mappedStream = (stream: Stream, mapping: Mapping): Stream => changed(stream, (rows) => mapped(rows, mapping));

/** Shuffled within each block. */
export const shuffledStream = (stream: Stream, seed: number): Stream =>
  changed(stream, (rows, block) => select(rows, shuffled(lengthOf(rows), seed, block)));

/** The rows for which a condition, which each block gives, holds. */
export const chosenStream = (stream: Stream, condition: (rows: Rows) => (at: number) => boolean): Stream =>
  changed(stream, (rows) => select(rows, placesWhere(lengthOf(rows), condition(rows))));

/** Whether a row is meant. */
export type Condition = (row: DataRow, context: RowContext) => boolean | Promise<boolean>;

/** The places of the rows that a condition holds for. */
export async function filteredPlaces(rows: Rows, holds: Condition): Promise<Int32Array> {
  const all = await allRows(rows, noTurn);
  const kept = await Promise.all(all.map((row, at) => holds(row, contextOf(rows, at))));
  return placesWhere(all.length, (at) => Boolean(kept[at]));
}

export const contextOf = ({ base, order }: Rows, at: number): RowContext => ({ ...noTurn, index: base.indexOf(order ? (order[at] as number) : at) });

export const filteredStream = (stream: Stream, holds: Condition): Stream =>
  changed(stream, async (rows) => select(rows, await filteredPlaces(rows, holds)));

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

/** Each row of a base that has been made is kept. */
export function cachedRows(rows: Rows): Base {
  const length = lengthOf(rows);
  const made: (DataRow | Promise<DataRow>)[] = [];
  const base = listed([], rows);
  return {
    ...base,
    length,
    row(at) {
      made[at] ??= rowAt(rows, at, noTurn);
      return made[at] as DataRow | Promise<DataRow>;
    },
  };
}
