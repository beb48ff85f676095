// What a dataset is made of: rows at hand, or rows that are read part by part.
import type { Column } from "../column.ts";
import { type DataRow, noTurn, type RowContext, type Rows } from "./rows.ts";

/** Blocks of rows in order, asked for anew for each epoch. */
export interface Stream {
  /** What messages call the source. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  /** Blocks that end before row `skip` are as long as ever, and need hold nothing. */
  open(skip?: number): AsyncIterable<Rows>;
}

/** All rows at hand, or those of a stream. */
export type Core = Rows | Stream;

export const isStream = (core: Core): core is Stream => "open" in core;

/** Rows in blocks: those at hand are one. */
export async function* blocksOf(core: Core): AsyncGenerator<Rows> {
  if (isStream(core)) yield* core.open();
  else yield core;
}

/** Whether a row is meant. */
export type Condition = (row: DataRow, context: RowContext) => boolean | Promise<boolean>;

export const contextOf = ({ base, order }: Rows, at: number): RowContext => ({ ...noTurn, index: base.indexOf(order ? (order[at] as number) : at) });
