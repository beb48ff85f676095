import { formulaReader } from "./from-formula.ts";
import { functionReader } from "./from-javascript.ts";
import type { AnyFunction } from "./source.ts";
import type { Constants, ScalarFunction } from "./tree.ts";

/** Readers of scalar functions. Neither evaluates what it reads. */
export interface ScalarParsers {
  /**
   * The scalar function that the source of `f` says, in JavaScript's meaning. Names that are not parameters come from `constants`,
   * then from the definition file around `f`.
   * @throws GradcError `untranslatable`, `unbound-name`
   */
  fromFunction(f: AnyFunction, constants?: Constants): ScalarFunction;
  /**
   * The scalar function that a formula such as `"(p - y)^2"` says. Its parameters are the names that `constants` does not give, in order of
   * first appearance; `pi` and `e` are numbers, unless there is an argument for them too (`arity` arguments in all).
   * @throws GradcError `untranslatable`, `syntax-error`
   */
  fromFormula(text: string, constants?: Constants, arity?: number): ScalarFunction;
}

/** Loads acorn and mathjs, once in the life of the process. */
export async function loadScalarParsers(): Promise<ScalarParsers> {
  const [fromFunction, fromFormula] = await Promise.all([functionReader(), formulaReader()]);
  return { fromFunction, fromFormula };
}
