import { badValue, missingInput, noRows, ragged, shapeMismatch, unequalRows, unknownName } from "./diagnostics.ts";
import { arrayOf, type Call, type Machine, type NativeArray, type Port } from "./machine.ts";
import type { Dim, Dtype } from "./program.ts";
import type { Inputs, TensorData } from "./types.ts";

/** What data are converted for: an input, or a variable. */
export interface Target {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  readonly size: number;
}

type List = ArrayLike<unknown>;

const isList = (value: unknown): value is List => typeof value === "object" && value !== null && "length" in value;

/** The lengths along the first elements: `[rows, columns]` of a matrix. */
function extents(data: unknown): number[] {
  const lengths: number[] = [];
  for (let part = data; isList(part); part = part[0]) lengths.push(part.length);
  return lengths;
}

/** Number of times that `data` holds `size` elements: n of an input with rows, 1 of a fixed shape. @throws GradcError `shape-mismatch` */
export function countRows(target: Target, data: TensorData): number {
  // The tag is the cheap sign of a typed array, which needs no look inside.
  const flat = isList(data) && typeof data[0] !== "object";
  const lengths = flat ? undefined : extents(data);
  const n = (lengths ? lengths.reduce((product, length) => product * length, lengths.length ? 1 : Number.NaN) : data.length) / target.size;
  const rows = typeof target.shape[0] === "number" ? target.shape[0] : n;
  if (!Number.isInteger(n) || (lengths && lengths[0] !== rows)) throw shapeMismatch(target.name, target.shape, lengths ?? [data.length]);
  return n;
}

const isNative = (dtype: Dtype, data: TensorData): data is NativeArray =>
  (data as NativeArray)[Symbol.toStringTag] === (dtype === "f32" ? "Float32Array" : "Int32Array");

/** Copies `data` to the start of `memory`. @throws GradcError `ragged`, `bad-value` */
export function fill({ name, dtype, size }: Target, data: TensorData, memory: NativeArray): void {
  if (isNative(dtype, data)) {
    memory.set(data);
    return;
  }
  const lengths = extents(data);
  const whole = dtype !== "f32";
  let at = 0;
  const visit = (part: List, depth: number): void => {
    if (part?.length !== lengths[depth]) throw ragged(name, Math.floor(at / size));
    for (let i = 0; i < part.length; i++) {
      const value = part[i];
      if (depth + 1 < lengths.length) visit(value as List, depth + 1);
      else if (typeof value === "number" && (!whole || value === (value | 0))) memory[at++] = value;
      else throw isList(value) ? ragged(name, Math.floor(at / size)) : badValue(name, Math.floor(at / size), value, whole);
    }
  };
  visit(data as List, 0);
}

/** `data` as the typed array of its dtype: itself where it is one, else a copy. */
export function convert(target: Target, data: TensorData): NativeArray {
  if (isNative(target.dtype, data)) return data;
  const array = new (arrayOf(target.dtype))(countRows(target, data) * target.size);
  fill(target, data, array);
  return array;
}

/**
 * The number of rows of a call, 1 for a model without batch; looks at lengths only.
 * @throws GradcError `unknown-input`, `missing-input`, `shape-mismatch`, `unequal-rows`, `no-rows`
 */
export function rowsOf(machine: Machine, call: Call, inputs: Inputs): number {
  for (const name in inputs) if (!machine.inputs.has(name)) throw unknownName("input", name, machine.inputs.keys());
  let n = -1;
  for (const port of call.inputs) {
    const data = inputs[port.name];
    if (data === undefined || data === null) throw missingInput(port.name, call.name);
    const rows = countRows(port, data);
    if (port.power === 0 && rows !== 1) throw shapeMismatch(port.name, port.shape, extents(data));
    if (port.power === 0) continue;
    if (n >= 0 && rows !== n) throw unequalRows(describe(call.inputs, inputs));
    n = rows;
  }
  if (n === 0) throw noRows();
  return Math.abs(n);
}

const describe = (ports: readonly Port[], inputs: Inputs): string[] =>
  ports.filter(({ power }) => power > 0).map((port) => `"${port.name}" ${countRows(port, inputs[port.name] as TensorData)}`);
