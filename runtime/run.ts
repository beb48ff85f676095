import * as counters from "./counters.ts";
import { aboveCapacity, indexRange, lossNotFinite, tooFewRows } from "./diagnostics.ts";
import { convert, isInRange, rowsOf } from "./inputs.ts";
import { type Call, callNamed, type Machine, type NativeArray, type Port, scores } from "./machine.ts";
import type { EntryName } from "./program.ts";
import type { Inputs, TensorData } from "./types.ts";
import { readVariable } from "./variables.ts";

/** All rows of an input, converted. */
export interface Column {
  readonly port: Port;
  readonly data: NativeArray;
}

/** Throws `index-range` or `bad-value` at the first element that lies outside the range that an input is checked for: as an index, or by the loss. */
function checkRange({ name, checks }: Call, { port, data }: Column): void {
  if (!port.range || (name === "predict" && !checks.includes(port.name))) return;
  for (let at = 0; at < data.length; at++) {
    const value = data[at] as number;
    if (!isInRange(port, value)) throw indexRange(port, Math.floor(at / port.size), value);
  }
}

/**
 * An entry point, its converted and checked inputs, and their number of rows, or that of `order`; nothing is written yet.
 * @param most rows of a run; more are run in parts, which those of an entry point that mixes rows cannot be
 * @throws GradcError `no-rows`, `batch-norm-one-value`, `index-range`, `compiled-in`, and those of `callNamed`, `rowsOf` and `convert`
 */
export function prepare(machine: Machine, name: EntryName, inputs: Inputs, order?: Int32Array, most = machine.capacity) {
  const call = callNamed(machine, name);
  const rows = rowsOf(machine, call, inputs);
  const n = order?.length ?? rows;
  if (n < call.minimum) throw tooFewRows(name, n, call.minimum);
  if (n > most && !call.splittable) throw aboveCapacity(most, n, call);
  const columns = call.inputs.map((port): Column => ({ port, data: convert(port, inputs[port.name] as TensorData) }));
  for (const column of columns) checkRange(call, column);
  return { call, columns, n };
}

/** Runs a call on `count` rows: those at positions `first` and on of `order`, by default the rows `first` and on. */
export function runRows(call: Call, columns: readonly Column[], first: number, count: number, order?: Int32Array): void {
  for (const { port, data } of columns) {
    const { memory, size } = port;
    if (order && port.power) gather(port, data, order, first, count);
    else memory.set(data.length > count * size ? data.subarray(first * size, (first + count) * size) : data);
  }
  // Checked once more by the module: a callback may have changed the data since.
  if (call.run(count) !== 0) for (const column of columns) checkRange(call, column);
}

function gather(port: Port, data: NativeArray, order: Int32Array, first: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const start = (order[first + i] as number) * port.size;
    for (let at = 0; at < port.size; at++) port.memory[i * port.size + at] = data[start + at] as number;
  }
}

type Collect = (call: Call, first: number, count: number, n: number) => void;

/**
 * Runs what `prepare` gave, on its first n rows or those of `order`, in parts of the capacity where it must be; `collect` sees the call after each
 * part, the part's first row and number of rows, and n.
 */
export function runParts(machine: Machine, { call, columns, n }: ReturnType<typeof prepare>, collect?: Collect, order?: Int32Array) {
  // A module adds up the rows of one part of a sum without compensation, which more than some would show.
  const rowsOfSum = 64;
  const most = call.splittable && !call.results.length ? Math.min(machine.capacity, rowsOfSum) : machine.capacity;
  for (let first = 0; first < n; first += most) {
    const count = Math.min(most, n - first);
    runRows(call, columns, first, count, order);
    collect?.(call, first, count, n);
  }
  return { call, n };
}

/** Runs the entry point `name` on the inputs, or on their rows `order`; see `runParts`. @throws GradcError those of `prepare` */
export const run = (machine: Machine, name: EntryName, inputs: Inputs, collect?: Collect, order?: Int32Array) =>
  // All are converted before one is written, so that a mistake leaves the memory as it was.
  runParts(machine, prepare(machine, name, inputs, order), collect, order);

/** Makes results or states of the sums that a call added up; gives the call that holds the results. */
export function finish(machine: Machine, call: Call): Call {
  const last = machine.calls.get(`${call.name}.finish`) ?? call;
  if (last !== call) last.run(0);
  return last;
}

/** The loss and the metrics of a step that has run; the first loss that is NaN or infinite is warned about. */
export function stepResults(machine: Machine, call: Call) {
  const values = scores(call);
  if (!machine.isWarned && !Number.isFinite(values.loss)) {
    machine.isWarned = true;
    console.warn(lossNotFinite(values.loss, readVariable(machine, counters.step)[0] as number));
  }
  return values;
}

/** The loss and the metrics over all rows, or over the rows `order`. */
export const evaluate = (machine: Machine, inputs: Inputs, order?: Int32Array) =>
  scores(finish(machine, run(machine, "evaluate", inputs, undefined, order).call));
