// Scalar functions of the user's as tensor operations. The front end translates them; nothing of theirs is evaluated.
import { settingOutOfRange } from "../compiler/diagnostics.ts";
import { toGraph } from "../compiler/frontend/scalar/to-graph.ts";
import type { Constants, ScalarFunction, ScalarParsers } from "../compiler/frontend/scalar/tree.ts";
import { definitionOf } from "./definition.ts";
import { alignShapes, definingGraph, type Operand, type Tensor, tensor } from "./tensor.ts";

const attempt = "Cannot apply an elementwise function";

/** A scalar function as TypeScript writes it. */
export type Scalar = (...xs: number[]) => number | boolean;

/**
 * The function `f` of numbers as a function of tensors, element by element; arguments broadcast. `f` is an arrow function, which is
 * translated and never called, or the text of a formula such as `"(p - y)^2"`, whose variables are in order of first appearance.
 * `constants` are numbers that `f` takes by name.
 * @throws GradcError on application: `unbound-name`, `untranslatable`, `setting-out-of-range` for another number of arguments
 */
export function elementwise(f: Scalar | string, constants: Constants = {}): (...xs: Operand[]) => Tensor {
  if (typeof f !== "function" && typeof f !== "string")
    throw settingOutOfRange(attempt, "f", String(f), "an arrow function or the text of a formula");
  return (...xs) => {
    const graph = definingGraph(attempt);
    const { parameters, body } = parse(f, constants, xs.length, definitionOf(graph)?.parsers as ScalarParsers);
    if (parameters.length !== xs.length) {
      throw settingOutOfRange(attempt, "arguments", String(xs.length), `${parameters.length}: ${parameters.join(", ")}`);
    }
    const args = alignShapes(
      attempt,
      xs.map((x) => tensor(attempt, x)),
    );
    return toGraph(body, args, graph);
  };
}

const parse = (f: Scalar | string, constants: Constants, arity: number, parsers: ScalarParsers): ScalarFunction =>
  typeof f === "string" ? parsers.fromFormula(f, constants, arity) : parsers.fromFunction(f, constants);
