// Models as the user declares them: typed inputs, and a body that runs once a compilation.
import { invalidDimension, invalidName } from "../compiler/diagnostics.ts";
import type { Tensor } from "./tensor.ts";
import { namePattern } from "./variables.ts";

/** An extent of an input: a whole number, or the number of rows that a call is given. */
export type InputDim = number | "batch";

/** The type of an input. */
export interface InputType<D extends "f32" | "i32" = "f32" | "i32"> {
  readonly dtype: D;
  readonly shape: readonly InputDim[];
}

/** Input types by name. */
export type InputTypes = Readonly<Record<string, InputType>>;

/** A metric that `evaluate` can add up over parts: `finish(sum / count)`, `finish` a formula of one variable such as `"sqrt(x)"`. */
export interface Metric {
  readonly sum: Tensor;
  readonly count: Tensor;
  readonly finish?: string;
}

/** What the body of a model gives back. */
export interface Result<O extends string = string> {
  readonly outputs: Readonly<Record<O, Tensor>>;
  /** An f32 scalar. */
  readonly loss?: Tensor;
  readonly metrics?: Readonly<Record<string, Metric>>;
}

/** The declaration of a network, made by `model`. */
export interface Model<I extends InputTypes = InputTypes, O extends string = string> {
  readonly kind: "model";
  readonly name: string;
  readonly inputs: I;
  body(inputs: { readonly [K in keyof I]: Tensor }): Result<O>;
}

/** An f32 input of the extents `dims`; "batch" may stand first. */
export const f32 = (...dims: readonly InputDim[]): InputType<"f32"> => ({ dtype: "f32", shape: dims });

/** An i32 input of the extents `dims`; "batch" may stand first. */
export const i32 = (...dims: readonly InputDim[]): InputType<"i32"> => ({ dtype: "i32", shape: dims });

/**
 * Declares a network. `body` is called once in each compilation, with a tensor for each input, and returns outputs, loss and metrics.
 * @throws GradcError `invalid-name`, `invalid-dimension`
 */
export function model<const I extends InputTypes, O extends string>(
  name: string,
  inputs: I,
  body: (inputs: { readonly [K in keyof I]: Tensor }) => Result<O>,
): Model<I, O> {
  if (!namePattern.test(name)) throw invalidName("a model", name);
  for (const [input, { shape }] of Object.entries(inputs)) checkInput(input, shape);
  return { kind: "model", name, inputs, body };
}

function checkInput(name: string, shape: readonly InputDim[]): void {
  if (!namePattern.test(name)) throw invalidName("an input", name);
  for (const [axis, dim] of shape.entries()) {
    const fits = typeof dim === "string" ? dim === "batch" && axis === 0 : Number.isInteger(dim) && dim >= 0;
    if (!fits) throw invalidDimension(`the input "${name}"`, axis, shape);
  }
}
