import { evaluate, valueAt } from "../../compiler/interpret.ts";
import { withGraph } from "../../compiler/ir/graph.ts";
import * as build from "../../compiler/ops/build.ts";
import { createGraph } from "../../compiler/ops/table.ts";
import { ops } from "../ops/index.ts";
import { checkOptions, checkSetting, count, finite, isOptions, type Kind, type Kinds } from "../settings.ts";
import { float, type Operand, type Tensor } from "../tensor.ts";

/** A setting as a function of the number of the step: a graph, part of the compiled step. */
export interface Schedule {
  /** What it begins with or is a multiple of, which `setHyper` can change; a schedule without one is what its formula gives. */
  readonly base: number | undefined;
  /** Its value in the step after `t` steps, an f32 scalar. */
  value(t: Tensor, base: Operand): Tensor;
  /** Its value after `t` steps, by the graph that a step computes. */
  at(t: number): number;
}

/** A setting of an optimizer: a number, or one that changes with the steps. */
export type Setting = number | Schedule;

/** Whether a setting changes with the steps. */
export const isSchedule = (value: unknown): value is Schedule =>
  isOptions(value) && typeof value.value === "function" && typeof value.at === "function";

/** A number of the kind, or a schedule. */
export const scheduled = ({ fits, expected }: Kind): Kind => ({
  fits: (value) => isSchedule(value) || fits(value),
  expected: `${expected}, or a schedule`,
});

/** Settings of every schedule. */
export interface Every {
  /** The steps that count as one: those of an epoch for a schedule that counts epochs. */
  readonly every?: number;
}

const stepNumber: Kind = { fits: (value) => typeof value === "number" && value >= 0, expected: "a number of steps, at least 0" };

/** A value by its formula: `t` is an f32 scalar that counts from 0. */
export type Formula = (t: Tensor, base: Operand) => Operand;

export const attemptOf = (name: string): string => `Cannot use "schedules.${name}"`;

/** A schedule by its formula of the number of steps, or of that of `every` of them. */
export function createSchedule(name: string, base: number | undefined, formula: Formula, { every = 1 }: Every = {}): Schedule {
  const value: Schedule["value"] = (steps, from) => {
    const t = every === 1 ? steps : ops.floor(ops.div(steps, every));
    return float(attemptOf(name), formula(t, from));
  };
  return {
    base,
    value,
    at(t) {
      checkSetting(`Cannot evaluate "schedules.${name}"`, "t", t, stepNumber);
      return valueAfter(value, t, base ?? 0);
    },
  };
}

/** The settings of a kind of schedule: they may be left out where none is required. */
type Given<O> = object extends O ? [options?: O & Every] : [options: O & Every];

interface Definition<O> {
  readonly kinds: Kinds<O>;
  /** Of the settings that are not required. */
  readonly defaults: Partial<O>;
  formula(t: Tensor, base: Operand, settings: Required<O>): Operand;
}

/** The function that makes schedules of a base and settings. @throws GradcError `setting-out-of-range`, `unknown-option` */
export function defineSchedule<O extends object>(name: string, { kinds, defaults, formula }: Definition<O>) {
  return (base: number, ...[options = {} as O & Every]: Given<O>): Schedule => {
    checkSetting(attemptOf(name), "base", base, finite);
    const settings = checkedSettings<O>(name, options, kinds, defaults);
    return createSchedule(name, base, (t, from) => formula(t, from, settings), settings);
  };
}

/** `options` with `defaults` in place of those that are left out. @throws GradcError `setting-out-of-range`, `unknown-option` */
export function checkedSettings<O extends object>(name: string, options: O & Every, kinds: Kinds<O>, defaults: Partial<O>): Required<O> & Every {
  checkOptions<object>(attemptOf(name), options, { ...kinds, every: count });
  const settings = { ...defaults, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) };
  for (const [key, kind] of Object.entries<Kind>(kinds)) checkSetting(attemptOf(name), key, settings[key as keyof typeof settings], kind);
  return settings as Required<O> & Every;
}

/** What the graph of `value` gives in f64. */
function valueAfter(value: Schedule["value"], t: number, base: number): number {
  const graph = createGraph();
  const node = withGraph(graph, () => value(build.state(graph, "t", "f32", []), build.state(graph, "base", "f32", [])));
  const source = (number: number) => ({ shape: [], data: [number] });
  const values = evaluate([node], {
    sources: new Map([
      ["t", source(t)],
      ["base", source(base)],
    ]),
  });
  return valueAt(values, node).data[0] as number;
}
