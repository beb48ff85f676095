import { badValue, missingInput, shapeMismatch, unequalRows, unknownName } from "./diagnostics.ts";
import { arrayOf, type Call, type Machine, type NativeArray, type Port } from "./machine.ts";
import type { Dim, Dtype } from "./program.ts";
import type { Inputs, TensorData } from "./types.ts";

/** What data are converted for: an input, or a variable. */
export interface Target {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  /** Elements of one row, or of a variable. */
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

/** How often `data` holds `target.size` elements: n of an input with rows, 1 of a fixed shape. @throws GradcError `shape-mismatch` */
export function countRows({ name, shape, size }: Target, data: TensorData): number {
  if (!isList(data)) throw shapeMismatch(name, shape, []);
  // Flat data, the common case, are counted without an allocation.
  const lengths = typeof data[0] === "number" ? undefined : extents(data);
  const elements = lengths ? lengths.reduce((product, length) => product * length, 1) : data.length;
  const n = size > 0 ? elements / size : emptyRows(shape, data, elements);
  const rows = typeof shape[0] === "number" ? shape[0] : n;
  if (!Number.isInteger(n) || (lengths?.[1] !== undefined && lengths[0] !== rows) || isTurned(shape, lengths)) {
    throw shapeMismatch(name, shape, extents(data));
  }
  return n;
}

/** Whether lists as deep as the shape have other lengths: rows and columns exchanged. */
const isTurned = (shape: readonly Dim[], lengths: readonly number[] = []): boolean =>
  lengths.length === shape.length && shape.some((dim, axis) => axis > 0 && dim !== lengths[axis]);

/** Rows without elements are counted by their lists. */
function emptyRows(shape: readonly Dim[], data: TensorData, elements: number): number {
  if (elements > 0) return Number.NaN;
  return typeof shape[0] === "number" ? 1 : data.length;
}

/** `data` as the typed array of its dtype: itself where it is one, else a copy. @throws GradcError `shape-mismatch`, `bad-value` */
export function convert(target: Target, data: TensorData): NativeArray {
  const { name, dtype, size } = target;
  const Native = arrayOf(dtype);
  if ((data as NativeArray | undefined)?.[Symbol.toStringTag] === Native.name) return data as NativeArray;
  const array = new Native(countRows(target, data) * size);
  const lengths = extents(data);
  let at = 0;
  const visit = (part: unknown, depth: number): void => {
    const length = lengths[depth];
    const isLeaf = length === undefined;
    const fits = isLeaf ? typeof part === "number" && (dtype === "f32" || part === (part | 0)) : (part as List)?.length === length;
    if (!fits) throw badValue(name, Math.floor(at / size), part, isLeaf ? dtype : `list of ${length}`);
    if (isLeaf) array[at++] = part as number;
    else for (let i = 0; i < length; i++) visit((part as List)[i], depth + 1);
  };
  visit(data, 0);
  return array;
}

/** What a record holds under a name; undefined for null, and for what every object inherits, such as `constructor`. */
export const given = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record && Object.hasOwn(record, name) ? (record[name] ?? undefined) : undefined;

/**
 * The number of rows of a call, 1 for a model without batch; looks at lengths only.
 * @throws GradcError `unknown-input`, `missing-input`, `shape-mismatch`, `unequal-rows`
 */
export function rowsOf(machine: Machine, call: Call, inputs: Inputs): number {
  for (const name in inputs) if (!machine.inputs.has(name)) throw unknownName("input", name, machine.inputs.keys());
  let n = -1;
  for (const port of call.inputs) {
    const data = given(inputs, port.name);
    if (!data) throw missingInput(port.name, call.name);
    const rows = countRows(port, data);
    if (port.power) {
      if (n >= 0 && rows !== n) throw unequalRows(describeRows(call.inputs, inputs));
      n = rows;
    } else if (rows !== 1) throw shapeMismatch(port.name, port.shape, extents(data));
  }
  return n < 0 ? unreadRows(machine, inputs) : n;
}

/** The rows of an input that the call does not read, for results that have rows all the same; else 1. */
function unreadRows(machine: Machine, inputs: Inputs): number {
  const port = [...machine.inputs.values()].find(({ name, power }) => power && given(inputs, name));
  return port ? countRows(port, inputs[port.name] as TensorData) : 1;
}

const describeRows = (ports: readonly Port[], inputs: Inputs): string =>
  ports.flatMap((port) => (port.power ? `"${port.name}" ${countRows(port, inputs[port.name] as TensorData)}` : [])).join(", ");
