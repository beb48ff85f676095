import { ownGradient } from "../compiler/diagnostics/gradients.ts";
import { describe } from "../compiler/diagnostics/places.ts";
import { shown } from "../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../compiler/diagnostics/tensors.ts";
import type { Node } from "../compiler/ir/node.ts";
import { formatShape, sameShape } from "../compiler/ir/type.ts";
import * as build from "../compiler/ops/build.ts";
import { isOp } from "../compiler/ops/table.ts";
import { isTensor } from "./is-tensor.ts";
import { checkSetting, type Kind } from "./settings.ts";
import { definingGraph, float, type Operand, read, type Tensor } from "./tensor.ts";

/** A function of tensors. */
export type TensorFunction<X extends readonly Tensor[]> = (...inputs: X) => Tensor;

/** The gradient by one input: null, and 0 at every element of it, where nothing passes. */
export type OwnGradient = Operand | null;

/**
 * The gradients by the inputs of a function, each of the shape of its input, of `delta`, the gradient by the function's value, which has the shape of
 * `value`; those inputs and that value are given too. One gradient need not be in a list.
 */
export type GradientRule<X extends readonly Tensor[]> = (delta: Tensor, inputs: X, value: Tensor) => readonly OwnGradient[] | OwnGradient;

const attempt = 'Cannot apply "withGradient"';

const aFunction = (expected: string): Kind => ({ fits: (value) => typeof value === "function", expected });

/**
 * The function `f` with another gradient: the values are f's, and what is the gradient `delta` by its value is `g(delta, inputs, value)` by its
 * inputs.
 *
 * - Straight through: `withGradient((x) => ops.round(x), (delta) => delta)`. Reversed: `withGradient((x) => x, (delta) => ops.neg(delta))`.
 * - With the value at hand: `withGradient((x) => ops.tanh(x), (delta, [x], y) => ops.mul(delta, ops.sub(1, ops.square(y))))`.
 *
 * `g` is called once for each application of the function, while the model is defined, and need not be linear in `delta`. Formulas show what it
 * says, and a second derivative is that of g, in which `value` has the gradient that g says again. `gradc check` holds g against differences of f,
 * in the body of a loop at each of its steps.
 * The gradient ends at f: parameters and values that lead to some have to be inputs, or to be meant to stay by `stopGradient`.
 *
 * Where jax.custom_vjp has a forward pass that keeps residuals, and torch.autograd.Function a context, g is given inputs and value: what it makes of
 * them is kept or computed again as costs are, as in every gradient.
 * @throws GradcError `own-gradient`, `shape-mismatch`, `not-a-tensor`, `setting-out-of-range`
 */
export function withGradient<X extends readonly Tensor[]>(f: TensorFunction<X>, g: GradientRule<X>): TensorFunction<X> {
  checkSetting(attempt, "f", f, aFunction("a function of tensors"));
  checkSetting(attempt, "g", g, aFunction("a function of the gradient, the inputs and the value"));
  return (...given) => {
    const graph = definingGraph(attempt);
    const inputs = given.map((input) => read(attempt, input)) as readonly Tensor[] as X;
    const value = float(attempt, f(...inputs));
    checkInputs(value, inputs);
    const slot = graph.nodes.length;
    const gradients = readGradients(g(build.slot("delta", slot, value), inputs, build.slot("value", slot, value)), inputs);
    const passed = inputs.flatMap((input, i) => (gradients[i] ? [[input, gradients[i] as Node] as const] : []));
    return build.withGradient(
      value,
      passed.map(([input]) => input),
      passed.map(([, gradient]) => gradient),
      slot,
    );
  };
}

/** Whether an input stands for what a gradient is given. */
export const isGradientSlot = (node: Node): boolean => isOp(node, "input") && /^#(delta|value)\./.test(node.params.name);

/** What is wrong with a definition that has such an input outside of a gradient. */
export const gradientOutside = ["what g is given is used outside of g", "use delta and value in what g returns alone"] as const;

const hiddenHelp = "make it an input: withGradient((x, w) => ..., g)(x, w), or take it through stopGradient";

/** Refuses parameters that a value is made of beside its inputs, since no gradient would reach them. @throws GradcError `own-gradient` */
function checkInputs(value: Node, inputs: readonly Node[]): void {
  const seen = new Set(inputs);
  const stack = [value];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node) || isOp(node, "stopGradient")) continue;
    if (isOp(node, "parameter") && node.graph.declarations.get(node)?.trainable)
      throw ownGradient(`the function depends on ${describe(node)}, which is none of its inputs: its gradient ends there`, hiddenHelp);
    seen.add(node);
    stack.push(...node.inputs);
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
const countOf = (given: unknown): string =>
  Array.isArray(given) ? counted(given.length, "gradient") : isTensor(given) ? "1 gradient" : shown(given);

function readGradients(given: readonly OwnGradient[] | OwnGradient, inputs: readonly Tensor[]): (Node | undefined)[] {
  const gradients = inputs.length === 1 && (isTensor(given) || given === null || typeof given === "number") ? [given] : given;
  if (!Array.isArray(gradients) || gradients.length !== inputs.length)
    throw ownGradient(
      `g gives ${countOf(gradients)} for ${counted(inputs.length, "input")}`,
      "return a list with a gradient for each input, null where there is none",
    );
  return inputs.map((input, i) => readGradient(gradients[i] as OwnGradient, input, i + 1));
}

function readGradient(given: OwnGradient, input: Tensor, position: number): Node | undefined {
  if (given === null) return undefined;
  const what = `${attempt}: the gradient by input ${position}`;
  const gradient = float(what, given);
  if (input.dtype !== "f32") throw ownGradient(`input ${position} is ${input.dtype}, which has no gradient`, "return null for it");
  if (!sameShape(gradient.shape, input.shape)) throw shapeMismatch(what, [gradient.shape], `${formatShape(input.shape)}, the shape of the input`);
  return gradient;
}
