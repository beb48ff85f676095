import { compiledIn, tooFewRows } from "./diagnostics.ts";
import { convert, rowsOf } from "./inputs.ts";
import { type Call, callNamed, invoke, type Machine, type NativeArray, type Port, scalars } from "./machine.ts";
import type { Inputs, TensorData } from "./types.ts";
import { variablesOf, writeVariable } from "./variables.ts";

/** All rows of an input, converted. */
export interface Column {
  readonly port: Port;
  readonly data: NativeArray;
}

export const columnsOf = (call: Call, inputs: Inputs): Column[] =>
  call.inputs.map((port) => ({ port, data: convert(port, inputs[port.name] as TensorData) }));

/** Runs a call on `count` rows: those at positions `first` and on of `order`, by default the rows `first` and on. */
export function runRows(call: Call, columns: readonly Column[], first: number, count: number, order?: Int32Array): void {
  for (const { port, data } of columns) {
    if (port.power === 0) port.memory.set(data);
    else if (order) gather(port, data, order, first, count);
    else port.memory.set(data.subarray(first * port.size, (first + count) * port.size));
  }
  invoke(call, count, first);
}

/** Rows shorter than this are moved faster by a loop than by views, and without garbage. */
const shortRow = 64;

function gather({ memory, size }: Port, data: NativeArray, order: Int32Array, first: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const start = (order[first + i] as number) * size;
    if (size > shortRow) memory.set(data.subarray(start, start + size), i * size);
    else for (let at = 0; at < size; at++) memory[i * size + at] = data[start + at] as number;
  }
}

type Collect = (call: Call, first: number, count: number, n: number) => void;

/**
 * Runs the entry point `name` on the inputs, or on their rows `order`, in parts of the capacity where it must be; `collect` sees the
 * call after each part, the part's first row and number of rows, and n.
 * @throws GradcError `compiled-in`, `no-rows`, `batch-norm-one-value`, `index-range`, and those of `callNamed`, `rowsOf` and `convert`
 */
export function run(machine: Machine, name: string, inputs: Inputs, collect?: Collect, order?: Int32Array): Call {
  const { capacity } = machine;
  const call = callNamed(machine, name);
  const rows = rowsOf(machine, call, inputs);
  const n = order?.length ?? rows;
  if (n < call.minimum) throw tooFewRows(name, n, call.minimum);
  if (n > capacity && !call.splittable) throw compiledIn(`batch ${capacity}`, `--batch ${n}`);
  // All are converted before one is written, so that a mistake leaves the memory as it was.
  const columns = columnsOf(call, inputs);
  if (n <= capacity && !order) {
    for (const { port, data } of columns) port.memory.set(data);
    invoke(call, n);
    collect?.(call, 0, n, n);
    return call;
  }
  for (let first = 0; first < n; first += capacity) {
    const count = Math.min(capacity, n - first);
    runRows(call, columns, first, count, order);
    collect?.(call, first, count, n);
  }
  return call;
}

function clearSums(machine: Machine): void {
  for (const { name, size } of variablesOf(machine, "sum")) writeVariable(machine, name, new Float32Array(size));
}

/** The loss and the metrics over all rows, or over the rows `order`. Sums are zeros before, and afterwards too, whatever happened. */
export function evaluate(machine: Machine, inputs: Inputs, order?: Int32Array) {
  clearSums(machine);
  try {
    const call = run(machine, "evaluate", inputs, undefined, order);
    const finish = machine.calls.get("evaluate.finish");
    if (finish) invoke(finish, 0);
    return scalars(finish ?? call);
  } finally {
    clearSums(machine);
  }
}
