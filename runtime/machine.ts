import { noEntry, notAModule } from "./diagnostics.ts";
import type { EntryName, EntryPoint, InputSlot, Manifest, TensorSlot, VariableSlot } from "./program.ts";
import type { Losses } from "./types.ts";

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
  /** What it is an instance of, for those who ask for its other sections. */
  readonly module: WebAssembly.Module;
  readonly capacity: number;
  readonly inputs: ReadonlyMap<string, Port>;
  readonly calls: ReadonlyMap<string, Call>;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly metadata: Map<string, string>;
  /** Whether a loss that is NaN or infinite was warned about. */
  isWarned?: boolean;
  /** The same of a loss of validation rows. */
  isHeldWarned?: boolean;
  /** Whether statistics that were never set were warned about. */
  isReminded?: boolean;
  /** Names of variables that hold what a caller or a file set; of an `nn.standardize` also what was taken from rows. */
  readonly isWritten: Set<string>;
}

/** More axes than a tensor has. A list may hold itself. */
export const deepest = 32;

/** The typed array that holds a dtype in memory. */
export const arrayOf = (dtype: string): Float32ArrayConstructor | Int32ArrayConstructor => (dtype === "f32" ? Float32Array : Int32Array);

type Slot = TensorSlot & Partial<Pick<VariableSlot, "strides">>;

/**
 * Puts slots at their places in a memory. Only digits are a number of elements: any other dimension counts as dynamic, so that a slot of a damaged
 * manifest has no more elements than its memory, and all of them together no more than there are bytes.
 * @throws GradcError `not-a-module`, or a TypeError or RangeError instead
 */
function placing(buffer: ArrayBuffer, capacity: number) {
  let room = buffer.byteLength;
  return <S extends Slot>(slot: S): S & Port => {
    const { shape, strides } = slot;
    let size = 1;
    let power = 0;
    // A dimension is a number or a product such as `batch·64`.
    for (const factor of shape.flatMap((dim) => String(dim).split("·"))) {
      if (/^\d+$/.test(factor)) size *= Number(factor);
      else power++;
    }
    const most = size * capacity ** power;
    const length = strides ? size && shape.reduce((reach: number, dim, axis) => reach + (Number(dim) - 1) * (strides[axis] as number), 1) : most;
    room -= length;
    if (!(capacity >= 1 && length >= most && room >= 0) || shape.length > deepest) throw notAModule("damaged");
    return { ...slot, size, power, memory: new (arrayOf(slot.dtype))(buffer, slot.offset, length) };
  };
}

/** The function of a module, in which a manifest that is not the module's own may make a trap. @throws GradcError `not-a-module` */
const guarded =
  (run: Call["run"]): Call["run"] =>
  (n) => {
    try {
      return run(n);
    } catch (cause) {
      throw notAModule("damaged", { cause });
    }
  };

/** Binds the manifest to the memory and the functions of an instance. @throws GradcError `not-a-module`, or a TypeError or RangeError instead */
export function machineFrom(manifest: Manifest, module: WebAssembly.Module, exports: WebAssembly.Exports): Machine {
  const capacity = Number(Object.values(manifest.capacity)[0] ?? 1);
  const portOf = placing((exports.memory as WebAssembly.Memory).buffer, capacity);
  const byName = <S extends Slot>(slots: readonly S[]): Map<string, S & Port> => new Map(slots.map((slot) => [slot.name, portOf(slot)]));
  const inputs = byName(manifest.inputs);
  const calls = manifest.entries.map((entry): [string, Call] => {
    const run = exports[entry.name] as Call["run"];
    const ports = entry.inputs.flatMap((name) => inputs.get(name) ?? []);
    if (typeof run !== "function" || ports.length < entry.inputs.length) throw notAModule("damaged");
    // Two results of one name are the loss and the gradient of a parameter that is called so.
    const results = entry.results.map(portOf);
    const splittable = entry.splittable && results.every((port) => port.power < 2);
    return [entry.name, { ...entry, splittable, inputs: ports, results, run: guarded(run) }];
  });
  return {
    manifest,
    module,
    capacity,
    inputs,
    calls: new Map(calls),
    variables: byName(manifest.variables),
    metadata: new Map(),
    isWritten: new Set(),
  };
}

/** The entry point of that name. @throws GradcError `compiled-in`, `missing-loss` */
export function callNamed(machine: Machine, name: EntryName): Call {
  const call = machine.calls.get(name);
  if (!call) throw noEntry(name, machine.manifest);
  return call;
}

/** The loss and the metrics of a call by name: numbers, and copies of those that have axes. */
export const scores = ({ results }: Call): Losses => {
  let values = {};
  for (const { name, shape, size, memory } of results) values = { ...values, [name]: shape.length ? memory.slice(0, size) : memory[0] };
  return values as Losses;
};
