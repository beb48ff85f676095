// What is said of the body of a definition: names, layers, losses, results.
import { GradcError } from "../../runtime/error.ts";
import type { Position } from "../ir/node.ts";
import { formatShape, type Shape } from "../ir/type.ts";
import { formatPosition, textOf } from "./places.ts";
import { shown } from "./settings.ts";

/** A name that does not have the form of a model's, an input's or a variable's name. */
export function invalidName(what: string, name: unknown, help?: string): GradcError {
  const given = typeof name === "string" ? `"${name}"` : shown(name);
  return new GradcError("invalid-name", `Cannot name ${what} ${given}: a name starts with a letter, then letters, digits, "_" and "-"`, { help });
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
export function layerWidth(layer: string, got: readonly Shape[], expected: string, first: Position | undefined): GradcError {
  const since = first ? `, as where it was first applied at ${formatPosition(first)}` : ", as where it was first applied";
  return new GradcError(
    "layer-width",
    `Cannot apply the layer "${layer}"\n  got       ${got.map(formatShape).join(", ")}\n  expected  ${expected}${since}`,
  );
}

/** PyTorch's order of settings, which begins with the width of the input; `call` is what to write. */
export function inferredWidth(layer: string, settings: string, call: string): GradcError {
  return new GradcError("inferred-width", `Cannot apply "${layer}" with (${settings}): the input width is inferred: ${call}`);
}

const at = (position: Position | undefined) => position && formatPosition(position);

/** Statistics of a value that training changes, as those of batch norm are. */
export function standardizeOfParameter(parameter: string, position: Position | undefined): GradcError {
  const text = `Cannot standardize a value that "${parameter}" reaches: its statistics would be those of the parameters before the first step`;
  return new GradcError("standardize-of-parameter", text, {
    at: at(position),
    help: `standardize what goes in before the parameter, or freeze it: freeze: ["${parameter}"]`,
  });
}

/** Statistics of a value whose rows cannot be computed a part at a time. */
export function standardizeMixesRows(position: Position | undefined): GradcError {
  return new GradcError("standardize-mixes-rows", "Cannot standardize a value whose rows depend on each other, such as x - mean(x)", {
    at: at(position),
    help: "standardize a value of which row i is made of row i of the inputs",
  });
}

/** Prediction and target of different shapes. */
export function lossShape(loss: string, prediction: Shape, target: Shape, expected: string, notes = ""): GradcError {
  const shapes = `\n  prediction  ${formatShape(prediction)}\n  target      ${formatShape(target)}\n  expected    ${expected}${notes}`;
  const help = lossShapeHelp(prediction, target);
  return new GradcError("loss-shape", `Cannot compare a prediction with a target in "losses.${loss}"${shapes}`, { help });
}

function lossShapeHelp(prediction: Shape, target: Shape): string | undefined {
  const missing = target.length === prediction.length - 1 && prediction.at(-1) === 1;
  if (prediction.length >= target.length + 2) return "nn.flatten makes rows of images: nn.linear(nn.flatten(x), ...)";
  if (missing) return `declare the target with a last dimension of 1, or reshape the prediction to ${formatShape(target)}`;
  return target.length === prediction.length + 1 && target.at(-1) === 1 ? `reshape the target to ${formatShape(prediction)}` : undefined;
}

/** A kind of initial value that does not exist, or does not fit the shape. */
export function invalidInit(what: string, problem: string, help?: string): GradcError {
  return new GradcError("invalid-init", `Cannot initialise ${what}: ${problem}`, { help });
}

const mostNames = 12;

/** The first of many names. */
export function enumerate(names: readonly string[]): string {
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
  return names.slice(0, mostNames).join(", ") + more;
}

/** A name of a parameter, input or value that the model does not have, and the one that is most like it. */
export function unknownName(what: string, name: string, known: readonly string[], near?: string): GradcError {
  const help = near === undefined ? undefined : `the nearest is "${near}"`;
  return new GradcError("unknown-name", `The model has no ${what} "${name}"\n  expected  one of ${enumerate(known)}`, { help });
}

/** A name of formulas that they give to several nodes, of which the definition tells more. */
export function ambiguousName(name: string, meant: readonly string[]): GradcError {
  return new GradcError(
    "unknown-name",
    `"${name}" is what formulas call several parameters, inputs or values\n  expected  one of ${enumerate(meant)}`,
  );
}

/** The body of a loop that is none, or a value of it where the loop is over. */
export function scanBody(
  problem: string,
  help = "return { carry: { h: next }, outputs: { h: next } } from the body, with a next value for each carry",
): GradcError {
  return new GradcError("scan-body", `Cannot apply "ops.scan": ${problem}`, { help });
}
