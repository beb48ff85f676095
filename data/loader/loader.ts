// From a dataset to the batches of each epoch.
import { badOption } from "../../runtime/diagnostics.ts";
import { checkOptions } from "../../runtime/options.ts";
import { checkWhole } from "../../runtime/whole.ts";
import { type Batch, directColumns, type Piece, textError } from "../dataset/collate.ts";
import { type Core, isStream } from "../dataset/core.ts";
import { checkDataset, type Dataset } from "../dataset/dataset.ts";
import { batchTooLarge, functionInWorker, missingInBatch, needsAllRows, noRows } from "../dataset/diagnostics.ts";
import { batchOf, countOf, inBatches } from "../dataset/pieces.ts";
import { baseAt, isLocal, lengthOf, placeOf, type Rows, type Turn } from "../dataset/rows.ts";
import { rowsInOrder } from "./order.ts";
import type { Pool } from "./pool.ts";
import type { Sampler } from "./samplers.ts";

/** Settings of `dataLoader`, by PyTorch's names and defaults. */
export interface LoaderOptions {
  /** Rows of a batch; 1 unless stated. */
  readonly batchSize?: number | undefined;
  /** Another order in each epoch, that of `fit` with the same seed; within blocks where a file is read part by part. */
  readonly shuffle?: boolean | undefined;
  /** Seed of the order and of what rows depend on; 0 unless stated. */
  readonly seed?: number | undefined;
  /** Leave out a last batch with fewer rows. */
  readonly dropLast?: boolean | undefined;
  /** The order in place of a shuffle: `weighted`, `stratified`, or a function. */
  readonly sampler?: Sampler | undefined;
  /** Worker threads that run the modules of `map`; 0 unless stated. They change neither rows nor order. */
  readonly numWorkers?: number | undefined;
  /** How many batches a worker makes ahead; 2 unless stated. */
  readonly prefetchFactor?: number | undefined;
}

/** Where a loader is: the epoch, from 1, and how many of its batches and rows were given. It is JSON as it stands. */
export interface LoaderPosition {
  readonly epoch: number;
  readonly batches: number;
  readonly rows: number;
  readonly seed: number;
  /** The number of rows of the dataset, where it is known. */
  readonly length?: number;
}

/** The batches of an epoch, and of the next one each time they are asked for. */
export interface DataLoader<I extends object = Batch> extends AsyncIterable<I> {
  /** The number of batches of an epoch, where it is known. */
  readonly length: number | undefined;
  /** Where the loader is behind the batch that it gave last. */
  position(): LoaderPosition;
  /** Goes on where a loader of the same dataset and settings was, with any number of workers. @throws GradcError `bad-option` */
  seek(position: LoaderPosition): void;
}

const kinds = {
  batchSize: "a whole number",
  shuffle: "boolean",
  seed: "a whole number",
  dropLast: "boolean",
  sampler: "function",
  numWorkers: "a whole number",
  prefetchFactor: "a whole number",
};

interface Settings {
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly sampler: Sampler | undefined;
  readonly numWorkers: number;
  readonly prefetchFactor: number;
}

function settingsOf(options: LoaderOptions): Settings {
  checkOptions(options, kinds);
  const { batchSize = 1, shuffle = false, dropLast = false, sampler, numWorkers = 0, prefetchFactor = 2 } = options;
  checkWhole("batchSize", batchSize, 1);
  checkWhole("numWorkers", numWorkers, 0);
  checkWhole("prefetchFactor", prefetchFactor, 1);
  if (shuffle && sampler) throw badOption("shuffle", shuffle, "false beside a sampler");
  return { batchSize, shuffle, dropLast, sampler, numWorkers, prefetchFactor };
}

/** Refuses columns that no batch can hold, before a batch is made. @throws GradcError `csv-not-a-number`, `csv-missing` */
function checkColumns(rows: Rows): void {
  for (const [name, { kind, column, value }] of directColumns(rows) ?? []) {
    if (kind === "array" || (kind !== "text" && column.missing === 0)) continue;
    for (let at = 0; at < lengthOf(rows); at++) {
      const cell = kind === "text" ? value(baseAt(rows, at)) : column.at(baseAt(rows, at));
      if (typeof cell === "string") throw textError(cell, name, placeOf(rows, at));
      if (cell === null || Number.isNaN(cell)) throw missingInBatch(name, placeOf(rows, at));
    }
  }
}

/** Refuses what can be told before a batch is made. */
function checkCore(core: Core, { batchSize, dropLast, sampler, numWorkers }: Settings): void {
  if (isStream(core)) {
    if (sampler) throw needsAllRows("A sampler", core.name);
    return;
  }
  const length = lengthOf(core);
  if (length === 0) throw noRows();
  if (dropLast && !sampler && length < batchSize) throw batchTooLarge(batchSize, length);
  if (numWorkers > 0 && isLocal(core)) throw functionInWorker();
  checkColumns(core);
}

/** What is made of each, in order; so many are begun ahead of the one that is given. */
async function* ahead<T, U>(source: AsyncIterator<T>, count: number, make: (value: T) => Promise<U>): AsyncGenerator<U> {
  const waiting: Promise<U>[] = [];
  let isOpen = true;
  for (;;) {
    while (isOpen && waiting.length < Math.max(1, count)) {
      const { value, done } = await source.next();
      isOpen = !done;
      if (done) break;
      const made = make(value);
      // It is awaited in its turn.
      made.catch(() => undefined);
      waiting.push(made);
    }
    const next = waiting.shift();
    if (!next) return;
    yield await next;
  }
}

/** The pieces of the batches of an epoch, but for the first rows. @throws GradcError `no-rows` */
async function* pieces(core: Core, settings: Settings, turn: Turn, skip: number): AsyncGenerator<readonly Piece[]> {
  const { batchSize, dropLast, numWorkers } = settings;
  let rows = skip;
  let isGiven = skip > 0;
  for await (const batch of inBatches(rowsInOrder(core, settings, turn, skip), batchSize)) {
    if (numWorkers > 0 && batch.some((piece) => isLocal(piece.rows))) throw functionInWorker();
    rows += countOf(batch);
    if (dropLast && countOf(batch) < batchSize) continue;
    isGiven = true;
    yield batch;
  }
  if (!isGiven) throw rows === 0 ? noRows() : batchTooLarge(batchSize, rows);
}

const hasModules = (core: Core): boolean => isStream(core) || core.maps.length > 0;

/** What a loader gives of an epoch: a batch, and the number of rows. */
interface Given {
  readonly batch: Batch;
  readonly rows: number;
}

async function* epoch(core: Core, settings: Settings, turn: Turn, skip: number): AsyncGenerator<Given> {
  const { numWorkers, prefetchFactor } = settings;
  let pool: Pool | undefined;
  if (numWorkers > 0 && hasModules(core)) pool = (await import("./pool.ts")).startPool(numWorkers);
  const source = pieces(core, settings, turn, skip);
  let number = 0;
  const make = async (batch: readonly Piece[]): Promise<Given> => {
    const isSent = pool && batch[0]?.rows.maps.length;
    return { batch: await (isSent ? (pool as Pool).make(batch, turn, number++) : batchOf(batch, turn)), rows: countOf(batch) };
  };
  try {
    yield* ahead(source, numWorkers * prefetchFactor, make);
  } finally {
    await Promise.all([source.return(undefined), pool?.end()]);
  }
}

function checkPosition(given: LoaderPosition, length: number | undefined): LoaderPosition {
  const { epoch: number, batches, rows, seed, length: before } = given ?? {};
  const isWhole = [number, batches, rows, seed].every(Number.isSafeInteger);
  if (!isWhole || number < 1 || batches < 0 || rows < 0) throw badOption("position", given, "what position() gave");
  if (before !== undefined && length !== undefined && before !== length)
    throw badOption("position", given, `one of ${length} rows, got one of ${before}`);
  return { epoch: number, batches, rows, seed };
}

/**
 * Batches of a dataset as `step` and `fit` take them: for each name of a row an array of all rows of the batch. Each iteration is the next epoch, in an
 * order of its own that the seed gives. A number a row is an Int32Array where it is whole, else a Float32Array; arrays a row are a Float32Array, or an
 * Int32Array of 16 and 32 bit integers. A row is made when it is its turn, and of the batches at most `numWorkers · prefetchFactor` are held.
 * @throws GradcError `bad-option`, `unknown-option`, `no-rows`, `streamed`, `function-in-worker`, `csv-not-a-number`, `csv-missing`; an iteration also
 * `rows-differ`, `bad-value`, `row-failed`, `bad-sampler`, `no-workers`, and what reading throws
 */
export function dataLoader<I extends object = Batch>(dataset: Dataset, options: LoaderOptions = {}): DataLoader<I> {
  const core = checkDataset(dataset);
  const given = options ?? {};
  const settings = settingsOf(given);
  checkCore(core, settings);
  const { batchSize, dropLast, sampler } = settings;
  const { length } = dataset;
  let here: LoaderPosition = { epoch: 1, batches: 0, rows: 0, seed: given.seed ?? 0 };
  let start = here;
  let run = 0;
  async function* iterate(): AsyncGenerator<Batch> {
    const own = ++run;
    const begin = start;
    const after = { ...begin, epoch: begin.epoch + 1, batches: 0, rows: 0 };
    [here, start] = [begin, after];
    let { batches, rows } = begin;
    for await (const { batch, rows: count } of epoch(core, settings, begin, begin.rows)) {
      batches++;
      rows += count;
      if (own === run) here = { ...begin, batches, rows };
      yield batch;
    }
    // Until then the epoch is not over: who goes on behind its last batch gets no batch of it, and then those of the next one.
    if (own === run) here = after;
  }
  return {
    length: length === undefined || sampler ? undefined : dropLast ? Math.floor(length / batchSize) : Math.ceil(length / batchSize),
    position: () => ({ ...here, ...(length !== undefined && { length }) }),
    seek(position) {
      [here, start] = Array<LoaderPosition>(2).fill(checkPosition(position, length)) as [LoaderPosition, LoaderPosition];
      run++;
    },
    [Symbol.asyncIterator]: () => iterate() as unknown as AsyncIterator<I>,
  };
}
