// Scalar functions of the user's as tensor operations. The front end translates them; nothing of theirs is evaluated.

import { settingOutOfRange, shown } from "../compiler/diagnostics/settings.ts";
import { nameWithoutArgument } from "../compiler/diagnostics/sources.ts";
import { outsideDefinition } from "../compiler/diagnostics/tensors.ts";
import { excerpt } from "../compiler/frontend/scalar/constants.ts";
import { functionNamed } from "../compiler/frontend/scalar/operations.ts";
import type { ScalarParsers } from "../compiler/frontend/scalar/parsers.ts";
import { functionSource } from "../compiler/frontend/scalar/source.ts";
import { toGraph } from "../compiler/frontend/scalar/to-graph.ts";
import type { Constants, ScalarFunction } from "../compiler/frontend/scalar/tree.ts";
import { elementAt } from "../compiler/ir/element.ts";
import { definitionOf } from "./definition.ts";
import { isTensor } from "./is-tensor.ts";
import { checkIsOptions } from "./settings.ts";
import { alignShapes, definingGraph, type Operand, type Tensor, tensor } from "./tensor.ts";

const attempt = "Cannot apply an elementwise function";

const constantsForm = "an object of numbers by name, such as { delta: 1 }";

/** A scalar function as TypeScript writes it. */
export type Scalar = (...xs: number[]) => number | boolean;

/**
 * The function `f` of numbers as a function of tensors, element by element; arguments broadcast. `f` is an arrow function, which is
 * translated and never called, or the text of a formula such as `"(p - y)^2"`, whose variables are in order of first appearance.
 * `constants` are numbers that `f` takes by name.
 * @throws GradcError `setting-out-of-range`; on application `unbound-name` for a name of a formula without an argument, `untranslatable`,
 *   `setting-out-of-range` for another number of arguments
 */
export function elementwise(f: Scalar | string, constants: Constants = {}): (...xs: Operand[]) => Tensor {
  if (typeof f !== "function" && typeof f !== "string") throw settingOutOfRange(attempt, "f", shown(f), "an arrow function or the text of a formula");
  checkConstants(constants);
  return (...xs) => {
    const graph = definingGraph(attempt);
    const definition = definitionOf(graph);
    // A schedule may be evaluated outside of definitions.
    if (!definition) throw outsideDefinition(attempt);
    const translated = readScalar(f, constants, xs.length, definition.parsers);
    const args = alignShapes(
      attempt,
      xs.map((x) => tensor(attempt, x)),
    );
    const result = toGraph(translated.body, args, graph);
    definition.scalars.push({ source: writtenAs(f), translated, result });
    return result;
  };
}

const writtenAs = (f: Scalar | string): string => excerpt(typeof f === "string" ? f : (functionSource(f)?.text ?? String(f)));

function checkConstants(constants: Constants): void {
  const help = isTensor(constants) ? "elementwise(f) is a function of tensors: elementwise(f)(x)" : undefined;
  checkIsOptions(attempt, "constants", constants, constantsForm, help);
  for (const [name, value] of Object.entries(constants)) {
    if (Number.isNaN(value)) throw settingOutOfRange(attempt, name, "NaN", "a number");
  }
}

/** The scalar function `f` for `arity` arguments. @throws GradcError as `elementwise` on application */
export function readScalar(f: Scalar | string, constants: Constants, arity: number, parsers: ScalarParsers): ScalarFunction {
  const read = typeof f === "string" ? parsers.fromFormula(f, constants, arity) : parsers.fromFunction(f, constants);
  const { parameters } = read;
  if (typeof f === "string" && parameters.length > arity) throw unbound(f, parameters, arity);
  if (parameters.length !== arity) {
    const expected = parameters.length === 0 ? "none: the function has no names" : `${parameters.length}: ${parameters.join(", ")}`;
    throw settingOutOfRange(attempt, "arguments", String(arity), expected);
  }
  return read;
}

/** A name of the formula that was meant as a function, as in `sin v`; else the first that has no argument. */
function unbound(formula: string, parameters: readonly string[], arity: number) {
  const called = parameters.find(functionNamed);
  return nameWithoutArgument(called ?? elementAt(parameters, arity), called !== undefined, `formula "${excerpt(formula)}"`, parameters, arity);
}
