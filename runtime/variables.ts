import { badOption, shapeMismatch, unknownName } from "./diagnostics.ts";
import { convert } from "./inputs.ts";
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

/** Calls `visit` with the place in memory, in elements, of every element in row-major order. */
function eachPlace(slot: VariableSlot, visit: (place: number) => void, place = slot.offset / 4, axis = 0): void {
  const extent = slot.shape[axis];
  if (extent === undefined) visit(place);
  else for (let i = 0; i < extent; i++) eachPlace(slot, visit, place + i * (slot.strides[axis] as number), axis + 1);
}

/** A row-major copy of a variable. @throws GradcError `unknown-variable` */
export function readVariable(machine: Machine, name: string): NativeArray {
  const slot = variableNamed(machine, name);
  const memory = new (arrayOf(slot.dtype))(machine.buffer);
  const copy = new (arrayOf(slot.dtype))(sizeOf(slot.shape));
  let at = 0;
  eachPlace(slot, (place) => {
    copy[at++] = memory[place] as number;
  });
  return copy;
}

/** Sets a variable from row-major data. @throws GradcError `unknown-variable`, `shape-mismatch`, `bad-value`; then nothing was written */
export function writeVariable(machine: Machine, name: string, data: TensorData): void {
  const slot = variableNamed(machine, name);
  const values = convert({ ...slot, size: sizeOf(slot.shape) }, data);
  if (values.length !== sizeOf(slot.shape)) throw shapeMismatch(name, slot.shape, [data.length]);
  const memory = new (arrayOf(slot.dtype))(machine.buffer);
  let at = 0;
  eachPlace(slot, (place) => {
    memory[place] = values[at++] as number;
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
    if (!Number.isFinite(value)) throw badOption(name, value);
    writeVariable(machine, name, [value as number]);
  }
}
