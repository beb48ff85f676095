import { badWeights, foreignWeights, weightFault, weightsDoNotFit } from "../diagnostics.ts";
import { matches } from "../glob.ts";
import { given } from "../inputs.ts";
import { arrayOf, type Machine } from "../machine.ts";
import type { VariableSlot } from "../program.ts";
import type { RestoreOptions, RestoreReport, TensorData } from "../types.ts";
import { readVariable, variablesOf, writeVariable } from "../variables.ts";
import { decode, encode, type Tensor } from "./safetensors.ts";

/** How the axes of weights are ordered; a file that says something else is not ours. */
const layout = "linear [in, out]";

/** Keys and values of the metadata that describe the net: counters and hyper-parameters go by `seed`, `step`, `lr`. */
function describe(machine: Machine): Map<string, string> {
  const settings = variablesOf(machine, "counter", "hyper");
  return new Map([
    ["format", "gradc"],
    ["layout", layout],
    ...settings.map(({ name }): [string, string] => [keyOf(name), String(readVariable(machine, name)[0])]),
  ]);
}

const keyOf = (name: string): string => name.replace("#", "");

/** The net as a safetensors file; equal nets give equal bytes. */
export function saveState(machine: Machine, withOptimizer: boolean): Uint8Array {
  const slots = variablesOf(machine, "parameter", "layer", withOptimizer ? "optimizer" : "layer");
  const tensors = new Map(slots.map(({ name, shape }) => [name, { shape, data: readVariable(machine, name) }]));
  return encode({ metadata: new Map([...machine.metadata, ...describe(machine)]), tensors });
}

/**
 * Sets parameters and states from a file; counters, hyper-parameters and metadata follow unless `only` picks variables. Optimizer state
 * need not fit, since a net may be built with another optimizer or with none: the report says so.
 * @throws GradcError `bad-weights`, `foreign-weights`, `weights-do-not-fit`; then nothing was written
 */
export function restoreState(machine: Machine, source: Uint8Array | ArrayBuffer, { only, partial, rename = {} }: RestoreOptions = {}): RestoreReport {
  const { metadata, tensors } = decode(new Uint8Array(source));
  const isOurs = metadata.get("format") === "gradc" && metadata.get("layout") === layout;
  if (!isOurs && [...tensors.values()].some(({ shape }) => shape.length > 1)) throw foreignWeights();
  const isWanted = ({ name }: Pick<VariableSlot, "name">) => only === undefined || matches([only].flat(), name);
  const nameOf = (name: string) => (typeof rename === "function" ? rename(name) : (given(rename, name) ?? name));
  // The optimizer's state of a parameter is named after it: `hidden.weight.m`.
  const isOptional = (name: string) => tensors.has(name.substring(0, name.lastIndexOf(".")));
  const found = [...tensors].map(([name, tensor]) => ({ ...tensor, name: nameOf(name), isOptional: isOptional(name) })).filter(isWanted);
  const slots = variablesOf(machine, "parameter", "layer", "optimizer").filter(isWanted);
  const { report, faults, values } = compare(slots, found);
  if (faults.length > 0 && !partial) throw weightsDoNotFit(faults);
  if (isOurs && only === undefined) takeMetadata(machine, metadata, values);
  for (const [name, data] of values) writeVariable(machine, name, data);
  return report;
}

interface Found extends Tensor {
  readonly name: string;
  /** Whether it is optimizer state. */
  readonly isOptional: boolean;
}

function compare(slots: readonly VariableSlot[], found: readonly Found[]) {
  const report: RestoreReport = { loaded: [], missing: [], unused: [], mismatched: [] };
  const values = new Map<string, TensorData>();
  const faults: string[] = [];
  const rest = new Map(found.map((tensor) => [tensor.name, tensor]));
  for (const { name, role, dtype, shape } of slots) {
    const tensor = rest.get(name);
    const fits = tensor?.data instanceof arrayOf(dtype) && String(tensor.shape) === String(shape);
    report[fits ? "loaded" : tensor ? "mismatched" : "missing"].push(name);
    if (fits) values.set(name, tensor.data);
    else if (role !== "optimizer") faults.push(weightFault(name, shape, tensor?.shape));
    rest.delete(name);
  }
  for (const { name, shape, isOptional } of rest.values()) {
    report.unused.push(name);
    if (!isOptional) faults.push(weightFault(name, undefined, shape));
  }
  return { report, faults, values };
}

/** Adds counters and hyper-parameters to the values to write, and keeps the texts that are not ours. */
function takeMetadata(machine: Machine, metadata: ReadonlyMap<string, string>, values: Map<string, TensorData>): void {
  for (const { name, dtype } of variablesOf(machine, "counter", "hyper")) {
    const text = metadata.get(keyOf(name));
    if (text === undefined) continue;
    const value = Number(text.trim() || Number.NaN);
    const fits = dtype === "f32" ? Number.isFinite(Math.fround(value)) : value === (value | 0);
    if (!fits) throw badWeights(`"${name}" is ${text}`);
    values.set(name, [value]);
  }
  const own = describe(machine);
  for (const [key, text] of metadata) if (!own.has(key)) machine.metadata.set(key, text);
}
