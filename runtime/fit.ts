import { badOption, compiledIn, leftOut, lossNotFinite, tooFewRows } from "./diagnostics.ts";
import { convert, rowsOf } from "./inputs.ts";
import { arrayOf, type Call, callNamed, checkRange, invoke, type NativeArray, type Port } from "./machine.ts";
import { machineOf } from "./net.ts";
import { counters } from "./program.ts";
import { shuffle } from "./shuffle.ts";
import { standardize } from "./standardize.ts";
import type { Inputs, Losses, Net, TensorData } from "./types.ts";
import { readVariable } from "./variables.ts";

/** One epoch, counted from 1: the mean loss of its steps, weighted by rows, and the losses of the validation rows after it. */
export interface EpochEntry {
  readonly epoch: number;
  readonly loss: number;
  readonly validation?: Losses;
}

export interface History {
  readonly epochs: EpochEntry[];
}

export interface FitOptions<I extends object = Inputs> {
  readonly epochs: number;
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

/**
 * Trains the net on rows in batches. Before the first step of a net that never made one, the states of `nn.standardize` are set from the training rows.
 * A NaN or infinite loss is warned about once; an abort rejects with the signal's reason after the current step.
 * @throws GradcError `bad-option`, `compiled-in`, `no-entry`, and those of `step`, before the first step
 */
export async function fit<I extends object>(net: Net<I, never>, data: NoInfer<I>, options: FitOptions<NoInfer<I>>): Promise<History> {
  const run = prepare(net, data as Inputs, options as FitOptions);
  const history: History = { epochs: [] };
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const loss = await trainEpoch(run, epoch);
    const entry: EpochEntry = run.held ? { epoch, loss, validation: net.evaluate(run.held as I) } : { epoch, loss };
    history.epochs.push(entry);
    await options.onEpoch?.(entry);
  }
  return history;
}

interface Column {
  readonly port: Port;
  readonly data: NativeArray;
}

interface Run {
  readonly options: FitOptions;
  readonly call: Call;
  readonly columns: readonly Column[];
  /** The training rows. */
  readonly rows: Int32Array;
  readonly batch: number;
  readonly steps: number;
  /** Validation data. */
  readonly held: Inputs | undefined;
  /** Time of the last turn of the event loop, and whether a loss was warned about. */
  turn: number;
  warned: boolean;
}

function prepare(net: object, data: Inputs, options: FitOptions): Run {
  const machine = machineOf(net);
  const call = callNamed(machine, "step");
  const { epochs, batch = machine.capacity, seed = 0, validation = 0 } = options;
  if (!isWhole(epochs, 0)) throw badOption("epochs", epochs, "a whole number");
  if (!isWhole(batch, 1)) throw badOption("batch", batch, "a whole number from 1");
  if (batch > machine.capacity) throw compiledIn(`The module takes at most ${machine.capacity} rows at once`, `--batch ${batch}`);
  if (!Number.isSafeInteger(seed)) throw badOption("seed", seed, "a whole number");
  const n = rowsOf(machine, call, data);
  const columns = columnsOf(call, data);
  const count = typeof validation === "number" ? heldOut(validation, n) : 0;
  const all = Int32Array.from({ length: n }, (_, row) => row);
  const drawn = count > 0 ? shuffle(all.slice(), seed, 0) : all;
  const rows = drawn.slice(count).sort();
  const evaluated = count > 0 ? columnsOf(callNamed(machine, "evaluate"), data) : [];
  const part = drawn.subarray(0, count);
  const held =
    typeof validation === "object"
      ? validation
      : count > 0
        ? Object.fromEntries(evaluated.map((column) => [column.port.name, take(column, part)]))
        : undefined;
  const steps = stepsOf(call, rows.length, batch, options.dropLast);
  if (readVariable(machine, counters.step)[0] === 0) standardize(machine, data, rows);
  return { options, call, columns, rows, batch, steps, held, turn: performance.now(), warned: false };
}

const isWhole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;

function heldOut(share: number, n: number): number {
  const count = share > 0 ? Math.max(1, Math.round(share * n)) : 0;
  if (!(share >= 0 && count < n)) throw badOption("validation", share, "inputs, or a share that leaves rows to train on");
  return count;
}

function columnsOf(call: Call, data: Inputs): Column[] {
  const columns = call.inputs.map((port) => ({ port, data: convert(port, data[port.name] as TensorData) }));
  for (const { port, data } of columns) checkRange(port, data, data.length);
  return columns;
}

/** Copies `count` rows, from position `from` of `order`, to the start of `target`. */
function gather({ port: { size, power }, data }: Column, order: Int32Array, from: number, count: number, target: NativeArray): void {
  if (power === 0) target.set(data);
  for (let i = 0; power > 0 && i < count; i++) {
    const start = (order[from + i] as number) * size;
    // A loop copies short rows faster than a view does, and leaves no garbage.
    if (size > 64) target.set(data.subarray(start, start + size), i * size);
    else for (let at = 0; at < size; at++) target[i * size + at] = data[start + at] as number;
  }
}

function take(column: Column, rows: Int32Array): NativeArray {
  const { size, power, dtype } = column.port;
  const part = new (arrayOf(dtype))(power === 0 ? size : rows.length * size);
  gather(column, rows, 0, rows.length, part);
  return part;
}

function stepsOf({ minimum }: Call, rows: number, batch: number, dropLast = false): number {
  if (Math.min(rows, batch) < minimum) throw tooFewRows("step", Math.min(rows, batch), minimum);
  const whole = Math.floor(rows / batch);
  const rest = rows % batch;
  if (dropLast && whole === 0) throw badOption("dropLast", true, `false where ${rows} rows are fewer than a batch of ${batch}`);
  const isLeftOut = rest > 0 && rest < minimum;
  if (isLeftOut && !dropLast) console.warn(leftOut(rest));
  return rest === 0 || dropLast || isLeftOut ? whole : whole + 1;
}

async function trainEpoch(run: Run, epoch: number): Promise<number> {
  const { options, call, columns, rows, batch, steps } = run;
  const order = (options.shuffle ?? true) ? shuffle(rows.slice(), options.seed ?? 0, epoch) : rows;
  const result = call.results.find(({ name }) => name === "loss") as Port;
  let sum = 0;
  let seen = 0;
  for (let step = 1; step <= steps; step++) {
    options.signal?.throwIfAborted();
    const count = Math.min(batch, rows.length - seen);
    for (const column of columns) gather(column, order, seen, count, column.port.memory);
    invoke(call, count);
    const loss = result.memory[0] as number;
    if (!Number.isFinite(loss) && !run.warned) console.warn(lossNotFinite(loss, epoch, step));
    run.warned ||= !Number.isFinite(loss);
    sum += loss * count;
    seen += count;
    options.onStep?.({ epoch, step, steps, loss });
    if (performance.now() - run.turn > turnMilliseconds) await takeTurn(run);
  }
  return sum / seen;
}

const turnMilliseconds = 16;

// A message channel is not slowed down as timers are in browsers.
async function takeTurn(run: Run): Promise<void> {
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
  run.turn = performance.now();
}
