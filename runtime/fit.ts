import { aboveCapacity, badOption, foreignOption, leftOut, tooFewRows } from "./diagnostics.ts";
import type { Call, Machine } from "./machine.ts";
import { plain } from "./nearest.ts";
import { machineOf } from "./net.ts";
import { checkOptions } from "./options.ts";
import { given } from "./record.ts";
import { type Column, evaluate, prepare, runRows, stepResults } from "./run.ts";
import { shuffle } from "./shuffle.ts";
import { standardize } from "./standardize.ts";
import type { Inputs, Losses, Net } from "./types.ts";

/** One epoch, counted from 1: the mean loss of its steps, weighted by rows, and the losses of the validation rows after it. */
export interface EpochEntry {
  readonly epoch: number;
  readonly loss: number;
  readonly validation?: Losses;
}

/** What `fit` gives: an entry for each epoch that it made. */
export interface History {
  readonly epochs: EpochEntry[];
}

/** Settings of `fit`. */
export interface FitOptions<I extends object = Inputs> {
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
  readonly onEpoch?: (entry: EpochEntry) => void | Promise<void>;
  /** Called after each step; epoch and step count from 1. */
  readonly onStep?: (progress: { readonly epoch: number; readonly step: number; readonly steps: number; readonly loss: number }) => void;
  readonly signal?: AbortSignal;
}

const kinds = {
  epochs: "number",
  firstEpoch: "number",
  batch: "number",
  shuffle: "boolean",
  seed: "a whole number",
  dropLast: "boolean",
  validation: "number or object",
  onEpoch: "function",
  onStep: "function",
  signal: "AbortSignal or Null",
};

/** What stands here for options of other tools, whose names are not near; by their names as `plain` makes them. */
const instead = {
  batchsize: "batch",
  callbacks: "onEpoch, onStep",
  initialepoch: "firstEpoch",
  learningrate: "net.setHyper({ lr })",
  lr: "net.setHyper({ lr })",
  optimizer: "compile(model, { optimizer })",
  validationdata: "validation",
  validationsplit: "validation",
  valsplit: "validation",
  verbose: "onEpoch",
};

/**
 * Trains the net on rows in batches. Before the first step the statistics of `nn.standardize` that were never set are set from the training rows.
 * The first loss that is NaN or infinite is warned about; an abort rejects with the signal's reason after the current step.
 * @throws GradcError `unknown-option`, `bad-option`, `compiled-in`, and those of `step`, before the first step
 */
export async function fit<I extends object>(net: Pick<Net<I>, "step">, data: NoInfer<I>, options: FitOptions<NoInfer<I>>): Promise<History> {
  const machine = machineOf(net);
  if (!machine) throw badOption("net", net, 'what "load" resolves to');
  const { capacity } = machine;
  for (const name in options) {
    const use = given(instead, plain(name));
    if (use) throw foreignOption(name, use);
  }
  checkOptions(options, kinds);
  const { epochs, firstEpoch = 1, batch = capacity, seed = 0, validation = 0, dropLast = false } = options ?? {};
  for (const [name, value] of Object.entries({ epochs, firstEpoch, batch })) {
    if (!Number.isSafeInteger(value) || value < 1) throw badOption(name, value, "a whole number from 1 on");
  }
  const inputs = data as Inputs;
  const { call, columns, n } = prepare(machine, "step", inputs, undefined, Number.POSITIVE_INFINITY);
  if (batch > capacity) throw aboveCapacity(capacity, batch, call);
  const outside = typeof validation === "object" ? ((validation ?? {}) as Inputs) : undefined;
  const { rows, held } = holdOut(n, outside ? 0 : (validation as number), seed);
  const validate = validator(machine, outside ?? inputs, outside ? undefined : held);
  const train = trainer(machine, call, columns, batch, stepsOf(call, rows.length, batch, dropLast), options);
  standardize(machine, inputs, rows);
  const history: History = { epochs: [] };
  for (let epoch = firstEpoch; epoch <= epochs; epoch++) {
    const loss = await train(epoch, options.shuffle === false ? rows : shuffle(rows.slice(), seed, epoch));
    const entry = { epoch, loss, ...validate?.() };
    history.epochs.push(entry);
    await options.onEpoch?.(entry);
  }
  return history;
}

/** The losses of the rows `held`, or of all; undefined for none. What forbids to evaluate them is found at once. */
function validator(machine: Machine, inputs: Inputs, held?: Int32Array): (() => { readonly validation: Losses }) | undefined {
  if (held?.length === 0) return undefined;
  prepare(machine, "evaluate", inputs, held);
  return () => ({ validation: evaluate(machine, inputs, held) });
}

/** The rows to train on, in order, and the share of them that is held out: `fit` with the same seed holds out the same. @throws GradcError `bad-option` */
export function holdOut(n: number, share: number, seed: number): { readonly rows: Int32Array; readonly held: Int32Array } {
  const count = share && Math.max(1, Math.round(share * n));
  if (!(share >= 0 && count < n)) throw badOption("validation", share, "a share that leaves rows to train on");
  const rows = new Int32Array(n).map((_, row) => row);
  if (count) shuffle(rows, seed, 0);
  return { held: rows.slice(0, count), rows: rows.slice(count).sort() };
}

function stepsOf({ name, minimum }: Call, rows: number, batch: number, dropLast: boolean): number {
  const least = dropLast ? batch : minimum;
  const most = Math.min(rows, batch);
  if (most < minimum) throw tooFewRows(name, most, minimum);
  const steps = Math.floor((rows + batch - least) / batch);
  if (steps < 1) throw badOption("dropLast", dropLast, `false for ${rows} rows`);
  const rest = rows - steps * batch;
  if (rest > 0 && !dropLast) console.warn(leftOut(rest));
  return steps;
}

type Epoch = (epoch: number, order: Int32Array) => Promise<number>;

/** A pass over rows in a given order, which gives the mean loss. */
function trainer(
  machine: Machine,
  call: Call,
  columns: readonly Column[],
  batch: number,
  steps: number,
  { signal, onStep }: Pick<FitOptions, "onStep" | "signal">,
): Epoch {
  let turn = 0;
  return async (epoch, order) => {
    let sum = 0;
    let seen = 0;
    for (let step = 1; step <= steps; step++) {
      signal?.throwIfAborted();
      const count = Math.min(batch, order.length - seen);
      runRows(call, columns, seen, count, order);
      const { loss } = stepResults(machine, call);
      sum += loss * count;
      seen += count;
      onStep?.({ epoch, step, steps, loss });
      if (performance.now() > turn) turn = await takeTurn();
    }
    return sum / seen;
  };
}

const turnMilliseconds = 16;

/** Lets other tasks run, and gives the time at which they are due again. */
async function takeTurn(): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  // Browsers slow repeated timers down, but not messages.
  await new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  port1.close();
  return performance.now() + turnMilliseconds;
}
