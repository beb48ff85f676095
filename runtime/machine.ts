import { badOption, noEntry } from "./diagnostics.ts";
import type { EntryPoint, InputSlot, Manifest, TensorSlot, VariableSlot } from "./program.ts";

export type NativeArray = Float32Array | Int32Array;

/** A tensor at its place in the module's memory. */
export interface Port extends InputSlot {
  /** Elements for n = 1; n rows take `size * n ** power`. */
  readonly size: number;
  /** How often the dynamic dimension occurs in the shape: 1 for rows, 0 for a fixed shape. */
  readonly power: number;
  /** The memory from the tensor's first element on. */
  readonly memory: NativeArray;
}

/** A parameter or state at its place. */
export type Variable = VariableSlot & Port;

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
  readonly inputs: ReadonlyMap<string, Port>;
  readonly calls: ReadonlyMap<string, Call>;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly metadata: Map<string, string>;
  /** Whether a loss that is NaN or infinite was warned about. */
  isWarned: boolean;
}

/** The typed array that holds a dtype in memory. */
export const arrayOf = (dtype: string): Float32ArrayConstructor | Int32ArrayConstructor => (dtype === "f32" ? Float32Array : Int32Array);

function portOf<S extends TensorSlot>(slot: S, buffer: ArrayBuffer): S & Port {
  let size = 1;
  let power = 0;
  // A dimension is a number or a product such as `batch·64`.
  for (const factor of slot.shape.flatMap((dim) => String(dim).split("·"))) {
    if (Number.isNaN(+factor)) power++;
    else size *= +factor;
  }
  return { ...slot, size, power, memory: new (arrayOf(slot.dtype))(buffer, slot.offset) };
}

/** Binds the manifest to the memory and the functions of an instance. */
export function machineFrom(manifest: Manifest, exports: WebAssembly.Exports): Machine {
  const { buffer } = exports.memory as WebAssembly.Memory;
  const capacity = Object.values(manifest.capacity)[0] ?? 1;
  const byName = <S extends TensorSlot>(slots: readonly S[]) => new Map(slots.map((slot) => [slot.name, portOf(slot, buffer)]));
  const inputs = byName(manifest.inputs);
  const calls = manifest.entries.map((entry): [string, Call] => [
    entry.name,
    {
      ...entry,
      inputs: entry.inputs.map((name) => inputs.get(name) as Port),
      results: entry.results.map((slot) => portOf(slot, buffer)),
      run: exports[entry.name] as Call["run"],
    },
  ]);
  return { manifest, capacity, inputs, calls: new Map(calls), variables: byName(manifest.variables), metadata: new Map(), isWarned: false };
}

/** The entry point of that name. @throws GradcError `compiled-in`, `missing-loss` */
export function callNamed({ calls, manifest }: Machine, name: string): Call {
  const call = calls.get(name);
  if (!call) throw noEntry(name, manifest);
  return call;
}

/** @throws GradcError `bad-option` unless `value` is a whole number from `least` on */
export function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw badOption(name, value, `a whole number${least > 0 ? " from 1 on" : ""}`);
}

/** The scalar results of a call by name. */
export function scalars({ results }: Call): { loss: number } & Record<string, number> {
  const values = {} as { loss: number } & Record<string, number>;
  for (const { name, memory } of results) values[name] = memory[0] as number;
  return values;
}
