import { badWeights, foreignWeights, weightFault, weightsDoNotFit } from "../diagnostics.ts";
import { matches } from "../glob.ts";
import { given } from "../inputs.ts";
import { arrayOf, type Machine, type Variable } from "../machine.ts";
import type { RestoreOptions, RestoreReport, TensorData } from "../types.ts";
import { readVariable, variablesOf, writeVariable } from "../variables.ts";
import { decode, encode, type TensorFile } from "./safetensors.ts";

/** What the metadata of every file say; `layout` is how the axes of weights are ordered, and a file that says something else is not ours. */
const ownMetadata = new Map([
  ["format", "gradc"],
  ["layout", "linear [in, out]"],
]);

/** Counters and hyper-parameters by their keys in the metadata: `seed`, `step`, `lr`. */
const settingsOf = (machine: Machine): Map<string, Variable> =>
  new Map(variablesOf(machine, "counter", "hyper").map((variable) => [variable.name.replace("#", ""), variable]));

/** The net as a safetensors file; equal nets give equal bytes. */
export function saveState(machine: Machine, withOptimizer: boolean): Uint8Array {
  const slots = variablesOf(machine, "parameter", "layer", withOptimizer ? "optimizer" : "layer");
  const tensors = new Map(slots.map(({ name, shape }) => [name, { shape, data: readVariable(machine, name) }]));
  const metadata = new Map([...machine.metadata, ...ownMetadata]);
  for (const [key, { name }] of settingsOf(machine)) metadata.set(key, String(readVariable(machine, name)[0]));
  return encode({ metadata, tensors });
}

/**
 * Sets parameters and states from a file; counters, hyper-parameters and metadata follow unless `only` picks variables. Optimizer state
 * need not fit, since a net may be built with another optimizer or with none: the report says so.
 * @throws GradcError `bad-weights`, `foreign-weights`, `weights-do-not-fit`; then nothing was written
 */
export function restoreState(machine: Machine, source: Uint8Array | ArrayBuffer, options: RestoreOptions = {}): RestoreReport {
  const file = decode(new Uint8Array(source));
  const isOurs = [...ownMetadata].every(([key, text]) => file.metadata.get(key) === text);
  if (!isOurs && [...file.tensors.values()].some(({ shape }) => shape.length > 1)) throw foreignWeights();
  const { report, faults, values } = compare(machine, file.tensors, options);
  if (faults.length > 0 && !options.partial) throw weightsDoNotFit(faults);
  const texts = new Map<string, string>();
  if (isOurs && options.only === undefined) {
    const settings = settingsOf(machine);
    for (const [key, text] of file.metadata) {
      const setting = settings.get(key);
      if (setting) values.set(setting.name, [settingOf(setting, text)]);
      else if (!ownMetadata.has(key)) texts.set(key, text);
    }
  }
  for (const [name, data] of values) writeVariable(machine, name, data);
  for (const [key, text] of texts) machine.metadata.set(key, text);
  return report;
}

/** The number of a setting. @throws GradcError `bad-weights` */
function settingOf({ name, dtype }: Variable, text: string): number {
  const value = Number(text.trim() || Number.NaN);
  const fits = dtype === "f32" ? Number.isFinite(Math.fround(value)) : value === (value | 0);
  if (!fits) throw badWeights(`"${name}" is ${text}`);
  return value;
}

/** Which of the net's variables and of the file's tensors are in both and fit: their values, and what is wrong with the others. */
function compare(machine: Machine, tensors: TensorFile["tensors"], { only, rename = {} }: RestoreOptions) {
  const report: RestoreReport = { loaded: [], missing: [], unused: [], mismatched: [] };
  const values = new Map<string, TensorData>();
  const faults: string[] = [];
  const slots = new Map(variablesOf(machine, "parameter", "layer", "optimizer").map((slot) => [slot.name, slot]));
  // Names of the file by the names that they are to have.
  const names = new Map([...tensors.keys()].map((name) => [typeof rename === "function" ? rename(name) : (given(rename, name) ?? name), name]));
  for (const name of new Set([...slots.keys(), ...names.keys()])) {
    if (only !== undefined && !matches([only].flat(), name)) continue;
    const slot = slots.get(name);
    const source = names.get(name) ?? "";
    const tensor = tensors.get(source);
    const fits = slot && tensor?.data instanceof arrayOf(slot.dtype) && String(tensor.shape) === String(slot.shape);
    report[fits ? "loaded" : !slot ? "unused" : tensor ? "mismatched" : "missing"].push(name);
    if (fits) values.set(name, tensor.data);
    // The optimizer's state of a parameter is named after it: `hidden.weight.m`.
    else if (slot ? slot.role !== "optimizer" : !tensors.has(source.substring(0, source.lastIndexOf(".")))) {
      faults.push(weightFault(name, slot?.shape, tensor?.shape));
    }
  }
  return { report, faults, values };
}
