import { badOption } from "../../runtime/diagnostics.ts";
import type { RestoreReport } from "../../runtime/index.ts";
import { checkOptions } from "../../runtime/options.ts";
import { badFile, type Misfit, ownWeights, quoted, weightsOfPyTorchDoNotFit } from "../diagnostics.ts";
import type { FileTensor } from "../safetensors.ts";
import { type NetOfWeights, type Twin, transposed, twinsOf } from "./layout.ts";

/** From names in the file to names in the net: by a table of whole names or their fronts up to a dot, or by a function, which gives undefined for what is to be left out. */
export type Rename = Readonly<Record<string, string>> | ((name: string) => string | undefined);

/** Settings of `importWeights`. */
export interface ImportOptions {
  /**
   * From names in the file to names in the net. A table has whole names or fronts of names, the longest of which counts: `{ "0": "hidden" }` makes
   * `hidden.weight` of `0.weight`; a front that becomes "" is dropped, and the front "" stands before all names. A function gives undefined for
   * what is to be left out.
   */
  readonly rename?: Rename;
}

/** What a file of PyTorch holds: its tensors, or those and its texts. */
export type ImportedTensors =
  | ReadonlyMap<string, FileTensor>
  | { readonly metadata?: ReadonlyMap<string, string>; readonly tensors: ReadonlyMap<string, FileTensor> };

/**
 * Sets parameters and states of a net from tensors with PyTorch's names and layouts, of `readTorch` or `readSafetensors`: matrices that multiply the
 * last axis are [out, in] there and are transposed; numbers become f32. All of the net's must be in the file and the other way round, but for
 * statistics of `nn.standardize`, which PyTorch has no layer for, and `num_batches_tracked`.
 * @throws GradcError `weights-do-not-fit` with each name that is missing, unused or of another shape, and the nearest; `own-weights` for a file of
 * gradc; `unknown-option`, `bad-option`; then nothing was written
 */
export function importWeights(net: NetOfWeights, tensors: ImportedTensors, options: ImportOptions = {}): RestoreReport {
  checkOptions(options, { rename: "function or Object" });
  const given = tensorsIn(tensors);
  const named = renamed(given, options.rename);
  const report: RestoreReport = { loaded: [], missing: [], unused: [], mismatched: [] };
  const twins = new Map(twinsOf(net).map((twin) => [twin.name, twin]));
  const misfits: Misfit[] = [];
  for (const twin of twins.values()) {
    const tensor = named.get(twin.name);
    const fault = faultOf(twin, tensor);
    report[!tensor ? "missing" : fault ? "mismatched" : "loaded"].push(twin.name);
    if (fault && !(fault.kind === "missing" && twin.isOptional)) misfits.push(fault);
  }
  for (const [name, { shape }] of named) {
    if (twins.has(name)) continue;
    report.unused.push(name);
    misfits.push({ kind: "unused", name, file: shape });
  }
  if (misfits.length > 0) throw weightsOfPyTorchDoNotFit(misfits);
  for (const name of report.loaded) net.write(name, valuesOf(twins.get(name) as Twin, named.get(name) as FileTensor));
  return report;
}

/** @throws GradcError `own-weights`, `bad-option` */
function tensorsIn(tensors: ImportedTensors): ReadonlyMap<string, FileTensor> {
  if (tensors instanceof Map) return tensors;
  const file = tensors as Exclude<ImportedTensors, ReadonlyMap<string, FileTensor>> | undefined;
  if (!(file?.tensors instanceof Map)) throw badOption("tensors", tensors, "what readTorch or readSafetensors gives");
  if (file.metadata?.get("format") === "gradc") throw ownWeights();
  return file.tensors;
}

function faultOf({ name, shape }: Twin, tensor: FileTensor | undefined): Misfit | undefined {
  if (!tensor) return { kind: "missing", name, net: shape };
  const fits = tensor.dtype !== "C64" && String(tensor.shape) === String(shape) && tensor.shape.length === shape.length;
  return fits ? undefined : { kind: "mismatched", name, net: shape, file: tensor.shape, ...(tensor.dtype === "C64" && { dtype: tensor.dtype }) };
}

function valuesOf({ isTransposed, shape, dtype }: Twin, { data }: FileTensor): Float32Array | Int32Array {
  const numbers: ArrayLike<number> = data instanceof BigInt64Array || data instanceof BigUint64Array ? Array.from(data, Number) : data;
  if (isTransposed) return transposed(numbers, shape);
  return dtype === "I32" ? Int32Array.from(numbers) : Float32Array.from(numbers);
}

/** Tensors by the names that they are to have. @throws GradcError `bad-weights` where two would have one */
function renamed(tensors: ReadonlyMap<string, FileTensor>, rename: Rename | undefined): Map<string, FileTensor> {
  const named = new Map<string, FileTensor>();
  for (const [stored, tensor] of tensors) {
    const name = typeof rename === "function" ? rename(stored) : nameBy(rename ?? {}, stored);
    if (name === undefined) continue;
    if (named.has(name)) throw badFile(`two tensors are to be called ${quoted(name)}`);
    named.set(name, tensor);
  }
  return named;
}

/** The name that a table gives: of the whole name, or of its longest front. */
function nameBy(table: Readonly<Record<string, string>>, name: string): string {
  for (let front = name; ; front = front.slice(0, Math.max(0, front.lastIndexOf(".")))) {
    const start = Object.hasOwn(table, front) ? table[front] : undefined;
    const rest = name.slice(front.length + (front === "" ? 0 : 1));
    if (start !== undefined) return [start, rest].filter((part) => part !== "").join(".");
    if (front === "") return name;
  }
}
