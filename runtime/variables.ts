import { badOption, shapeMismatch, unknownName } from "./diagnostics.ts";
import { countRows, fill } from "./inputs.ts";
import { arrayOf, type Machine, type NativeArray } from "./machine.ts";
import type { VariableSlot } from "./program.ts";
import type { TensorData } from "./types.ts";

/** The variable of that name. @throws GradcError `unknown-variable` */
function variableNamed({ variables }: Machine, name: string): VariableSlot {
  const slot = variables.get(name);
  if (!slot) throw unknownName("variable", name, variables.keys());
  return slot;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** Calls `move(row-major index, index in memory)` for every element. */
function eachElement({ shape, strides, offset }: VariableSlot, move: (at: number, place: number) => void): void {
  const size = sizeOf(shape);
  for (let at = 0; at < size; at++) {
    let place = offset / 4;
    for (let axis = shape.length - 1, rest = at; axis >= 0; axis--) {
      const dim = shape[axis] as number;
      place += (rest % dim) * (strides[axis] as number);
      rest = Math.floor(rest / dim);
    }
    move(at, place);
  }
}

/** A row-major copy of a variable. @throws GradcError `unknown-variable` */
export function readVariable(machine: Machine, name: string): NativeArray {
  const slot = variableNamed(machine, name);
  const memory = new (arrayOf(slot.dtype))(machine.buffer);
  const copy = new (arrayOf(slot.dtype))(sizeOf(slot.shape));
  eachElement(slot, (at, place) => {
    copy[at] = memory[place] as number;
  });
  return copy;
}

/** Sets a variable from row-major data. @throws GradcError `unknown-variable`, `shape-mismatch`, `ragged`, `bad-value` */
export function writeVariable(machine: Machine, name: string, data: TensorData): void {
  const slot = variableNamed(machine, name);
  const target = { ...slot, size: sizeOf(slot.shape) };
  if (countRows(target, data) !== 1) throw shapeMismatch(name, slot.shape, [data.length]);
  const values = new (arrayOf(slot.dtype))(target.size);
  fill(target, data, values);
  const memory = new (arrayOf(slot.dtype))(machine.buffer);
  eachElement(slot, (at, place) => {
    memory[place] = values[at] as number;
  });
}

/** The variables of some roles, in order of name. */
export const variablesOf = ({ manifest }: Machine, ...roles: VariableSlot["role"][]): VariableSlot[] =>
  manifest.variables.filter(({ role }) => roles.includes(role)).sort((a, b) => (a.name < b.name ? -1 : 1));

/** Sets hyper-parameters. @throws GradcError `unknown-hyper`, `bad-option` */
export function setHyper(machine: Machine, values: Readonly<Record<string, number | undefined>>): void {
  const known = variablesOf(machine, "hyper").map(({ name }) => name);
  for (const [name, value] of Object.entries(values)) {
    if (!known.includes(name)) throw unknownName("hyper", name, known);
    if (!Number.isFinite(value)) throw badOption(name, value, "a finite number");
  }
  for (const [name, value] of Object.entries(values)) writeVariable(machine, name, [value as number]);
}
