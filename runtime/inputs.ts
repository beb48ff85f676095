import { badValue, missingInput, shapeMismatch, unequalRows, unknownName } from "./diagnostics.ts";
import { arrayOf, type Call, type Machine, type NativeArray, type Port } from "./machine.ts";
import type { InputSlot } from "./program.ts";
import type { Inputs, TensorData } from "./types.ts";

type List = ArrayLike<unknown>;

const isList = (value: unknown): value is List => typeof value === "object" && value !== null && "length" in value;

// A list may hold itself.
const deepest = 32;

/** The lengths along the first elements: `[rows, columns]` of a matrix. */
function extents(data: unknown): number[] {
  const lengths: number[] = [];
  for (let part = data; isList(part) && lengths.length < deepest; part = part[0]) lengths.push(part.length);
  return lengths;
}

/** How often `data` holds the elements of a port for one row: n where it has rows, else 1. @throws GradcError `shape-mismatch` */
export function countRows({ name, shape, size, power }: Port, data: TensorData): number {
  const lengths = extents(data);
  const elements = lengths.reduce((product, length) => product * length, 1);
  // Rows without elements are counted by their lists.
  const n = elements || size ? elements / size : power ? data.length : 1;
  const isWhole = power ? Number.isInteger(n) : n === 1;
  if (!isWhole || lengths.length === 0 || (lengths.length > 1 && !areNested(lengths, [power ? n : shape[0], ...shape.slice(1)]))) {
    throw shapeMismatch(name, shape, lengths);
  }
  return n;
}

/** Whether lists of lists begin like the shape, and are like it when they are as deep. */
const areNested = (lengths: readonly number[], shape: readonly unknown[]): boolean =>
  lengths.length === shape.length ? String(lengths) === String(shape) : lengths[0] === shape[0];

/** `data` as the typed array of its dtype: itself where it is one, else a copy. @throws GradcError `shape-mismatch`, `bad-value` */
export function convert(port: Port, data: TensorData): NativeArray {
  const { name, dtype, size } = port;
  const rows = countRows(port, data);
  const Native = arrayOf(dtype);
  if ((data as NativeArray)[Symbol.toStringTag] === Native.name) return data as NativeArray;
  const array = new Native(rows * size);
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

/** Whether an element of an input is one that the module can use. */
export const isInRange = ({ range }: InputSlot, value: number): boolean =>
  !range || (value >= range.lower && value < range.upper) || value === range.except;

/** What a record holds under a name; undefined for null, and for what every object inherits, such as `constructor`. */
export const given = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record && Object.hasOwn(record, name) ? (record[name] ?? undefined) : undefined;

/**
 * The number of rows of a call, which all given inputs with rows share; 1 where none has. Looks at lengths only.
 * @throws GradcError `unknown-input`, `missing-input`, `shape-mismatch`, `unequal-rows`
 */
export function rowsOf(machine: Machine, call: Call, inputs: Inputs): number {
  for (const name in inputs) if (!machine.inputs.has(name)) throw unknownName("input", name, machine.inputs.keys());
  const missing = call.inputs.find(({ name }) => !given(inputs, name));
  if (missing) throw missingInput(missing.name, call.name);
  const counts: [string, number][] = [];
  for (const [name, port] of machine.inputs) {
    const data = given(inputs, name);
    const rows = data && countRows(port, data);
    if (rows !== undefined && port.power) counts.push([name, rows]);
  }
  const n = counts[0]?.[1] ?? 1;
  if (counts.some(([, rows]) => rows !== n)) throw unequalRows(counts);
  return n;
}
