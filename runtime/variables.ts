import { badOption, unknownName } from "./diagnostics.ts";
import { convert } from "./inputs.ts";
import { arrayOf, type Machine, type NativeArray, type Variable } from "./machine.ts";
import type { VariableSlot } from "./program.ts";
import { namesOf } from "./record.ts";
import type { TensorData } from "./types.ts";

/** The variable of that name. @throws GradcError `unknown-variable` */
function variableNamed(machine: Machine, name: string): Variable {
  const variable = machine.variables.get(name);
  if (!variable) {
    const known = [...machine.variables.keys()].filter((key) => !key.startsWith("#"));
    throw unknownName("variable", String(name), known);
  }
  return variable;
}

/** Calls `visit` with the place in memory of every element in row-major order. */
function eachPlace(variable: Variable, visit: (place: number) => void, place = 0, axis = 0): void {
  // Where there are no elements, an extent is not walked either.
  const extent = variable.size && variable.shape[axis];
  if (extent === undefined) visit(place);
  else for (let i = 0; i < extent; i++) eachPlace(variable, visit, place + i * (variable.strides[axis] as number), axis + 1);
}

/** A row-major copy of a variable. @throws GradcError `unknown-variable` */
export function readVariable(machine: Machine, name: string): NativeArray {
  const variable = variableNamed(machine, name);
  const copy = new (arrayOf(variable.dtype))(variable.size);
  let at = 0;
  eachPlace(variable, (place) => {
    copy[at++] = variable.memory[place] as number;
  });
  return copy;
}

/** Sets a variable from row-major data. @throws GradcError `unknown-variable`, `shape-mismatch`, `bad-value`; then nothing was written */
export function writeVariable(machine: Machine, name: string, data: TensorData): void {
  const variable = variableNamed(machine, name);
  const values = convert(variable, data);
  let at = 0;
  eachPlace(variable, (place) => {
    variable.memory[place] = values[at++] as number;
  });
}

/** The variables of some roles, in order of name. */
export const variablesOf = (machine: Machine, ...roles: VariableSlot["role"][]): Variable[] =>
  [...machine.variables.values()].filter((variable) => roles.includes(variable.role)).sort((a, b) => (a.name < b.name ? -1 : 1));

/** Sets hyper-parameters. @throws GradcError `unknown-hyper`, `bad-option` */
export function setHyper(machine: Machine, values: Readonly<Record<string, number | undefined>>): void {
  const known = variablesOf(machine, "hyper").map(({ name }) => name);
  const names = namesOf("values", values);
  for (const name of names) {
    const value = values[name];
    if (!known.includes(name)) throw unknownName("hyper", name, known);
    if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) throw badOption(name, value, "a finite f32");
  }
  for (const name of names) writeVariable(machine, name, [values[name] as number]);
}
