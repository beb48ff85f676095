import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import { ops } from "../ops/index.ts";
import { checkSetting, type Kind, list } from "../settings.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { attemptOf, checkedSettings, createSchedule, type Every, isSchedule, type Schedule } from "./schedule.ts";

const formulaKind: Kind = {
  fits: (value) => typeof value === "function",
  expected: "a function of the number of steps, such as (t) => ops.div(1, t)",
};

/**
 * A schedule of the user's: `formula(t)` gives its value as a graph, t being an f32 scalar that counts from 0. It has no base. `at` evaluates what is
 * written with `ops`; what `elementwise` translates is for definitions only.
 */
export function lambda(formula: (t: Tensor) => Operand, options: Every = {}): Schedule {
  checkSetting(attemptOf("lambda"), "formula", formula, formulaKind);
  return createSchedule("lambda", undefined, formula, checkedSettings<object>("lambda", options, {}, {}));
}

interface SequentialOptions {
  /** The steps in which the second of the schedules begins, the third, and so on. */
  readonly milestones: readonly number[];
}

const parts = list(isSchedule, "a list of schedules");

/** Whether each of the numbers of steps is more than the one before. */
const grows = (value: readonly number[]): boolean => value.every((each, i) => Number.isInteger(each) && each > (value[i - 1] ?? 0));
const growing: Kind = { fits: (value) => Array.isArray(value) && grows(value), expected: "whole numbers above 0 that grow" };

/**
 * One schedule after the other as SequentialLR, each of which counts from 0 in the step of its milestone. The base is that of the first; what
 * `setHyper` makes of it counts for the others by the same factor.
 */
export function sequential(schedules: readonly Schedule[], options: SequentialOptions & Every): Schedule {
  checkSetting(attemptOf("sequential"), "schedules", schedules, parts);
  const settings = checkedSettings<SequentialOptions>("sequential", options, { milestones: growing }, {});
  const { milestones } = settings;
  const [first] = schedules;
  if (!first || milestones.length !== schedules.length - 1) {
    throw settingOutOfRange(attemptOf("sequential"), "milestones", String(milestones.length), "one less than there are schedules");
  }
  const value = (t: Tensor, base: Operand, at = 0): Operand => {
    const part = schedules[at] as Schedule;
    const start = milestones[at - 1];
    const now = part.value(start === undefined ? t : ops.sub(t, start), baseOf(part, first, base));
    return at < milestones.length ? ops.where(ops.compare(t, milestones[at] as number, "lt"), now, value(t, base, at + 1)) : now;
  };
  return createSchedule("sequential", first.base, (t, base) => value(t, base), settings);
}

/** The base of one schedule where that of the first is `base`. */
function baseOf({ base: own }: Schedule, { base: first }: Schedule, base: Operand): Operand {
  if (own === undefined || first === own) return base;
  return first ? ops.mul(base, own / first) : own;
}
