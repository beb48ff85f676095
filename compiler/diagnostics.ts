// Every text that the compiler and the language say to a user. A function a code; `docs/errors.md` lists them.
import { GradcError } from "../runtime/error.ts";
import type { Position } from "./ir/graph.ts";
import { isOp, type Node } from "./ir/node.ts";
import { type Dtype, formatShape, formatType, type Shape } from "./ir/type.ts";

/** Operands whose shapes do not fit together; `expected` says what would. */
export function shapeMismatch(attempt: string, got: readonly Shape[], expected: string, help?: string): GradcError {
  const shapes = got.map(formatShape).join(" and ");
  return new GradcError("shape-mismatch", `${attempt}\n  got       ${shapes}\n  expected  ${expected}`, { help });
}

/** Operands of dtypes that an op does not take. */
export function dtypeMismatch(attempt: string, got: readonly Dtype[], expected: readonly Dtype[]): GradcError {
  const all = got.length === 1 ? "" : "all ";
  return new GradcError(
    "dtype-mismatch",
    `${attempt}\n  got       ${got.join(" and ")}\n  expected  ${expected.map((dtype) => all + dtype).join(" or ")}`,
  );
}

/** An op that needs to know an extent when the model is compiled. */
export function dynamicDimension(attempt: string, axis: number, shape: Shape): GradcError {
  return new GradcError("dynamic-dimension", `${attempt} along axis ${axis} of ${formatShape(shape)}: its extent is known only when the model runs`);
}

export function axisOutOfRange(attempt: string, axis: number, shape: Shape): GradcError {
  const expected = shape.length === 0 ? "no axis of a scalar" : `an axis from 0 to ${shape.length - 1} of ${formatShape(shape)}`;
  return new GradcError("axis-out-of-range", `${attempt}\n  got       axis ${axis}\n  expected  ${expected}`);
}

/** The largest element of nothing. */
export function emptyAxis(attempt: string, axis: number, shape: Shape): GradcError {
  return new GradcError("empty-axis", `${attempt} over axis ${axis} of ${formatShape(shape)}: it has no elements`);
}

/** Most elements or options of a value that are written out. */
const mostShown = 4;

/** What was given in place of a setting, in a few words: texts in quotes, and no source of functions. */
export function shown(value: unknown, depth = 0): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if ("op" in value && "graph" in value) return "a tensor";
  if ("length" in value) {
    const short = Array.isArray(value) && value.length <= mostShown && depth < 2;
    return short ? `[${value.map((each) => shown(each, depth + 1)).join(", ")}]` : `a list of ${value.length}`;
  }
  const entries = Object.entries(value);
  if (Object.getPrototypeOf(value) !== Object.prototype || entries.length > mostShown || depth > 1) return "an object";
  return entries.length === 0 ? "{}" : `{ ${entries.map(([name, each]) => `${name}: ${shown(each, depth + 1)}`).join(", ")} }`;
}

/** An option of a name that the call does not have; `nearest` is the known name that differs least. */
export function unknownOption(attempt: string, name: string, known: readonly string[], nearest: string | undefined): GradcError {
  const near = nearest === undefined ? "" : `, the nearest is "${nearest}"`;
  return new GradcError("unknown-option", `${attempt}: there is no option "${name}"${near}\n  expected  ${known.join(", ")}`);
}

/** A setting of an op or layer outside of the values it may have. */
export function settingOutOfRange(attempt: string, setting: string, got: string, expected: string): GradcError {
  return new GradcError("setting-out-of-range", `${attempt}: "${setting}" is out of range\n  got       ${got}\n  expected  ${expected}`);
}

/** Labels of a contraction that have no meaning. */
export function invalidLabels(spec: string, reason: string): GradcError {
  return new GradcError("invalid-labels", `Cannot contract along "${spec}": ${reason}`);
}

/** Something that is not one f32 number, where one is needed: what is differentiated, or the parts of a metric. */
export function nonScalarLoss(y: Node, what = describe(y)): GradcError {
  return new GradcError("non-scalar-loss", `Cannot use ${what} as a single number\n  got       ${formatType(y)}\n  expected  f32[]`, {
    at: placeOf(y),
    help: y.dtype === "f32" ? "take its mean or sum first" : undefined,
  });
}

/** A gradient with respect to something that the result does not depend on smoothly. */
export function noGradient(x: Node): GradcError {
  return new GradcError(
    "no-gradient",
    `Cannot differentiate with respect to ${describe(x)}: the result does not depend on it in a way that has a gradient`,
    {
      at: placeOf(x),
    },
  );
}

/** `"hidden"`, or the op of a value without a name. */
function describe(node: Node): string {
  const declared = node.graph.declarations.get(node)?.name ?? (isOp(node, "input") ? node.params.name : undefined);
  const [name] = node.graph.names.get(node) ?? [];
  // Until the body has run, the names of variables end in a number of their own.
  return declared === undefined && name === undefined ? `a value of "${node.op}"` : `"${declared?.replace(/~\d+$/, "") ?? name?.text}"`;
}

function placeOf(node: Node): string | undefined {
  const position = node.graph.positions.get(node);
  return position && `${position.file}:${position.line}:${position.column}`;
}

export const formatPosition = ({ file, line, column }: Position): string => `${file}:${line}:${column}`;

/** The message of an error without the lines of its place and its help. */
function textOf({ message, at, help }: GradcError): string {
  const details = (at ? `\n  at ${at}` : "") + (help ? `\n  help: ${help}` : "");
  return message.slice(0, message.length - details.length);
}

/** The same error with the place in the user's source. */
export function located(error: GradcError, position: Position): GradcError {
  return new GradcError(error.code, textOf(error), { at: formatPosition(position), help: error.help, cause: error.cause });
}

/** A tensor, parameter or layer used where no definition runs. */
export function outsideDefinition(attempt: string): GradcError {
  return new GradcError("outside-definition", `${attempt}: no model is being defined`, { help: 'move it into the body of "model"' });
}

/** A tensor of one definition used in another. */
export function foreignTensor(attempt: string): GradcError {
  return new GradcError("foreign-tensor", `${attempt}: an operand belongs to another model, or to an earlier run of this one`);
}

export function notATensor(attempt: string, got: unknown): GradcError {
  const help = typeof got === "function" ? "apply the layer to a tensor first" : undefined;
  return new GradcError("not-a-tensor", `${attempt}\n  got       ${shown(got)}\n  expected  a tensor`, { help });
}

/** A name that does not have the form of a model's, an input's or a variable's name. */
export function invalidName(what: string, name: string): GradcError {
  return new GradcError("invalid-name", `Cannot name ${what} "${name}": a name starts with a letter, then letters, digits, "_" and "-"`);
}

/** The dimension "batch" anywhere but first, or an extent that is no whole number. */
export function invalidDimension(what: string, axis: number, shape: readonly unknown[]): GradcError {
  const text = `Cannot declare ${what} with shape [${shape.join(", ")}]: axis ${axis} is ${JSON.stringify(shape[axis])}`;
  return new GradcError("invalid-dimension", text, { help: 'an extent is a whole number; "batch" stands first in inputs only' });
}

/** Something that needs a loss was asked of a model without one. */
export function missingLoss(model: string, wanted: string): GradcError {
  return new GradcError("missing-loss", `Cannot build ${wanted} of "${model}": its body returns no loss`, {
    help: "return { outputs, loss } from the body",
  });
}

/** What the body of a model returns is not `{ outputs, loss?, metrics? }`. */
export function invalidResult(
  model: string,
  problem: string,
  help = "return { outputs: { name: tensor }, loss, metrics } from the body",
): GradcError {
  return new GradcError("invalid-result", `Cannot define "${model}": ${problem}`, { help });
}

/** An error of the formula of a metric, with the metric that it belongs to. */
export function inMetric(error: GradcError, metric: string, model: string): GradcError {
  const text = `Cannot finish the metric "${metric}" of "${model}": ${textOf(error)}`;
  return new GradcError(error.code, text, { at: error.at, help: 'write a formula of one name, such as "sqrt(x)"', cause: error.cause });
}

/** Two variables of one name, or one that is named like an input; the places that are known are shown. */
export function duplicateName(name: string, places: readonly (Position | undefined)[]): GradcError {
  const known = places.flatMap((place) => (place ? [formatPosition(place)] : []));
  const at = known.length > 0 ? known.join(" and ") : undefined;
  return new GradcError("duplicate-name", `Two of the inputs, layers, parameters and states are named "${name}"`, {
    at,
    help: "give one of them a variable of its own or { name }",
  });
}

export function layerNotApplied(layer: string, what: string): GradcError {
  return new GradcError("layer-not-applied", `Cannot read "${what}" of the layer "${layer}": it is made when the layer is first applied`);
}

export function noSuchParameter(layer: string, what: string): GradcError {
  return new GradcError("no-such-parameter", `Cannot read "${what}" of the layer "${layer}": it has none`);
}

/** A layer with parameters for one width is applied to another. */
export function layerWidth(layer: string, got: Shape, expected: string, first: Position | undefined): GradcError {
  const since = first ? `, as where it was first applied at ${formatPosition(first)}` : ", as where it was first applied";
  return new GradcError("layer-width", `Cannot apply the layer "${layer}"\n  got       ${formatShape(got)}\n  expected  ${expected}${since}`);
}

/** Prediction and target of different shapes. */
export function lossShape(loss: string, prediction: Shape, target: Shape, expected: string, notes = ""): GradcError {
  const shapes = `\n  prediction  ${formatShape(prediction)}\n  target      ${formatShape(target)}\n  expected    ${expected}${notes}`;
  const help = lossShapeHelp(prediction, target);
  return new GradcError("loss-shape", `Cannot compare a prediction with a target in "losses.${loss}"${shapes}`, { help });
}

function lossShapeHelp(prediction: Shape, target: Shape): string | undefined {
  const missing = target.length === prediction.length - 1 && prediction.at(-1) === 1;
  if (missing) return `declare the target with a last dimension of 1, or reshape the prediction to ${formatShape(target)}`;
  return target.length === prediction.length + 1 && target.at(-1) === 1 ? `reshape the target to ${formatShape(prediction)}` : undefined;
}

/** A kind of initial value that does not exist, or does not fit the shape. */
export function invalidInit(what: string, problem: string): GradcError {
  return new GradcError("invalid-init", `Cannot initialise ${what}: ${problem}`);
}

const mostNames = 12;

/** The first of many names. */
function enumerate(names: readonly string[]): string {
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
  return names.slice(0, mostNames).join(", ") + more;
}

/** A name of a parameter, input or value that the model does not have. */
export function unknownName(what: string, name: string, known: readonly string[]): GradcError {
  return new GradcError("unknown-name", `The model has no ${what} "${name}"\n  expected  one of ${enumerate(known)}`);
}

/** A construct of `source`, such as `the formula "x!"`, that scalar functions do not have. */
export function untranslatable(construct: string, source: string, at: string | undefined, reason?: string): GradcError {
  return new GradcError("untranslatable", `Cannot translate "${construct}" in ${source}${reason ? `: ${reason}` : ""}`, { at });
}

/** A name in a scalar function that is neither a parameter nor a constant. */
export function unboundName(name: string, at: string): GradcError {
  const help = `pass its value: elementwise(f, { ${name} })`;
  return new GradcError("unbound-name", `The scalar function uses "${name}", which is neither a parameter nor a constant`, { at, help });
}

/** A name in a formula for which there is no argument; `isFunction` where it is the name of a function. */
export function nameWithoutArgument(name: string, isFunction: boolean, formula: string, names: readonly string[], given: number): GradcError {
  const help = isFunction ? `to apply the function, write ${name}(...)` : `pass its value: elementwise(f, { ${name} })`;
  const counts = `\n  got       ${given} ${given === 1 ? "argument" : "arguments"}\n  expected  ${names.length}: ${names.join(", ")}`;
  return new GradcError("unbound-name", `The ${formula} uses "${name}", for which there is no argument${counts}`, { help });
}

/** Text that cannot be parsed. */
export function syntaxError(what: string, at: string | undefined, problem: string): GradcError {
  return new GradcError("syntax-error", `Cannot read ${what}: ${problem.replace(/\.$/, "")}`, { at });
}

export function fileNotFound(path: string): GradcError {
  return new GradcError("file-not-found", `Cannot read the definition "${path}": there is no such file`);
}

/** A file that is not TypeScript or JavaScript was given as a definition. */
export function notADefinition(path: string): GradcError {
  return new GradcError("not-a-definition", `Cannot read "${path}" as a definition`, { help: "a definition is a .ts or .js file" });
}

const mostProblems = 5;

/** What TypeScript says of a definition, at most a handful of problems; each with its place. */
export function typeErrors(file: string, problems: readonly { readonly at: string; readonly text: string }[]): GradcError {
  const [first, ...others] = problems.map(({ at, text }) => ({ at, text: text.replaceAll("\n", "\n    ") }));
  const lines = others.slice(0, mostProblems - 1).map(({ at, text }) => `\n  ${at}  ${text}`);
  const more = problems.length > mostProblems ? `\n  and ${problems.length - mostProblems} more` : "";
  return new GradcError("type-error", `The types of "${file}" do not fit: ${first?.text.replace(/\.$/, "")}${lines.join("")}${more}`, {
    at: first?.at,
  });
}

/** The code of a definition threw something that is not an error of gradc. */
export function definitionFailed(file: string, error: unknown, at: string | undefined): GradcError {
  return new GradcError("definition-failed", `The definition "${file}" failed: ${String(error)}`, { at, cause: error });
}

/** A definition without the model that was asked for. */
export function noModel(file: string, name: string | undefined, exported: readonly string[], models: readonly string[]): GradcError {
  const wanted = name === undefined ? "a model as its default export" : `a model "${name}"`;
  const found = exported.length > 0 ? exported.map((key) => `"${key}"`).join(", ") : "nothing";
  const help = models.length > 0 ? `choose one of its models by name: ${models.join(", ")}` : "write export default model(...)";
  return new GradcError("no-model", `"${file}" does not export ${wanted}\n  it exports  ${found}`, { help });
}

/** The same error with the file that it is about, unless it has a place. */
export function inFile(error: GradcError, file: string): GradcError {
  const [ending] = /\.([jt]s|csv|json|safetensors)$/.exec(file) ?? [];
  const isOtherKind = error.code === "not-a-module" && ending !== undefined;
  const text = isOtherKind ? `Not a gradc module: a ${ending} file` : textOf(error);
  const help = isOtherKind ? "give the .wasm that gradc build wrote" : error.help;
  return new GradcError(error.code, text, { at: error.at ?? file, help, cause: error.cause });
}

const unwritable: Readonly<Record<string, string>> = {
  ENOTDIR: "a part of its path is a file",
};

/** A path that must not be written to, or could not be. */
export const cannotWrite = (path: string, reason: string, cause?: unknown): GradcError =>
  new GradcError("cannot-write", `Cannot write "${path}": ${reason}`, { cause });

/** A failed write; what Node says of it is shown without the call and the name of the temporary file. */
export function writeFailed(path: string, cause: unknown): GradcError {
  const { code = "", message = code } = cause as { readonly code?: string; readonly message?: string };
  return cannotWrite(path, unwritable[code] ?? message.replace(/, \w+ '.*/s, ""), cause);
}

/** A value of an option of the command line that is none of its choices. */
export const badChoice = (option: string, value: string, choices: readonly string[]): GradcError =>
  new GradcError("bad-choice", `"${option}" cannot be "${value}"\n  expected  one of ${choices.join(", ")}`);

/** Something that a definition knows and a compiled module does not. */
export const notInModule = (what: string): GradcError =>
  new GradcError("not-in-module", `A compiled module does not hold ${what}`, { help: "inspect the definition, a .ts file" });

/** Values that two ways of computing them do not agree on. */
export const checkFailed = (faults: readonly string[]): GradcError =>
  new GradcError("check-failed", `${faults.length === 1 ? "One value does" : `${faults.length} values do`} not agree\n  ${faults.join("\n  ")}`);

/** The warning about an index that is computed when the module runs, so that every use of it is guarded. */
export function guardedIndex(node: Node, extent: number): string {
  const place = placeOf(node);
  const outside: Readonly<Record<string, string>> = { gather: "gives NaN", oneHot: "gives a row of zeros", scatterAdd: "adds nothing" };
  return `the index of ${describe(node)} is computed: outside [0, ${extent}) it ${outside[node.op] ?? "is ignored"}${place ? `\n  at ${place}` : ""}`;
}

/** A file that should hold JSON. */
export const notJson = (path: string, cause: unknown): GradcError =>
  new GradcError("not-json", `Cannot read "${path}" as JSON: ${(cause as Error).message}`, { cause });

/** A training that Ctrl-C ended; `epoch` is the last whole one. */
export const interrupted = (epoch: number, epochs: number): GradcError =>
  new GradcError("interrupted", `Interrupted after ${epoch} of ${epochs} epochs; the weights so far are saved`, {
    help: "--resume goes on from there",
  });

/** A training whose loss or weights are NaN or infinite. */
export const diverged = (epoch: number, epochs: number): GradcError =>
  new GradcError("diverged", `The training diverged in epoch ${epoch} of ${epochs}: its loss or weights are not finite, and are not saved`, {
    help: "a smaller --lr, or smaller numbers in the table",
  });

/** A checkpoint that has all the epochs that were asked for. */
export const nothingToTrain = (checkpoint: string, epochs: number): GradcError =>
  new GradcError("nothing-to-train", `"${checkpoint}" has ${epochs} epochs already`, { help: `--epochs ${2 * epochs} adds ${epochs}` });
