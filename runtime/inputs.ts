import { badOption, badValue, missingInput, shapeMismatch, unequalRows, unknownName } from "./diagnostics.ts";
import { arrayOf, type Call, deepest, type Machine, type NativeArray, type Port } from "./machine.ts";
import type { InputSlot } from "./program.ts";
import { given, namesOf } from "./record.ts";
import type { Inputs, TensorData } from "./types.ts";

type List = ArrayLike<unknown>;

const isList = (value: unknown): value is List => typeof value === "object" && (value as Partial<List>)?.length !== undefined;

/** Whether a list is of the type that the memory has. */
const isNative = (port: Port, data: unknown): data is NativeArray =>
  (data as NativeArray | null)?.[Symbol.toStringTag] === port.memory[Symbol.toStringTag];

/**
 * The lengths of lists along the first elements, `[rows, columns]` of a matrix, and how often `data` holds the elements of a port for one row: n where
 * it has rows, else 1. Lists of lists are n lists, which are like the shape where they are as deep. @throws GradcError `shape-mismatch`, `bad-option`
 */
function measure(port: Port, data: unknown) {
  const { shape, size, power } = port;
  // The rest would find the same, in a time in which a small net makes a step.
  const rows = isNative(port, data) && power ? data.length / size : 0.5;
  if (Number.isInteger(rows)) return { lengths: [rows * size], n: rows };
  if (data && typeof data === "object" && !isList(data)) throw badOption(port.name, data, "numbers");
  const lengths: number[] = [];
  for (let part = data; isList(part) && lengths.length < deepest; part = part[0]) lengths.push(part.length);
  const [first = Number.NaN, ...rest] = lengths;
  // Rows without elements are counted by their lists.
  const n = power ? (rest.length || !size ? first : first / size) : 1;
  const isFull = lengths.reduce((product, length) => product * length, 1) === n * size;
  const isLike = lengths.length !== shape.length || String(rest) === String(shape.slice(1));
  if (!(isFull && isLike && Number.isInteger(n))) throw shapeMismatch(port.name, shape, lengths);
  return { lengths, n };
}

/** `data` as the typed array of its dtype: itself where it is one, else a copy. @throws GradcError `shape-mismatch`, `bad-value` */
export function convert(port: Port, data: TensorData): NativeArray {
  const { dtype, size } = port;
  const { lengths, n } = measure(port, data);
  if (isNative(port, data)) return data;
  const array = new (arrayOf(dtype))(n * size);
  let at = 0;
  const visit = (part: unknown, depth: number): void => {
    const length = lengths[depth];
    const isLeaf = length === undefined;
    const fits = isLeaf ? typeof part === "number" && (dtype === "f32" || part === (part | 0)) : (part as List)?.length === length;
    if (!fits) throw badValue(port.name, Math.floor(at / size), part, isLeaf ? dtype : `list of ${length}`);
    if (isLeaf) array[at++] = part as number;
    else for (let i = 0; i < length; i++) visit((part as List)[i], depth + 1);
  };
  visit(data, 0);
  return array;
}

/** Whether an element of an input is one that the module can use. */
export const isInRange = ({ dtype, range }: InputSlot, value: number): boolean =>
  !range || (value >= range.lower && value < range.upper) || value === (dtype === "f32" ? range.upper : range.except);

/**
 * The number of rows of a call, which all given inputs with rows share; 1 where none has. Looks at lengths only.
 * @throws GradcError `bad-option`, `unknown-input`, `missing-input`, `shape-mismatch`, `unequal-rows`
 */
export function rowsOf(machine: Machine, call: Call, inputs: Inputs): number {
  const counts: [string, number][] = [];
  for (const name of namesOf("inputs", inputs)) {
    const port = machine.inputs.get(name);
    if (!port) throw unknownName("input", name, machine.inputs.keys());
    const data = inputs[name];
    if (data == null) continue;
    const { n } = measure(port, data);
    if (port.power) counts.push([name, n]);
  }
  const missing = call.inputs.find((port) => given(inputs, port.name) == null);
  if (missing) throw missingInput(missing.name, call.name);
  const n = counts[0]?.[1] ?? 1;
  if (counts.some((count) => count[1] !== n)) throw unequalRows(counts);
  return n;
}
