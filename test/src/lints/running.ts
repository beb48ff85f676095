// Warnings of small models, without the front end and without a module.

import type { ProgramOptions } from "../../../src/compile-options.ts";
import { withWarnings } from "../../../src/entries.ts";
import { f32, i32, optim, type Tensor } from "../../../src/index.ts";
import type { InputTypes } from "../../../src/model.ts";
import { define } from "../running.ts";

/** Four features, a number, three shares, three classes, and whole numbers of one column. */
export const inputs = { x: f32("batch", 4), y: f32("batch", 1), t: f32("batch", 3), k: i32("batch"), n: i32("batch", 1) };

export type Given = { readonly [name in keyof typeof inputs]: Tensor };
export type Body = (given: Given) => Tensor;

/** The codes of the warnings about a model of `inputs` whose loss is `body`, beside that of inputs that nothing reads. */
export const codesOf = (body: Body, options: ProgramOptions = {}): string[] => codesWith(inputs, body, options);

/** The same of a model of other inputs. */
export function codesWith<const I extends InputTypes>(
  types: I,
  body: (given: { readonly [name in keyof I]: Tensor }) => Tensor,
  { allow = [], ...options }: ProgramOptions = {},
): string[] {
  const declared = define(types, (given) => {
    const loss = body(given);
    return { outputs: { loss }, loss };
  });
  const { warnings } = withWarnings(declared, { optimizer: optim.adam(), ...options, allow: ["unused-input", ...allow] });
  return warnings.map((warning) => /\n {2}allow: ([a-z-]+)$/.exec(warning)?.[1] ?? warning);
}
