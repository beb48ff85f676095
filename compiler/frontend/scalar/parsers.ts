import { formulaReader } from "./from-formula.ts";
import { functionReader } from "./from-javascript.ts";
import type { ScalarParsers } from "./tree.ts";

/** Loads acorn and mathjs, once in the life of the process. */
export async function loadScalarParsers(): Promise<ScalarParsers> {
  const [fromFunction, fromFormula] = await Promise.all([functionReader(), formulaReader()]);
  return { fromFunction, fromFormula };
}
