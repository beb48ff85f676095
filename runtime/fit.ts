import type { Known } from "./bytes.ts";
import { aboveCapacity, badOption, leftOut, tooFewRows, unknownName } from "./diagnostics.ts";
import { type Call, callNamed, type Machine } from "./machine.ts";
import { plain } from "./nearest.ts";
import { machineOf } from "./net.ts";
import { checkOptions } from "./options.ts";
import { given } from "./record.ts";
import { type Column, evaluate, prepare, runRows, stepResults } from "./run.ts";
import { shuffle } from "./shuffle.ts";
import { remind, standardize } from "./standardize.ts";
import type { Inputs, Losses, Net, Outputs } from "./types.ts";

/** One epoch, counted from 1: the mean loss of its steps, weighted by rows, and the losses of the validation rows after it. */
export interface EpochEntry<M extends string = string, A extends string = never> {
  readonly epoch: number;
  readonly loss: number;
  readonly validation?: Losses<M, A>;
}

/** What `fit` gives: an entry for each epoch that it made. */
export interface History<M extends string = string, A extends string = never> {
  readonly epochs: EpochEntry<M, A>[];
}

/** Settings of `fit`. */
export interface FitOptions<I extends object = Inputs, M extends string = string, A extends string = never, S extends string = M> {
  readonly epochs: number;
  /** The epoch to begin with, for a training that goes on where another ended; 1 unless stated. */
  readonly firstEpoch?: number;
  /** Rows of a step; the capacity by default. */
  readonly batch?: number;
  readonly shuffle?: boolean;
  /** Seed of the order of rows and of the choice of validation rows. */
  readonly seed?: number;
  /** Leave out a last batch with fewer rows. */
  readonly dropLast?: boolean;
  /** Rows to evaluate after each epoch, or the share of the data to hold out for it. */
  readonly validation?: number | I;
  readonly onEpoch?: (entry: EpochEntry<M, A>) => void | Promise<void>;
  /**
   * Called after each step with what it gave; epoch and step count from 1. `steps` is infinite where batches are given: how many is not known.
   */
  readonly onStep?: (progress: Losses<S, A> & { readonly epoch: number; readonly step: number; readonly steps: number }) => void;
  readonly signal?: Known<"AbortSignal">;
}

const kinds = {
  epochs: "a whole number",
  firstEpoch: "a whole number",
  batch: "a whole number",
  shuffle: "boolean",
  seed: "a whole number",
  dropLast: "boolean",
  validation: "number or object",
  onEpoch: "function",
  onStep: "function",
  signal: "AbortSignal or Null",
};

const none = "nothing beside batches";

/** Where rows need not become batches. */
const batchKinds = { ...kinds, batch: none, shuffle: none, seed: none, dropLast: none, validation: "object" };

/** What stands here for options of other tools, whose names are not near; by their names as `plain` makes them. */
const instead = {
  callbacks: "onEpoch, onStep",
  learningrate: "net.setHyper({ lr })",
  lr: "net.setHyper({ lr })",
  optimizer: "compile(model, { optimizer })",
  valsplit: "validation",
  verbose: "onEpoch",
};

/** Batches as `step` takes them; each epoch asks for them anew. */
export type Batches<I extends object = Inputs> = Iterable<I> | AsyncIterable<I>;

/** Takes a step on rows as `runRows` does; a promise where other tasks are due first. */
type Step = (columns: readonly Column[], first: number, count: number, order?: Int32Array) => Promise<void> | undefined;

/** What `fit` trains on: the steps of an epoch and their number; where all rows are at hand, those to train on and those that are held out. */
type Source = readonly [call: Call, run: (epoch: number, step: Step) => Promise<void>, steps: number, rows?: Int32Array, held?: Int32Array];

/**
 * Trains the net on rows in batches, or on batches as they are given. Before the first step the statistics of `nn.standardize` that were never set
 * are set from the training rows; given batches are read by steps alone, so that `net.prepare` sets them.
 * The first loss that is NaN or infinite is warned about; an abort rejects with the signal's reason after the current step.
 * @throws GradcError `unknown-option`, `bad-option`, `compiled-in`, and those of `step`, of rows before the first step
 */
export async function fit<I extends object, M extends string = string, A extends string = never, S extends string = M>(
  net: Pick<Net<I, Outputs, string, string, M, string, A>, "evaluate"> & Pick<Net<I, Outputs, string, string, S, string, A>, "step">,
  data: NoInfer<I> | Batches<NoInfer<I>>,
  options: FitOptions<NoInfer<I>, NoInfer<M>, NoInfer<A>, NoInfer<S>>,
): Promise<History<M, A>> {
  const machine = machineOf(net);
  if (!machine) throw badOption("net", net, "a net");
  for (const name in options) {
    const use = given(instead, plain(name));
    if (use) throw unknownName("option", name, [use]);
  }
  checkOptions(options, isBatches(data) ? batchKinds : kinds);
  const { epochs, firstEpoch = 1, batch = machine.capacity, validation = 0 } = options ?? {};
  for (const [name, value] of Object.entries({ epochs, firstEpoch, batch })) {
    if (!(value >= 1)) throw badOption(name, value, "1 or more");
  }
  const inputs = data as Inputs;
  const outside = typeof validation === "object" && ((validation ?? {}) as Inputs);
  const share = outside ? 0 : (validation as number);
  const [call, run, steps, rows, held] = isBatches(data) ? asGiven(machine, data) : inSlices(machine, inputs, batch, share, options);
  const validated: readonly [Inputs, Int32Array?] | undefined = outside ? [outside] : held?.length ? [inputs, held] : undefined;
  // What forbids to evaluate these rows is found before the first step.
  if (validated) prepare(machine, "evaluate", ...validated);
  if (rows) standardize(machine, inputs, rows);
  else remind(machine);
  const history: History<M, A> = { epochs: [] };
  let turn = 0;
  for (let epoch = firstEpoch; epoch <= epochs; epoch++) {
    let [sum, seen, step] = [0, 0, 0];
    await run(epoch, (columns, first, count, order) => {
      options.signal?.throwIfAborted();
      runRows(call, columns, first, count, order);
      const losses = stepResults(machine, call);
      sum += losses.loss * count;
      seen += count;
      options.onStep?.({ ...losses, epoch, step: ++step, steps } as never);
      return performance.now() > turn ? takeTurn((due) => (turn = due)) : undefined;
    });
    if (!seen) throw tooFewRows(call.name, seen, call.minimum);
    const entry = { epoch, loss: sum / seen, ...(validated && { validation: evaluate(machine, ...validated) as Losses<M, A> }) };
    history.epochs.push(entry);
    await options.onEpoch?.(entry);
  }
  return history;
}

const isBatches = (data: object): data is Batches =>
  !!((data as Iterable<Inputs> | null)?.[Symbol.iterator] ?? (data as AsyncIterable<Inputs> | null)?.[Symbol.asyncIterator]);

function asGiven(machine: Machine, data: Batches): Source {
  const run: Source[1] = async (_, step) => {
    for await (const inputs of data) {
      const { columns, n } = prepare(machine, "step", inputs);
      await step(columns, 0, n);
    }
  };
  return [callNamed(machine, "step"), run, Number.POSITIVE_INFINITY];
}

/** Rows as batches of the size that `fit` was asked for. */
function inSlices(machine: Machine, inputs: Inputs, size: number, share: number, options: Pick<FitOptions, "dropLast" | "seed" | "shuffle">): Source {
  const { seed = 0, dropLast = false } = options;
  const { call, columns, n } = prepare(machine, "step", inputs, undefined, Number.MAX_VALUE);
  if (size > machine.capacity) throw aboveCapacity(machine.capacity, size, call);
  const { rows, held } = holdOut(n, share, seed);
  const steps = stepsOf(call, rows.length, size, dropLast);
  const run: Source[1] = async (epoch, step) => {
    const order = options.shuffle === false ? rows : shuffle(rows.slice(), seed, epoch);
    for (let at = 0; at < steps; at++) {
      const pause = step(columns, at * size, Math.min(size, order.length - at * size), order);
      // Without one a step costs no turn of the event loop.
      if (pause) await pause;
    }
  };
  return [call, run, steps, rows, held];
}

/** The rows to train on, in order, and the share of them that is held out: `fit` with the same seed holds out the same. @throws GradcError `bad-option` */
export function holdOut(n: number, share: number, seed: number): { readonly rows: Int32Array; readonly held: Int32Array } {
  const count = share && Math.max(1, Math.round(share * n));
  if (!(share >= 0 && count < n)) throw badOption("validation", share, "a share that leaves rows");
  const rows = new Int32Array(n).map((_, row) => row);
  if (count) shuffle(rows, seed, 0);
  return { held: rows.slice(0, count), rows: rows.slice(count).sort() };
}

function stepsOf(call: Call, rows: number, batch: number, dropLast: boolean): number {
  const least = dropLast ? batch : call.minimum;
  const most = Math.min(rows, batch);
  if (most < call.minimum) throw tooFewRows(call.name, most, call.minimum);
  const steps = Math.floor((rows + batch - least) / batch);
  if (steps < 1) throw badOption("dropLast", dropLast, `false for ${rows} rows`);
  const rest = rows - steps * batch;
  if (rest > 0 && !dropLast) console.warn(leftOut(rest));
  return steps;
}

/** Lets other tasks run, and then tells the time at which they are due again. */
async function takeTurn(tell: (due: number) => void): Promise<void> {
  const milliseconds = 16;
  const { port1, port2 } = new MessageChannel();
  // Browsers slow repeated timers down, but not messages.
  await new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  port1.close();
  tell(performance.now() + milliseconds);
}
