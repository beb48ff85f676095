// Models as the user declares them: typed inputs, and a body that runs once a compilation.

import { invalidName } from "../compiler/diagnostics/definitions.ts";
import { withoutOperators } from "../compiler/diagnostics/operators.ts";
import { settingOutOfRange, shown } from "../compiler/diagnostics/settings.ts";
import { invalidDimension } from "../compiler/diagnostics/tensors.ts";
import type { Position } from "../compiler/ir/node.ts";
import { formatType } from "../compiler/ir/type.ts";
import { currentFrame } from "./scope.ts";
import { checkIsOptions } from "./settings.ts";
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

/** A loss with the parameters that it trains, which others may be trained against. */
export interface Game {
  /** An f32 scalar. */
  readonly loss: Tensor;
  /** Names of parameters, with `*` for any characters. */
  readonly parameters: string | readonly string[];
}

/** What the body of a model gives back. */
export interface Result<O extends string = string> {
  readonly outputs: Readonly<Record<O, Tensor>>;
  /** An f32 scalar. */
  readonly loss?: Tensor;
  /** Losses by name, each with parameters and an optimizer of its own and a step of its own: `net.step(inputs, { game: "generator" })`. */
  readonly games?: Readonly<Record<string, Game>>;
  /** f32 each, a scalar such as `ops.mean(...)` or with axes of known extents such as a confusion matrix; or the parts of a scalar. */
  readonly metrics?: Readonly<Record<string, Tensor | Metric>>;
}

/** The declaration of a network, made by `model`. */
export interface Model<I extends InputTypes = InputTypes, O extends string = string> {
  readonly kind: "model";
  readonly name: string;
  readonly inputs: I;
  body(inputs: { readonly [K in keyof I]: Tensor }): Result<O>;
}

/**
 * Extents of which only the first can be "batch"; nothing is asked of those that are so, and what is not known one by one is left to `model`.
 * Compared with a tuple that they fit they would take TypeScript longer than the rest of a small definition.
 */
type BatchFirst<D extends readonly InputDim[]> = number extends D["length"]
  ? unknown
  : D extends readonly [InputDim, ...infer Rest]
    ? Rest extends readonly number[]
      ? unknown
      : readonly [InputDim, ...Numbers<Rest>]
    : unknown;

type Numbers<D extends readonly unknown[]> = { readonly [i in keyof D]: number };

function inputType<D extends InputType["dtype"]>(dtype: D, shape: readonly InputDim[]): InputType<D> {
  const type = { dtype, shape };
  return withoutOperators(type, "input type", () => `"${formatType(type)}"`);
}

/** An f32 input of the extents `dims`; "batch" may stand first. */
export const f32 = <D extends readonly InputDim[]>(...dims: D & BatchFirst<D>): InputType<"f32"> => inputType("f32", dims);

/** An i32 input of the extents `dims`; "batch" may stand first. */
export const i32 = <D extends readonly InputDim[]>(...dims: D & BatchFirst<D>): InputType<"i32"> => inputType("i32", dims);

const positions = new WeakMap<object, Position>();

/** Where `model` was called; undefined where the source is not at hand. */
export const positionOf = (declared: Model): Position | undefined => positions.get(declared);

/**
 * Declares a network. `body` is called once in each compilation, with a tensor for each input, and returns outputs, loss and metrics. In a page it
 * is called again from its start when the first arrow or formula of `elementwise` has made the page fetch a parser.
 * @throws GradcError `invalid-name`, `invalid-dimension`, `setting-out-of-range`
 */
export function model<const I extends InputTypes, O extends string>(
  name: string,
  inputs: I,
  body: (inputs: { readonly [K in keyof I]: Tensor }) => Result<O>,
): Model<I, O> {
  if (typeof name !== "string" || !namePattern.test(name)) {
    throw invalidName("a model", name, typeof name === "string" ? undefined : 'the name stands first: model("net", { x: f32("batch", 4) }, body)');
  }
  const declaration = `Cannot declare the model "${name}"`;
  checkIsOptions(declaration, "inputs", inputs, inputForm);
  if (typeof body !== "function") throw settingOutOfRange(declaration, "body", shown(body), "a function that returns { outputs, loss, metrics }");
  for (const [input, type] of Object.entries(inputs)) checkInput(input, type);
  const declared = { kind: "model", name, inputs, body } as const;
  const position = currentFrame()?.site.position;
  if (position) positions.set(declared, position);
  return declared;
}

const inputForm = 'types by name, such as { x: f32("batch", 4) }';

function checkInput(name: string, type: InputType | undefined): void {
  if (!namePattern.test(name)) throw invalidName("an input", name);
  const shape: unknown = type?.shape;
  const isType = Array.isArray(shape) && (type?.dtype === "f32" || type?.dtype === "i32");
  if (!isType) throw settingOutOfRange(`Cannot declare the input "${name}"`, "type", shown(type), "f32(...) or i32(...)");
  for (const [axis, dim] of shape.entries()) {
    const fits = typeof dim === "string" ? dim === "batch" && axis === 0 : Number.isInteger(dim) && dim >= 0;
    if (!fits) throw invalidDimension(`the input "${name}"`, axis, shape);
  }
}
