// Where the steps of a training take their rows from: rows in memory, or batches that a module makes of them.
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { missingOption, notAModuleOfRows } from "../../../compiler/diagnostics/commands.ts";
import { dataLoader } from "../../../data/index.ts";
import type { TrainingData } from "../../../data/training.ts";
import type { Net, Position } from "../../../runtime/index.ts";
import { callNamed } from "../../../runtime/machine.ts";
import { machineOf } from "../../../runtime/net.ts";
import { standardize } from "../../../runtime/standardize.ts";
import type { Rows } from "../../constant/rows.ts";
import type { TrainOptions } from "./options.ts";
import { rowsOfStep, type Split } from "./rows.ts";
import type { Settings } from "./settings.ts";

/** What `fit` takes. */
interface Given {
  readonly data: Rows | AsyncIterable<Rows>;
  readonly options: { readonly batch?: number; readonly seed?: number };
}

/** The steps of a training. */
export interface Steps {
  /** What `fit` is given to go on from a position; a signal ends what waits for rows. */
  from(position: Position, signal?: AbortSignal): Given;
  /** The number of steps of an epoch. */
  readonly count: number;
  /** The rows of the step that was made last, where they are not those in memory. */
  last(): Rows | undefined;
}

/** The number of steps that `fit` makes of an epoch: rows that are too few for one are left out. */
function stepCount(net: Net, { counts: { training } }: Split, batch: number): number {
  return Math.floor((training + batch - callNamed(machineOf(net), "step").minimum) / batch);
}

/** Steps on rows in memory, in the order of `fit`. */
function slices(count: number, { training }: Split, { batch, seed }: Settings): Steps {
  return { from: () => ({ data: training, options: { batch, seed } }), count, last: () => undefined };
}

/** The address of a module that worker threads can run. @throws GradcError `not-runnable` */
function addressOf(path: string): URL {
  if (/^\.[cm]?ts$/.test(extname(path))) throw notAModuleOfRows(path);
  return pathToFileURL(resolve(path));
}

/** What a source gives until an abort, which waits for nothing: a module may never answer. */
async function* until<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const parts = source[Symbol.asyncIterator]();
  const left = new AbortController();
  const aborted = new Promise<never>((_, reject) =>
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: left.signal }),
  );
  aborted.catch(() => undefined);
  try {
    for (let next = await Promise.race([parts.next(), aborted]); !next.done; next = await Promise.race([parts.next(), aborted])) yield next.value;
  } finally {
    left.abort();
    const end = parts.return?.();
    if (!signal?.aborted) await end;
  }
}

/** Steps on batches in the same order, whose rows a module changes, in worker threads where there are some. */
function augmented(
  count: number,
  { arrays }: Pick<TrainingData, "arrays">,
  split: Split,
  { batch, seed, validation }: Settings,
  { augment = "", workers = 0 }: TrainOptions,
): Steps {
  if (!arrays) throw missingOption("--augment", "arrays: files of NumPy, IDX files, pictures", "nn.dropout of an input, or more rows in the table");
  const { dataset, encode } = arrays;
  const { held } = split.counts;
  // The same rows are held out: those that `fit` holds out.
  const [training = dataset] = held > 0 ? dataset.split(validation, { seed }) : [];
  const changed = training.map(addressOf(augment));
  const dropLast = count * batch < split.counts.training;
  const loader = dataLoader(changed, { batchSize: batch, shuffle: true, seed, numWorkers: workers, dropLast });
  let last: Rows | undefined;
  async function* inputs(signal: AbortSignal | undefined): AsyncGenerator<Rows> {
    for await (const given of until(loader, signal)) {
      const { epoch, batches } = loader.position();
      last = encode(given, (at) => split.rows[rowsOfStep(split, { batch, seed }, epoch, batches)[at] as number] as number);
      yield last;
    }
  }
  return {
    from({ epoch, step, rows }, signal) {
      loader.seek({ epoch, batches: step, rows, seed });
      return { data: { [Symbol.asyncIterator]: () => inputs(signal) }, options: {} };
    },
    count,
    last: () => last,
  };
}

/**
 * The steps that a training makes. What `nn.standardize` knows of rows is set from those in memory, as they are.
 * @throws GradcError `missing-option`, `not-runnable`
 */
export function stepsOf(net: Net, read: Pick<TrainingData, "arrays">, split: Split, settings: Settings, options: TrainOptions): Steps {
  const count = stepCount(net, split, settings.batch);
  if (options.augment === undefined) {
    if (options.workers !== undefined) throw missingOption("--workers", "the module of --augment", "leave it out: steps run in one thread");
    return slices(count, split, settings);
  }
  const steps = augmented(count, read, split, settings, options);
  standardize(
    machineOf(net),
    split.training,
    new Int32Array(split.counts.training).map((_, row) => row),
  );
  return steps;
}
