import { badWeights, foreignWeights, mismatchLine, weightsDoNotFit } from "../diagnostics.ts";
import { matches } from "../glob.ts";
import { arrayOf, type Machine } from "../machine.ts";
import { counters, type VariableSlot } from "../program.ts";
import type { RestoreOptions, RestoreReport } from "../types.ts";
import { readVariable, setHyper, variablesOf, writeVariable } from "../variables.ts";
import { decode, encode, type Tensor, type TensorFile } from "./safetensors.ts";

/** How the axes of weights are ordered; files that say something else are not loaded as they are. */
const layout = "linear [in, out]";

/** Keys of the metadata that are the runtime's; the others are `net.metadata`. */
const reserved = ["format", "layout", "optimizer", "hyper", "seed", "step"];

const scalar = (machine: Machine, name: string): number => readVariable(machine, name)[0] as number;

/** The net as a safetensors file; equal nets give equal bytes. */
export function saveState(machine: Machine, optimizer: boolean): Uint8Array {
  const slots = variablesOf(machine, "parameter", "layer", ...(optimizer ? ["optimizer" as const] : []));
  const hyper = variablesOf(machine, "hyper").map(({ name }) => [name, scalar(machine, name)]);
  const metadata = new Map([
    ...machine.metadata,
    ["format", "gradc"],
    ["layout", layout],
    ["optimizer", JSON.stringify(slots.filter(({ role }) => role === "optimizer").map(({ name }) => name))],
    ["hyper", JSON.stringify(Object.fromEntries(hyper))],
    ["seed", String(scalar(machine, counters.seed))],
    ["step", String(scalar(machine, counters.step))],
  ]);
  return encode({ metadata, tensors: new Map(slots.map(({ name, shape }) => [name, { shape, data: readVariable(machine, name) }])) });
}

const isSameTensor = ({ dtype, shape }: VariableSlot, { data, shape: got }: Tensor): boolean =>
  data instanceof arrayOf(dtype) && String(shape) === String(got);

/**
 * Sets parameters and states from a file; counters, hyper-parameters and metadata follow unless `only` picks variables. Optimizer state
 * need not fit, since a net may be built with another optimizer or with none: the report says so.
 * @throws GradcError `bad-weights`, `foreign-weights`, `weights-do-not-fit`; then nothing was written
 */
export function restoreState(machine: Machine, source: Uint8Array | ArrayBuffer, options: RestoreOptions = {}): RestoreReport {
  const file = decode(source instanceof Uint8Array ? source : new Uint8Array(source));
  const isOurs = file.metadata.get("format") === "gradc" && file.metadata.get("layout") === layout;
  if (!isOurs && [...file.tensors.values()].some(({ shape }) => shape.length > 1)) throw foreignWeights();
  const settings = settingsOf(file);
  const { only, rename = {} } = options;
  const isWanted = (name: string) => only === undefined || matches([only].flat(), name);
  const nameOf = (name: string) => (typeof rename === "function" ? rename(name) : (rename[name] ?? name));
  const tensors = new Map([...file.tensors].map(([name, tensor]) => [nameOf(name), tensor] as const).filter(([name]) => isWanted(name)));
  const slots = variablesOf(machine, "parameter", "layer", "optimizer").filter(({ name }) => isWanted(name));
  const { report, faults } = compare(slots, tensors, settings.optimizer.map(nameOf));
  if (faults.length > 0 && !options.partial) throw weightsDoNotFit(faults);
  for (const name of report.loaded) writeVariable(machine, name, (tensors.get(name) as Tensor).data);
  if (only === undefined) applySettings(machine, file, settings);
  return report;
}

/** `optional` are the names of optimizer state in the file. */
function compare(slots: readonly VariableSlot[], tensors: ReadonlyMap<string, Tensor>, optional: readonly string[]) {
  const report: RestoreReport = { loaded: [], missing: [], unused: [], mismatched: [] };
  const faults: string[] = [];
  const unused = new Set(tensors.keys());
  for (const slot of slots) {
    const { name, shape, role } = slot;
    const tensor = tensors.get(name);
    const fits = tensor && isSameTensor(slot, tensor);
    report[fits ? "loaded" : tensor ? "mismatched" : "missing"].push(name);
    if (!fits && role !== "optimizer") faults.push(tensor ? mismatchLine(name, shape, tensor.shape) : `"${name}" is missing`);
    unused.delete(name);
  }
  report.unused.push(...unused);
  for (const name of unused) if (!optional.includes(name)) faults.push(`"${name}" is not in the net`);
  return { report, faults };
}

interface Settings {
  readonly seed: number;
  readonly step: number;
  readonly hyper: Readonly<Record<string, number>>;
  readonly optimizer: readonly string[];
}

function settingsOf({ metadata }: TensorFile): Settings {
  const parse = (key: string, otherwise: string, isValid: (value: unknown) => boolean) => {
    let value: unknown;
    try {
      value = JSON.parse(metadata.get(key) ?? otherwise);
    } catch {}
    if (!isValid(value)) throw badWeights(`the metadata "${key}" is damaged`);
    return value as never;
  };
  const isNumbers = (value: unknown) => typeof value === "object" && value !== null && Object.values(value).every(Number.isFinite);
  return {
    seed: parse("seed", "0", Number.isInteger),
    step: parse("step", "0", Number.isInteger),
    hyper: parse("hyper", "{}", isNumbers),
    optimizer: parse("optimizer", "[]", Array.isArray),
  };
}

function applySettings(machine: Machine, { metadata }: TensorFile, { seed, step, hyper }: Settings): void {
  if (metadata.has("seed")) writeVariable(machine, counters.seed, [seed]);
  if (metadata.has("step")) writeVariable(machine, counters.step, [step]);
  const known = variablesOf(machine, "hyper").map(({ name }) => name);
  setHyper(machine, Object.fromEntries(Object.entries(hyper).filter(([name]) => known.includes(name))));
  for (const [key, text] of metadata) if (!reserved.includes(key)) machine.metadata.set(key, text);
}
