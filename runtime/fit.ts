import type { Known } from "./bytes.ts";
import { aboveCapacity, badOption, leftOut, tooFewRows, unknownName } from "./diagnostics.ts";
import type { Call } from "./machine.ts";
import { plain } from "./nearest.ts";
import { machineOf } from "./net.ts";
import { checkOptions } from "./options.ts";
import { given } from "./record.ts";
import { evaluate, prepare, runRows, stepResults } from "./run.ts";
import { shuffle } from "./shuffle.ts";
import { standardize } from "./standardize.ts";
import type { Inputs, Losses, Net, Outputs } from "./types.ts";

/** One epoch, counted from 1: the mean loss of its steps, weighted by rows, and the losses of the validation rows after it. */
export interface EpochEntry<M extends string = string> {
  readonly epoch: number;
  readonly loss: number;
  readonly validation?: Losses<M>;
}

/** What `fit` gives: an entry for each epoch that it made. */
export interface History<M extends string = string> {
  readonly epochs: EpochEntry<M>[];
}

/** Settings of `fit`. */
export interface FitOptions<I extends object = Inputs, M extends string = string> {
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
  readonly onEpoch?: (entry: EpochEntry<M>) => void | Promise<void>;
  /** Called after each step; epoch and step count from 1. */
  readonly onStep?: (progress: { readonly epoch: number; readonly step: number; readonly steps: number; readonly loss: number }) => void;
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

/** What stands here for options of other tools, whose names are not near; by their names as `plain` makes them. */
const instead = {
  callbacks: "onEpoch, onStep",
  learningrate: "net.setHyper({ lr })",
  lr: "net.setHyper({ lr })",
  optimizer: "compile(model, { optimizer })",
  valsplit: "validation",
  verbose: "onEpoch",
};

/**
 * Trains the net on rows in batches. Before the first step the statistics of `nn.standardize` that were never set are set from the training rows.
 * The first loss that is NaN or infinite is warned about; an abort rejects with the signal's reason after the current step.
 * @throws GradcError `unknown-option`, `bad-option`, `compiled-in`, and those of `step`, before the first step
 */
export async function fit<I extends object, M extends string = string>(
  net: Pick<Net<I, Outputs, string, string, M>, "step">,
  data: NoInfer<I>,
  options: FitOptions<NoInfer<I>, NoInfer<M>>,
): Promise<History<M>> {
  const machine = machineOf(net);
  if (!machine) throw badOption("net", net, "a net");
  const { capacity } = machine;
  for (const name in options) {
    const use = given(instead, plain(name));
    if (use) throw unknownName("option", name, [use]);
  }
  checkOptions(options, kinds);
  const { epochs, firstEpoch = 1, batch = capacity, seed = 0, validation = 0, dropLast = false } = options ?? {};
  for (const [name, value] of Object.entries({ epochs, firstEpoch, batch })) {
    if (!(value >= 1)) throw badOption(name, value, "1 or more");
  }
  const inputs = data as Inputs;
  const { call, columns, n } = prepare(machine, "step", inputs, undefined, Number.MAX_VALUE);
  if (batch > capacity) throw aboveCapacity(capacity, batch, call);
  const outside = typeof validation === "object" ? ((validation ?? {}) as Inputs) : undefined;
  const { rows, held } = holdOut(n, outside ? 0 : (validation as number), seed);
  const validated = [outside ?? inputs, outside ? undefined : held] as const;
  const isValidated = outside || held.length > 0;
  // What forbids to evaluate these rows is found before the first step.
  if (isValidated) prepare(machine, "evaluate", ...validated);
  const steps = stepsOf(call, rows.length, batch, dropLast);
  standardize(machine, inputs, rows);
  const history: History<M> = { epochs: [] };
  let turn = 0;
  for (let epoch = firstEpoch; epoch <= epochs; epoch++) {
    const order = options.shuffle === false ? rows : shuffle(rows.slice(), seed, epoch);
    let sum = 0;
    let seen = 0;
    for (let step = 1; step <= steps; step++) {
      options.signal?.throwIfAborted();
      const count = Math.min(batch, order.length - seen);
      runRows(call, columns, seen, count, order);
      const { loss } = stepResults(machine, call);
      sum += loss * count;
      seen += count;
      options.onStep?.({ epoch, step, steps, loss });
      if (performance.now() > turn) turn = await takeTurn();
    }
    const entry = { epoch, loss: sum / seen, ...(isValidated && { validation: evaluate(machine, ...validated) as Losses<M> }) };
    history.epochs.push(entry);
    await options.onEpoch?.(entry);
  }
  return history;
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

/** Lets other tasks run, and gives the time at which they are due again. */
async function takeTurn(): Promise<number> {
  const milliseconds = 16;
  const { port1, port2 } = new MessageChannel();
  // Browsers slow repeated timers down, but not messages.
  await new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  port1.close();
  return performance.now() + milliseconds;
}
