import { badWeights, foreignWeights, weightFault, weightsDoNotFit } from "../diagnostics.ts";
import { matches } from "../glob.ts";
import { arrayOf, type Machine, type Variable } from "../machine.ts";
import { checkOptions } from "../options.ts";
import { given } from "../record.ts";
import { isStandardized } from "../standardize.ts";
import type { RestoreOptions, RestoreReport, TensorData } from "../types.ts";
import { readVariable, variablesOf, writeVariable } from "../variables.ts";
import { decode, encode } from "./safetensors.ts";

/** What the metadata of every file say; `layout` is how the axes of weights are ordered, and a file that says something else is not ours. */
const ownMetadata = Object.entries({ format: "gradc", layout: "linear [in, out]" });

/** The key of whether mean and deviation of every `nn.standardize` were set. */
const standardizedKey = "standardized";

/** Counters and hyper-parameters by their keys in the metadata: `seed`, `step`, `lr`. */
const settingsOf = (machine: Machine): [string, Variable][] =>
  variablesOf(machine, "counter", "hyper").map((variable) => [variable.name.replace("#", ""), variable]);

/** The net as a safetensors file; equal nets give equal bytes. */
export function saveState(machine: Machine, options?: { readonly optimizer?: boolean }): Uint8Array {
  checkOptions(options, { optimizer: "boolean" });
  const slots = variablesOf(machine, "parameter", "layer", options?.optimizer === false ? "layer" : "optimizer");
  const tensors = new Map(slots.map(({ name, shape }) => [name, { shape, data: readVariable(machine, name) }]));
  const settings = settingsOf(machine).map(([key, slot]): [string, string] => [key, String(readVariable(machine, slot.name))]);
  if (machine.manifest.standardize[0]) settings.push([standardizedKey, String(isStandardized(machine))]);
  return encode({ metadata: new Map([...machine.metadata, ...ownMetadata, ...settings]), tensors });
}

/**
 * Sets parameters and states from a file; counters, hyper-parameters and metadata follow unless `only` picks variables. Optimizer state
 * need not fit, since a net may be built with another optimizer or with none: the report says so. With `partial` the file may be one of another
 * net: what fits of its parameters and states is taken, nothing of its training, and its metadata where all fit.
 * @throws GradcError `bad-weights`, `foreign-weights`, `weights-do-not-fit`, `unknown-option`, `bad-option`; then nothing was written
 */
export function restoreState(machine: Machine, source: Uint8Array | ArrayBuffer, options?: RestoreOptions): RestoreReport {
  checkOptions(options, { only: "string or Array", partial: "boolean", rename: "function or Object" });
  const { only, partial, rename } = options ?? {};
  const { metadata: texts, tensors } = decode(source);
  const isOurs = ownMetadata.map(([key, text]) => texts.get(key) === text && texts.delete(key)).every(Boolean);
  if (!isOurs && [...tensors.values()].some((tensor) => tensor.shape.length > 1)) throw foreignWeights();
  const slots = new Map(variablesOf(machine, "parameter", "layer", partial ? "layer" : "optimizer").map((slot) => [slot.name, slot]));
  // Names of the file by the names that they are to have.
  const names = new Map([...tensors.keys()].map((name) => [typeof rename === "function" ? rename(name) : (given(rename, name) ?? name), name]));
  const report: RestoreReport = { loaded: [], missing: [], unused: [], mismatched: [] };
  const values: [string, TensorData][] = [];
  const faults: string[] = [];
  for (const name of new Set([...slots.keys(), ...names.keys()])) {
    if (only !== undefined && !matches([only].flat(), name)) continue;
    const slot = slots.get(name);
    const stored = names.get(name) ?? "";
    const tensor = tensors.get(stored);
    const fits = slot && tensor?.data instanceof arrayOf(slot.dtype) && String(tensor.shape) === String(slot.shape);
    report[fits ? "loaded" : !slot ? "unused" : tensor ? "mismatched" : "missing"].push(name);
    if (fits) values.push([name, tensor.data]);
    // The optimizer's state of a parameter is named after it: `hidden.weight.m`.
    else if (slot ? slot.role !== "optimizer" : !tensors.has(stored.replace(/\.?[^.]*$/, ""))) {
      faults.push(weightFault(name, slot?.shape, tensor?.shape));
    }
  }
  if (faults[0] && !partial) throw weightsDoNotFit(faults);
  // Files without the key are of a version that set them before the first step.
  const isSet = String(texts.get(standardizedKey) ?? texts.get("step") !== "0") === "true";
  texts.delete(standardizedKey);
  if (!isOurs || only !== undefined || faults[0]) texts.clear();
  for (const [key, setting] of settingsOf(machine)) {
    const text = texts.get(key);
    if (texts.delete(key) && !partial) values.push([setting.name, [settingOf(setting, text as string)]]);
  }
  for (const [name, data] of values) {
    writeVariable(machine, name, data);
    machine.isWritten[isSet ? "add" : "delete"](name);
  }
  for (const [key, text] of texts) machine.metadata.set(key, text);
  return report;
}

/** The number of a setting. @throws GradcError `bad-weights` */
function settingOf(slot: Variable, text: string): number {
  const value = Number(text.trim() || Number.NaN);
  if (slot.dtype === "f32" ? !Number.isFinite(Math.fround(value)) : value !== (value | 0)) throw badWeights(`"${slot.name}" is ${text}`);
  return value;
}
