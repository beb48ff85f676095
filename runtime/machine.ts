import { indexRange, noEntry } from "./diagnostics.ts";
import type { EntryPoint, InputSlot, Manifest, TensorSlot, VariableSlot } from "./program.ts";

export type NativeArray = Float32Array | Int32Array;

/** A tensor at its place in the module's memory. */
export interface Port extends InputSlot {
  /** Elements for n = 1; n rows take `size * n ** power`. */
  readonly size: number;
  /** How often the dynamic dimension occurs in the shape: 1 for rows, 0 for a fixed shape. */
  readonly power: number;
  /** A view with room for the capacity. */
  readonly memory: NativeArray;
}

/** An entry point with its tensors. */
export interface Call extends Omit<EntryPoint, "inputs" | "results"> {
  readonly inputs: readonly Port[];
  readonly results: readonly Port[];
  readonly run: (n: number) => number;
}

/** An instantiated module. */
export interface Machine {
  readonly manifest: Manifest;
  readonly capacity: number;
  readonly buffer: ArrayBuffer;
  readonly inputs: ReadonlyMap<string, Port>;
  readonly calls: ReadonlyMap<string, Call>;
  readonly variables: ReadonlyMap<string, VariableSlot>;
  readonly metadata: Map<string, string>;
}

/** The typed array that holds a dtype in memory. */
export const arrayOf = (dtype: string): Float32ArrayConstructor | Int32ArrayConstructor => (dtype === "f32" ? Float32Array : Int32Array);

function portOf(slot: TensorSlot, buffer: ArrayBuffer, capacity: number): Port {
  let size = 1;
  let power = 0;
  // A dimension is a number or a product such as `batch·64`.
  for (const factor of slot.shape.flatMap((dim) => String(dim).split("·"))) {
    if (Number.isNaN(+factor)) power++;
    else size *= +factor;
  }
  return { ...slot, size, power, memory: new (arrayOf(slot.dtype))(buffer, slot.offset, size * capacity ** power) };
}

/** Binds the manifest to the memory and the functions of an instance. */
export function machineFrom(manifest: Manifest, exports: WebAssembly.Exports): Machine {
  const { buffer } = exports.memory as WebAssembly.Memory;
  const capacity = Object.values(manifest.capacity)[0] ?? 1;
  const port = (slot: TensorSlot) => portOf(slot, buffer, capacity);
  const inputs = new Map(manifest.inputs.map((slot) => [slot.name, port(slot)]));
  const calls = manifest.entries.map((entry): [string, Call] => [
    entry.name,
    {
      ...entry,
      inputs: entry.inputs.map((name) => inputs.get(name) as Port),
      results: entry.results.map(port),
      run: exports[entry.name] as Call["run"],
    },
  ]);
  const variables = new Map(manifest.variables.map((slot) => [slot.name, slot]));
  return { manifest, capacity, buffer, inputs, calls: new Map(calls), variables, metadata: new Map() };
}

/** The entry point of that name. @throws GradcError `compiled-in`, `missing-loss` */
export function callNamed({ calls, manifest }: Machine, name: string): Call {
  const call = calls.get(name);
  if (!call) throw noEntry(name, manifest);
  return call;
}

/** Throws `index-range` at the first of `length` elements that lies outside the range of an i32 input; rows count from `first`. */
export function checkRange(port: Port, data: NativeArray, length: number, first = 0): void {
  const { range, size } = port;
  if (!range) return;
  for (let at = 0; at < length; at++) {
    const value = data[at] as number;
    if ((value < range.lower || value >= range.upper) && value !== range.except) throw indexRange(port, first + Math.floor(at / size), value);
  }
}

/** Runs an entry point on the n rows in its inputs; `first` is the number of the first row, for messages. */
export function invoke(call: Call, n: number, first = 0): void {
  const status = call.run(n);
  if (status === 0) return;
  const port = call.inputs.find(({ name }) => name === call.checks[status - 1]) as Port;
  checkRange(port, port.memory, port.size * n ** port.power, first);
}

/** The scalar results of a call by name. */
export function scalars({ results }: Call): { loss: number } & Record<string, number> {
  const values = {} as { loss: number } & Record<string, number>;
  for (const { name, memory } of results) values[name] = memory[0] as number;
  return values;
}
