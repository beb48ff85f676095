// Every text that the runtime says to a user. A function a code; `docs/errors.md` lists them.
import { GradcError } from "./error.ts";
import { nearest } from "./nearest.ts";
import type { Dim, InputSlot, Manifest } from "./program.ts";

const list = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(", ") || "none";
const brackets = (shape: readonly Dim[]): string => `[${shape.join(", ")}]`;

/** Bytes or an answer that hold no compiled module; `reason` completes "This is not a gradc module: ...". */
export const notAModule = (reason: string, cause?: unknown): GradcError =>
  new GradcError("not-a-module", `This is not a gradc module: ${reason}`, { cause });

export const otherVersion = (got: unknown, expected: number): GradcError =>
  new GradcError("other-version", `The module has format ${got}, this runtime reads format ${expected}`, {
    help: "build the module and install the runtime from one version of gradc",
  });

export const cannotRead = (source: unknown, cause: unknown): GradcError => new GradcError("cannot-read", `Cannot read "${source}"`, { cause });

/** A call whose entry point was not compiled: there is no loss, no optimizer, or the definition has no such entry. */
export const noEntry = (name: string, { name: model, entries }: Manifest): GradcError =>
  entries.some((entry) => entry.name === "evaluate")
    ? new GradcError("no-entry", `The module "${model}" has no "${name}"${name === "step" ? ": it is built without an optimizer" : ""}`, {
        help: name === "step" ? "gradc build <model.ts> --optimizer adam" : undefined,
      })
    : new GradcError("missing-loss", `The model "${model}" has no loss, so it has no "${name}"`, { help: "return { outputs, loss }" });

/** A choice that was made when the module was built. `rebuild` is the option that changes it. */
export const compiledIn = (what: string, rebuild: string): GradcError =>
  new GradcError("compiled-in", what, { help: `gradc build <model.ts> ${rebuild}` });

export function unknownName(kind: "input" | "variable" | "hyper" | "column", name: string, known: Iterable<string>): GradcError {
  const names = [...known];
  const near = nearest(name, names);
  return new GradcError(`unknown-${kind}`, `There is no ${kind === "hyper" ? "hyper-parameter" : kind} "${name}"; there is ${list(names)}`, {
    help: near && `did you mean "${near}"?`,
  });
}

export const missingInput = (name: string, call: string): GradcError => new GradcError("missing-input", `"${call}" needs the input "${name}"`);

export const shapeMismatch = (name: string, expected: readonly Dim[], got: readonly number[]): GradcError =>
  new GradcError("shape-mismatch", `The shape of "${name}" does not fit\n  got       ${brackets(got)}\n  expected  ${brackets(expected)}`);

export const ragged = (name: string, row: number): GradcError =>
  new GradcError("ragged", `The nested arrays of "${name}" differ in length, first in row ${row}`);

export const badValue = (name: string, row: number, value: unknown, whole: boolean): GradcError =>
  new GradcError("bad-value", `"${name}" takes ${whole ? "whole numbers of 32 bits" : "numbers"}; row ${row} holds ${String(value)}`);

export const indexRange = ({ name, range }: InputSlot, row: number, value: number): GradcError =>
  new GradcError(
    "index-range",
    `Input "${name}", row ${row}: ${value} is outside [${range?.lower}, ${range?.upper})${range?.except === undefined ? "" : ` and is not ${range.except}`}`,
  );

export const unequalRows = (rows: readonly string[]): GradcError =>
  new GradcError("unequal-rows", `The inputs differ in their number of rows: ${rows.join(", ")}`);

export const noRows = (): GradcError => new GradcError("no-rows", "There are no rows");

export const tooFewRows = (call: string, n: number, minimum: number): GradcError =>
  new GradcError("batch-norm-one-value", `"${call}" needs at least ${minimum} rows for the statistics of the batch, got ${n}`);

/** More rows than the module is built for, in a call that cannot run in parts. */
export const aboveCapacity = (call: string, n: number, capacity: number): GradcError =>
  new GradcError("above-capacity", `"${call}" takes at most ${capacity} rows at once, got ${n}`, { help: `gradc build <model.ts> --batch ${n}` });

export const badOption = (name: string, value: unknown, expected: string): GradcError =>
  new GradcError("bad-option", `"${name}" must be ${expected}, got ${String(value)}`);

/** Bytes that are not a well-formed safetensors file of f32 and i32 tensors. */
export const badWeights = (reason: string, cause?: unknown): GradcError =>
  new GradcError("bad-weights", `These weights are not well-formed safetensors: ${reason}`, { cause });

export const foreignWeights = (): GradcError =>
  new GradcError("foreign-weights", "These weights were not written by gradc, so the order of their axes is not known", {
    help: "gradc weights import",
  });

/** Weights that do not fit a net; each line names a tensor. */
export const weightsDoNotFit = (lines: readonly string[]): GradcError =>
  new GradcError("weights-do-not-fit", `The weights do not fit, nothing was changed\n  ${lines.join("\n  ")}`, {
    help: "{ partial: true } loads what fits",
  });

export const mismatchLine = (name: string, expected: readonly number[], got: readonly number[]): string =>
  `"${name}" is ${brackets(expected)}, the weights have ${brackets(got)}`;

/** The warning about a loss that is NaN or infinite. */
export const lossNotFinite = (loss: number, epoch: number, step: number): string => `The loss is ${loss} at epoch ${epoch}, step ${step}`;

/** The warning about a last batch that is too small for batch statistics. */
export const leftOut = (rows: number): string => `The last batch of ${rows} row is left out: batch statistics need more`;
