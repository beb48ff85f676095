// What `fit` takes its rows from, as types alone: a page's program need not know WebAssembly's.
import type { Inputs } from "../types.ts";

/** Batches as `step` takes them; each epoch asks for them anew. */
export type Batches<I extends object = Inputs> = Iterable<I> | AsyncIterable<I>;

/** What `fit` may be told of slices. */
export interface Slicing {
  /** Rows of a step; the capacity by default. */
  readonly batch?: number;
  readonly shuffle?: boolean;
  /** Seed of the order of rows and of the choice of validation rows. */
  readonly seed?: number;
  /** Leave out a last batch with fewer rows. */
  readonly dropLast?: boolean;
}
