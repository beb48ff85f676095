import type { Init } from "../nn/init.ts";
import type { Setting } from "../schedules/schedule.ts";
import type { Operand, Tensor } from "../tensor.ts";

/** What an optimizer sees of one parameter in one step. */
export interface Moment {
  /** The parameter before the step. */
  readonly w: Tensor;
  /** Its gradient, clipped. */
  readonly g: Tensor;
  /** The learning rate, an f32 scalar that can be set at run time; where it is a schedule, its value in this step. */
  readonly lr: Tensor;
  /** The number of this step as an f32 scalar: 1 in the first. */
  readonly t: Tensor;
  /** The number of steps before this one as an f32 scalar: 0 in the first. */
  past(): Tensor;
  /** The other settings that can be changed at run time, by name. */
  readonly hyper: Readonly<Record<string, Tensor>>;
  /** A state that belongs to the parameter, of the parameter's shape and 0 at the start unless stated; assigned by `update`. */
  state(name: string, shape?: readonly number[], init?: Init): Tensor;
  /** A setting as it is in this step: a number itself, of a schedule its value. */
  now(setting: Setting): Operand;
}

/** A rule that trains parameters: a graph, part of the compiled step. */
export interface Optimizer {
  readonly name: string;
  /** Settings that can be changed at run time, with their values at the start or the schedules that they are the bases of; `lr` is one. */
  readonly hyper: Readonly<Record<string, Setting>> & { readonly lr: Setting };
  /** Whether the loss grows: parameters follow their gradients. */
  readonly maximize?: boolean;
  /** Whether parameters without a gradient change too, as they do by weight decay. */
  readonly shrinks?: boolean;
  /** Parameters with settings of their own; a parameter belongs to the first that names it. */
  readonly groups?: readonly Group[];
  /** The parameter after the step. */
  next(moment: Moment): Tensor;
}

/** Parameters with settings of their own. */
export interface Group {
  /** Names of parameters, with `*` for any characters. */
  readonly params: readonly string[];
  /** The rule of these parameters. */
  readonly optimizer: Optimizer;
  /** The settings of `optimizer.hyper` that are its own; the others are those of all parameters. */
  readonly own: readonly string[];
}

/** The settings of `hyper` that are not 0: whether one is 0 is part of the compiled graph. */
export const nonZero = (hyper: Readonly<Record<string, Setting>>): Record<string, Setting> =>
  Object.fromEntries(Object.entries(hyper).filter(([, value]) => value !== 0));
