// Optimizers from their formulas. What all of them have in common is here: learning rate, weight decay, direction and groups of parameters.

import { type Setting, scheduled } from "../schedules/schedule.ts";
import { amount, checkOptions, checkSetting, flag, isFinite32, isOptions, type Kind, type Kinds, list } from "../settings.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { type Group, type Moment, nonZero, type Optimizer } from "./optimizer.ts";

/** Settings of every optimizer. */
export interface Common {
  readonly lr?: Setting;
  readonly weightDecay?: Setting;
  /** Makes the loss larger instead of smaller. */
  readonly maximize?: boolean;
}

/** The settings `O` of an optimizer, and parameters with settings of their own: each belongs to the first group one of whose globs fits its name. */
export type Grouped<O> = O & { readonly groups?: readonly (O & { readonly params: string | readonly string[] })[] };

/** A setting in a step: where a number is allowed, it may be the value of a schedule. */
type Now<T> = T extends readonly [Setting, Setting] ? readonly [Operand, Operand] : Schedules<T> extends never ? T : Operand;
type Schedules<T> = Exclude<Extract<T, Setting>, number>;

type Own<O> = Omit<O, keyof Common>;

/** The own settings of an optimizer in a step. */
type Settings<O> = { readonly [K in keyof Own<O>]-?: Now<Exclude<Own<O>[K], undefined>> };

interface Definition<O> {
  /** What the settings beside those of `Common` may be. */
  readonly kinds: Kinds<Own<O>>;
  readonly defaults: Required<Own<O>> & { readonly lr: number; readonly weightDecay?: number };
  /** Settings beside `lr` and `weightDecay` that can be changed at run time; one that is 0 is not in the graph. */
  readonly hyper?: readonly (keyof Own<O> & string)[];
  /** Whether those that are 0 are in the graph too. */
  readonly keepsZeros?: boolean;
  /** Whether parameters without a gradient change too, weight decay aside. */
  readonly shrinks?: boolean;
  /** Refuses settings that do not go together. */
  check?(attempt: string, settings: Required<Own<O>>): void;
  /** The parameter after the step. */
  next(moment: Moment, settings: Settings<O>): Tensor;
}

const isBeta = (value: unknown): boolean => isFinite32(value) && value >= 0 && value < 1;

/** The factor of a running mean. */
export const beta = scheduled({ fits: isBeta, expected: "a number in [0, 1)" });
/** The factors of two running means. */
export const betas: Kind = {
  fits: (value) => Array.isArray(value) && value.length === 2 && value.every(beta.fits),
  expected: "two numbers in [0, 1), or schedules",
};
/** A setting of at least 0. */
export const setting = scheduled(amount);

const common: Kinds<Common> = { lr: setting, weightDecay: setting, maximize: flag };
const groupList = list(isOptions, 'a list of groups, such as { params: "*.bias", weightDecay: 0 }');
const globs: Kind = {
  fits: (value) => [value].flat().every((each) => typeof each === "string"),
  expected: "a name of parameters, with * for any characters, or a list of such",
};

/** The function that makes an optimizer of settings. @throws GradcError `setting-out-of-range`, `unknown-option` */
export function defineOptimizer<O extends Common>(name: string, definition: Definition<O>): (options?: Grouped<O>) => Optimizer {
  const attempt = `Cannot use "optim.${name}"`;
  const kinds = { ...common, ...definition.kinds };
  const rule = (place: string, own: Stated) => ruleOf(name, definition, place, own);
  return (options = {} as Grouped<O>) => {
    checkOptions<object>(attempt, options, { ...kinds, groups: groupList });
    const { groups = [], ...whole } = stated(options);
    const made = (groups as readonly Stated[]).map((group, i): Group => {
      const place = `${attempt}, group ${i + 1}`;
      checkOptions<object>(place, group, { params: globs, ...kinds });
      checkSetting(place, "params", group.params, globs);
      const { params, ...own } = stated(group);
      return { params: [params as string | string[]].flat(), optimizer: rule(place, { ...whole, ...own }), own: Object.keys(own) };
    });
    return { ...rule(attempt, whole), ...(made.length > 0 && { groups: made }) };
  };
}

/** Settings by name, each of which is of its kind. */
type Stated = Readonly<Record<string, unknown>>;

const stated = (options: object): Stated => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** The rule for parameters that have all settings in common. */
function ruleOf<O extends Common>(name: string, definition: Definition<O>, place: string, given: Stated): Optimizer {
  const { defaults, hyper = [], keepsZeros = false, shrinks = false, check, next } = definition;
  const all: Stated = { ...defaults, ...given };
  check?.(place, all as Required<Own<O>>);
  const { lr, weightDecay = 0, maximize = false, ...own } = all as Required<Common>;
  const changeable = Object.fromEntries(hyper.map((key) => [key, all[key] as Setting]));
  return {
    name,
    hyper: { lr, ...(keepsZeros ? changeable : nonZero(changeable)), ...nonZero({ weightDecay }) },
    ...(maximize && { maximize }),
    ...(shrinks && { shrinks }),
    next: (moment) => next(moment, settingsNow(own, moment) as Settings<O>),
  };
}

/** The settings in this step. */
const settingsNow = (settings: Stated, moment: Moment): Stated =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, Array.isArray(value) ? value.map(moment.now) : moment.now(value as Setting)]),
  );
