// Every text that the runtime says to a user. A function a code; `docs/errors.md` lists them.
import { type ErrorDetails, GradcError } from "./error.ts";
import { nearest } from "./nearest.ts";
import { type Dim, type EntryName, type EntryPoint, gamesOf, type InputSlot, type Manifest } from "./program.ts";

const brackets = (shape?: readonly Dim[]): string => (shape ? `[${shape.join(", ")}]` : "nothing");

/** Bytes or an answer that hold no compiled module. */
export const notAModule = (reason: string, details?: ErrorDetails): GradcError =>
  new GradcError("not-a-module", `Not a gradc module: ${reason}`, details);

/** Bytes that the engine does not compile: those of a module are held back by a policy. */
export function notCompiled(bytes: Uint8Array<ArrayBuffer>, cause: Error): GradcError {
  if (WebAssembly.validate(bytes)) {
    const help = "Content-Security-Policy: script-src 'wasm-unsafe-eval'";
    return new GradcError("wasm-blocked", `WebAssembly is blocked: ${cause.message}`, { cause, help });
  }
  // A page begins with "<", and a file of weights with eight bytes of length and a brace.
  const isPage = bytes.find((byte) => byte > 32) === 60;
  return notAModule(isPage ? "an HTML page" : bytes[8] === 123 ? "weights" : bytes[0] ? "no WebAssembly, which gradc build makes" : cause.message, {
    cause,
  });
}

export const otherVersion = (got: unknown, expected: number): GradcError =>
  new GradcError("other-version", `Format ${got}, not ${expected}: rebuild the module`);

export const cannotRead = (source: string, cause: unknown, reason = `: ${(cause as Error)?.message ?? cause}`, help?: string): GradcError =>
  new GradcError("cannot-read", `Cannot read ${source}${reason}`, { cause, help });

/** A module that does not belong to the bindings beside it. */
export const otherBuild = (): GradcError =>
  new GradcError("other-build", "The module is of another build than its bindings", { help: "use all files of one build" });

const unreadable: Readonly<Record<string, string>> = { ENOENT: ": there is no such file", EISDIR: ": it is a folder" };

/** A file that cannot be read, and why where Node says so. */
export const cannotReadFile = (path: string, cause: unknown, what = ""): GradcError =>
  cannotRead(`${what}"${path}"`, cause, unreadable[(cause as { readonly code: string }).code] ?? "");

/** A choice that was made when the module was built; `option` changes it. */
export const compiledIn = (choice: string, option: string): GradcError =>
  new GradcError("compiled-in", `Compiled with ${choice}`, { help: `build with ${option}` });

/** More rows than the memory holds: a batch, or what cannot be run in parts, since a value of one row depends on the others. */
export const aboveCapacity = (capacity: number, n: number, call: Pick<EntryPoint, "training">): GradcError =>
  compiledIn(`batch ${capacity}${call.training ? "" : ", and rows are mixed"}`, `--batch ${n} or { batch: ${n} }`);

/** A call whose entry point was not compiled, for want of a game that is meant, of a loss or of an optimizer. */
export function noEntry(call: EntryName, { name, entries }: Manifest): GradcError {
  const games = gamesOf(entries);
  const [method, game] = call.split(".");
  if ((games[0] ?? game) && !games.includes(game as string))
    return new GradcError("unknown-game", `"${method}" needs ${games[0] ? `{ game: "${games.join('" or "')}" }` : "no game"}`);
  return entries.some((entry) => entry.name === "evaluate")
    ? compiledIn("no optimizer", "--optimizer adam")
    : new GradcError("missing-loss", `"${name}" has no loss for "${call}"`);
}

export const unknownName = (
  kind: "input" | "output" | "variable" | "hyper" | "option" | "column",
  name: string,
  known: Iterable<string>,
): GradcError => new GradcError(`unknown-${kind}`, `No ${kind} "${name}"${near(name, known)}`);

/** The known name that is nearest, or where none is near the first of all. */
export function near(name: string, known: Iterable<string>): string {
  const names = [...known];
  const best = nearest(name, names);
  return best ? `, the nearest is "${best}"` : `, but ${names.slice(0, 9).join(", ") || "none"}`;
}

/** What a caller knows an entry point by: "prepare" for "prepare.0". */
const methodOf = (call: string): string | undefined => call.split(".")[0];

export const missingInput = (name: string, call: string): GradcError =>
  new GradcError("missing-input", `"${methodOf(call)}" needs the input "${name}"`);

export const shapeMismatch = (name: string, expected: readonly Dim[], got: readonly number[]): GradcError =>
  new GradcError("shape-mismatch", `"${name}" does not fit\n  got       ${brackets(got)}\n  expected  ${brackets(expected)}`);

/** The kind of a value, such as `Object`, `Promise` or `Boolean`. */
export const tagOf = (value: unknown): string => ({}).toString.call(value).slice(8, -1);

/** What was given, in a few words. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value) return "length" in value ? `a list of ${value.length}` : tagOf(value);
  const text = String(value ?? "nothing").slice(0, 40);
  return typeof value === "string" ? `"${text}"` : typeof value === "bigint" ? `${text}n` : text;
}

/** A part of the data that is not what `expected` names: a value, or a list of another length. */
export const badValue = (name: string, row: number, value: unknown, expected: string): GradcError =>
  new GradcError("bad-value", `"${name}", row ${row}: ${shown(value)} is no ${expected}`);

/** A class or index outside of `[lower, upper)`, or a target of f32 outside of `[lower, upper]`. */
export const indexRange = (slot: InputSlot, row: number, value: number): GradcError =>
  new GradcError(
    slot.dtype === "f32" ? "bad-value" : "index-range",
    `"${slot.name}", row ${row}: ${value} is outside [${slot.range?.lower}, ${slot.range?.upper}${slot.dtype === "f32" ? "]" : ")"}`,
  );

export const unequalRows = (counts: readonly (readonly [string, number])[]): GradcError =>
  new GradcError("unequal-rows", `Unequal rows: ${counts.map(([name, rows]) => `"${name}" ${rows}`).join(", ")}`);

export const tooFewRows = (call: string, n: number, minimum: number): GradcError =>
  new GradcError(n ? "batch-norm-one-value" : "no-rows", `"${methodOf(call)}" needs ${minimum} or more rows, got ${n}`);

export const badOption = (name: string, value: unknown, expected: string): GradcError =>
  new GradcError("bad-option", `"${name}" cannot be ${shown(value)}, expected ${expected}`);

/** Bytes that are not a well-formed safetensors file of f32 and i32 tensors. */
export const badWeights = (reason: string, details?: ErrorDetails): GradcError => new GradcError("bad-weights", `Bad weights: ${reason}`, details);

export const foreignWeights = (): GradcError => new GradcError("foreign-weights", "Not weights of gradc", { help: "gradc weights import" });

/** Weights that do not fit a net; each fault is about a tensor. */
export const weightsDoNotFit = (faults: readonly string[]): GradcError =>
  new GradcError("weights-do-not-fit", `Weights do not fit\n  ${faults.join("\n  ")}`);

/** One fault of weights that do not fit; undefined where there is no such tensor. */
export const weightFault = (name: string, net?: readonly number[], file?: readonly number[]): string =>
  `"${name}": ${brackets(net)} in the net, ${brackets(file)} in the weights`;

/** The warning about a loss that is NaN or infinite; `place` is a step. */
export const lossNotFinite = (loss: number, place: number | string): string => `The loss is ${loss} in step ${place}`;

/** The warning about a step on values that are not standardized. */
export const notStandardized = (): string => "nn.standardize has no statistics, see net.prepare(inputs)";

/** The warning about a last batch that is too small for batch statistics. */
export const leftOut = (rows: number): string => `Last batch left out: ${rows} row`;

/** The warning about a loss of validation rows that is NaN or infinite. */
export const validationNotFinite = (loss: number, epoch: number): string => `The validation loss is ${loss} after epoch ${epoch}`;

/** The warning about a training that was ended: in which step and by what, and when the net was as it is now. */
export const terminated = (reason: string, step: string, back?: string): string =>
  `Training stopped in ${step}: ${reason}; ${back ? `the net is as it was ${back}` : "there is no finite state to bring back"}`;
