// Where the steps of an epoch take their rows from: slices of rows that are at hand, or batches as they are given.
import { aboveCapacity, badOption, leftOut, tooFewRows } from "../diagnostics.ts";
import { type Call, callNamed, type Machine } from "../machine.ts";
import { type Column, prepare } from "../run.ts";
import { shuffle } from "../shuffle.ts";
import type { Inputs } from "../types.ts";
import type { Batches, Slicing } from "./source.ts";

/** Takes a step on rows as `runRows` does; a promise where other tasks are due first. */
export type Step = (columns: readonly Column[], first: number, count: number, order?: Int32Array) => Promise<unknown> | undefined;

/** Takes the steps of an epoch, behind those that are made already, until `isEnded`. */
type Run = (epoch: number, step: Step, made: number, isEnded: () => boolean) => Promise<void>;

/** What `fit` trains on: the steps of an epoch and their number; where all rows are at hand, those to train on and those that are held out. */
export type Source = readonly [call: Call, run: Run, steps: number, rows?: Int32Array, held?: Int32Array];

export const isBatches = (data: object): data is Batches =>
  !!((data as Iterable<Inputs> | null)?.[Symbol.iterator] ?? (data as AsyncIterable<Inputs> | null)?.[Symbol.asyncIterator]);

/** Batches as they are given: a source that went on from a position gives those behind it. */
export function asGiven(machine: Machine, data: Batches): Source {
  const run: Run = async (_, step, __, isEnded) => {
    for await (const inputs of data) {
      const { columns, n } = prepare(machine, "step", inputs);
      await step(columns, 0, n);
      if (isEnded()) return;
    }
  };
  return [callNamed(machine, "step"), run, Number.POSITIVE_INFINITY];
}

/** Rows as batches of the size that `fit` was asked for. */
export function inSlices(machine: Machine, inputs: Inputs, size: number, share: number, options: Slicing): Source {
  const { seed = 0, dropLast = false } = options;
  const { call, columns, n } = prepare(machine, "step", inputs, undefined, Number.MAX_VALUE);
  if (size > machine.capacity) throw aboveCapacity(machine.capacity, size, call);
  const { rows, held } = holdOut(n, share, seed);
  const steps = stepsOf(call, rows.length, size, dropLast);
  const run: Run = async (epoch, step, made, isEnded) => {
    const order = options.shuffle === false ? rows : shuffle(rows.slice(), seed, epoch);
    for (let at = made; at < steps && !isEnded(); at++) {
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
