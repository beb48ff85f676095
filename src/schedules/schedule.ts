import { evaluate, valueAt } from "../../compiler/interpret.ts";
import { withGraph } from "../../compiler/ir/graph.ts";
import * as build from "../../compiler/ops/build.ts";
import { createGraph } from "../../compiler/ops/table.ts";
import { checkSetting, isOptions, type Kind } from "../settings.ts";
import { float, type Operand, type Tensor } from "../tensor.ts";

/** A setting as a function of the number of the step: a graph, part of the compiled step. */
export interface Schedule {
  /** What it begins with or is a multiple of, which `setHyper` can change; a schedule without one is what its formula gives. */
  readonly base: number | undefined;
  /** Its value in the step after `t` steps, an f32 scalar. */
  value(t: Operand, base: Operand): Tensor;
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

const stepNumber: Kind = { fits: (value) => typeof value === "number" && value >= 0, expected: "a number of steps, at least 0" };

/** A schedule by its formula: `value(t, base)` gives an operand, `t` being an f32 scalar that counts from 0. */
export function createSchedule(name: string, base: number | undefined, formula: (t: Operand, base: Operand) => Operand): Schedule {
  const attempt = `Cannot use "schedules.${name}"`;
  const value: Schedule["value"] = (t, from) => float(attempt, formula(t, from));
  return {
    base,
    value,
    at(t) {
      checkSetting(`Cannot evaluate "schedules.${name}"`, "t", t, stepNumber);
      return valueAfter(value, t, base ?? 0);
    },
  };
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
