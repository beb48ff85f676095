// What a user holds: named columns, and rows that are made when they are asked for.
import { badOption, tagOf } from "../../runtime/diagnostics.ts";
import { checkOptions } from "../../runtime/options.ts";
import { checkWhole } from "../../runtime/whole.ts";
import type { Column } from "../column.ts";
import { batchedRows } from "./batches.ts";
import { changed } from "./changed.ts";
import { classWeights, oneHot } from "./classes.ts";
import { blocksOf, type Condition, type Core, contextOf, isStream, type Stream } from "./core.ts";
import { columnsLater, needsAllRows } from "./diagnostics.ts";
import { asMapping } from "./mapping.ts";
import { countTo, shuffled } from "./random.ts";
import {
  cachedRows,
  columnsOf,
  type DataRow,
  lengthOf,
  type Mapping,
  mapped,
  noTurn,
  type RowContext,
  type RowFunction,
  type Rows,
  rowAt,
  select,
} from "./rows.ts";
import { checkSplit, folds, type SplitOptions, split } from "./split.ts";
import { anyValues, once } from "./values.ts";

/**
 * Named columns and their rows. Each method gives a new dataset and reads nothing yet, but for `filter` of rows in memory; an iteration makes row by
 * row. Values are never scaled: `nn.standardize` of the model does that, with figures of the training rows.
 */
export interface Dataset extends AsyncIterable<DataRow> {
  /** The columns by name; those of a file that is read part by part have names and no values. */
  readonly columns: ReadonlyMap<string, Column>;
  /** The number of rows; undefined where it is not known before they are read. */
  readonly length: number | undefined;
  /** What a user should know of the source, such as a first column that is taken for an index. */
  readonly notes: readonly string[];
  /**
   * Rows that a function makes of these when they are asked for, or the default export of a module, which worker threads can run. Both are told
   * `{ seed, epoch, index }`, on which random changes may depend: `index` is the number of the row in the source, whatever the order.
   */
  map(change: RowFunction | URL): Dataset;
  /** The rows for which a condition holds. */
  filter(condition: (row: DataRow, context: RowContext) => boolean | Promise<boolean>): Dataset;
  /** Rows that are batches: arrays by name, as `step` takes them. The last may have fewer rows. */
  batch(size: number): Dataset;
  /** The rows in another order, the same in each epoch; within blocks where a file is read part by part. */
  shuffle(seed?: number): Dataset;
  /** The rows to train on, and the share of them that is held out; without options those that `fit` holds out with the same seed. */
  split(share: number, options?: SplitOptions): [training: Dataset, validation: Dataset];
  /** The first rows. */
  take(count: number): Dataset;
  /** Keeps each row when it has been made, so that what is before is done once. */
  cache(): Dataset;
  /** Rows with an array of 0 and a 1 in place of the class in a column. */
  oneHot(column: string): Dataset;
  /** The k pairs of rows to train on and rows to validate with; each row is in one of the latter. */
  kFold(k: number, options?: { readonly seed?: number | undefined }): [training: Dataset, validation: Dataset][];
  /** By the number of the class, its weight: rows / (classes · rows of the class). */
  classWeights(column: string): number[];
}

/** A dataset whose rows are in memory. */
export interface HeldDataset extends Dataset {
  readonly length: number;
}

const cores = new WeakMap<object, Core>();

/** What a dataset is made of; undefined for what is none. */
export const coreOf = (dataset: unknown): Core | undefined => (typeof dataset === "object" && dataset ? cores.get(dataset) : undefined);

/** What is known of the columns of rows that are made: the names in the first row. */
function madeColumns(rows: Rows): Map<string, Column> {
  if (lengthOf(rows) === 0) return new Map();
  const first = rowAt(rows, 0, noTurn);
  if (first instanceof Promise) {
    first.catch(() => undefined);
    throw columnsLater();
  }
  const length = lengthOf(rows);
  return new Map(Object.keys(first).map((name) => [name, anyValues(name, length, (at) => (rowAt(rows, at, noTurn) as DataRow)[name]).column]));
}

function columnsIn(core: Core): ReadonlyMap<string, Column> {
  if (isStream(core)) return core.columns;
  return core.maps.length > 0 || core.base.columns.size === 0 ? madeColumns(core) : columnsOf(core);
}

/** What rows at hand are asked for. @throws GradcError `streamed` */
function atHand(core: Core, what: string): Rows {
  if (isStream(core)) throw needsAllRows(what, core.name);
  return core;
}

function filterRows(rows: Rows, condition: Condition): Core {
  const places: number[] = [];
  for (let at = 0; at < lengthOf(rows); at++) {
    const row = rowAt(rows, at, noTurn);
    const holds = row instanceof Promise ? row : condition(row, contextOf(rows, at));
    if (holds instanceof Promise) {
      holds.catch(() => undefined);
      return changed(asStream(rows), (to, stream) => to.filteredStream(stream, condition));
    }
    if (holds) places.push(at);
  }
  return select(rows, Int32Array.from(places));
}

/** Rows at hand as a stream of one block. */
const asStream = (rows: Rows): Stream => ({ name: "the dataset", columns: columnsOf(rows), open: () => blocksOf(rows) });

function splitCore(core: Core, share: number, options: SplitOptions): readonly [Core, Core] {
  if (!isStream(core)) return split(core, share, options).map((places) => select(core, places)) as [Rows, Rows];
  const { stratify, last } = options;
  if (stratify !== undefined) throw needsAllRows("A stratified split", core.name);
  if (last) throw needsAllRows("A split by order", core.name);
  const part = (isHeld: boolean) => changed(core, (to, stream) => to.partStream(stream, share, isHeld, options));
  return [part(false), part(true)];
}

function foldCore(core: Core, k: number, seed: number): (readonly [Core, Core])[] {
  if (!isStream(core)) return folds(lengthOf(core), k, seed).map((parts) => parts.map((places) => select(core, places)) as [Rows, Rows]);
  checkWhole("k", k, 2);
  const part = (fold: number, isHeld: boolean) => changed(core, (to, stream) => to.foldStream(stream, k, fold, isHeld, seed));
  return Array.from({ length: k }, (_, fold) => [part(fold, false), part(fold, true)]);
}

async function* iterate(core: Core): AsyncGenerator<DataRow> {
  for await (const rows of blocksOf(core)) for (let at = 0; at < lengthOf(rows); at++) yield await rowAt(rows, at, noTurn);
}

const checkFunction = (name: string, value: unknown): void => {
  if (typeof value !== "function") throw badOption(name, value, "a function");
};

/** The dataset of a source; `shown` are its columns where it has more than its rows. */
export function datasetOf(core: Core, notes: readonly string[] = [], shown?: ReadonlyMap<string, Column>): Dataset {
  const next = (other: Core): Dataset => datasetOf(other, notes);
  const pair = ([training, held]: readonly [Core, Core]): [Dataset, Dataset] => [next(training), next(held)];
  const columns = once(() => shown ?? columnsIn(core));
  const withMap = (mapping: Mapping) =>
    next(isStream(core) ? changed(core, (to, stream) => to.mappedStream(stream, mapping)) : mapped(core, mapping));
  const dataset: Dataset = {
    get columns() {
      return columns();
    },
    length: isStream(core) ? undefined : lengthOf(core),
    notes,
    map: (change) => withMap(asMapping(change)),
    filter(condition) {
      checkFunction("condition", condition);
      return next(isStream(core) ? changed(core, (to, stream) => to.filteredStream(stream, condition)) : filterRows(core, condition));
    },
    batch(size) {
      checkWhole("size", size, 1);
      return next(isStream(core) ? changed(core, (to, stream) => to.batchedStream(stream, size)) : batchedRows(core, size));
    },
    shuffle(seed = 0) {
      checkWhole("seed", seed);
      return next(isStream(core) ? changed(core, (to, stream) => to.shuffledStream(stream, seed)) : select(core, shuffled(lengthOf(core), seed, 0)));
    },
    split: (share, options) => pair(splitCore(core, share, checkSplit(share, options))),
    take(count) {
      checkWhole("count", count, 0);
      return next(
        isStream(core) ? changed(core, (to, stream) => to.takenStream(stream, count)) : select(core, countTo(Math.min(count, lengthOf(core)))),
      );
    },
    cache: () => next(isStream(core) ? changed(core, (to, stream) => to.cachedStream(stream)) : { base: cachedRows(core), maps: [] }),
    oneHot: (column) => next(oneHot(atHand(core, "oneHot"), column)),
    kFold(k, options) {
      checkOptions(options, { seed: "a whole number" });
      return foldCore(core, k, options?.seed ?? 0).map(pair);
    },
    classWeights: (column) => classWeights(atHand(core, "classWeights"), column),
    [Symbol.asyncIterator]: () => iterate(core),
  };
  cores.set(dataset, core);
  return dataset;
}

/** The dataset of rows at hand. */
export const heldDataset = (rows: Rows, notes?: readonly string[], shown?: ReadonlyMap<string, Column>): HeldDataset =>
  datasetOf(rows, notes, shown) as HeldDataset;

/** The core of a dataset. @throws GradcError `bad-option` */
export function checkDataset(dataset: unknown): Core {
  const core = coreOf(dataset);
  if (!core) throw badOption("dataset", tagOf(dataset) === "Promise" ? "a promise" : dataset, "a dataset, which await fromCsv(..) gives");
  return core;
}
