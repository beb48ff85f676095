// What the pages show of a function: a call of it that runs, on inputs of small shapes.
import type { InputTypes, Tensor } from "../../../src/index.ts";

/** A call that gives one value of `inputs`. */
export interface Example {
  /** What the value is called. */
  readonly left: string;
  readonly inputs: InputTypes;
  call(given: Readonly<Record<string, Tensor>>): Tensor;
}

/** Examples by the name of the function. The pages show the code of `call` as it stands in the source. */
export type Examples = Readonly<Record<string, Example>>;

export const example = <const I extends InputTypes>(
  inputs: I,
  call: (given: { readonly [K in keyof I]: Tensor }) => Tensor,
  left = "z",
): Example => ({ inputs, left, call: (given) => call(given as { readonly [K in keyof I]: Tensor }) });
