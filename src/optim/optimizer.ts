import type { Init } from "../nn/init.ts";
import type { Tensor } from "../tensor.ts";

/** What an optimizer sees of one parameter in one step. */
export interface Moment {
  /** The parameter before the step. */
  readonly w: Tensor;
  /** Its gradient, clipped. */
  readonly g: Tensor;
  /** The learning rate, an f32 scalar that can be set at run time. */
  readonly lr: Tensor;
  /** The number of this step as an f32 scalar: 1 in the first. */
  readonly t: Tensor;
  /** The other settings that can be changed at run time, by name. */
  readonly hyper: Readonly<Record<string, Tensor>>;
  /** A state that belongs to the parameter, of the parameter's shape and 0 at the start unless stated; assigned by `update`. */
  state(name: string, shape?: readonly number[], init?: Init): Tensor;
}

/** A rule that trains parameters: a graph, part of the compiled step. */
export interface Optimizer {
  readonly name: string;
  /** Settings that can be changed at run time, with their values at the start; `lr` is one. */
  readonly hyper: Readonly<Record<string, number>> & { readonly lr: number };
  /** The parameter after the step. */
  next(moment: Moment): Tensor;
}

/** The settings of `hyper` that are not 0: whether one is 0 is part of the compiled graph. */
export const nonZero = (hyper: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(hyper).filter(([, value]) => value !== 0));
