// What names mean at the steps of loops: `h_t`, `h_{t−1}`, `h_T`, and what carries begin with, `h_0` or `ε_{T+1}`.
import type { Stepped } from "../../compiler/describe/stepped.ts";
import { partAt, scalar, type Tensor } from "../../compiler/reading/tensor.ts";
import type { Point } from "./points.ts";

const stepName = /^(.+)_(?:(t|T|0|1)|\{(t[−+-]1|T\+1)\})$/u;

/** `h_{t−1}` as a name and a step. */
export function partedName(name: string): { readonly name: string; readonly step: string } | undefined {
  const [, own, plain, braced] = stepName.exec(name) ?? [];
  const step = plain ?? braced?.replace("-", "−");
  return own === undefined || step === undefined ? undefined : { name: own, step };
}

/** The number of the step that `step` says, where `now` is that at which it is said. */
function numberOf(step: string, now: number | undefined, steps: number): number | undefined {
  if (step === "0" || step === "1") return Number(step);
  if (step.startsWith("T")) return step === "T" ? steps : steps + 1;
  return now === undefined ? undefined : now + (step === "t" ? 0 : step === "t−1" ? -1 : 1);
}

/** The value at a point of what is at one step. */
export function valueAtStep({ all, axis, steps, start, reverse }: Stepped, step: string, now: number | undefined, point: Point): Tensor | undefined {
  const at = numberOf(step, now, steps);
  if (at === undefined || at < 0 || at > steps + 1) return undefined;
  if (!all) return scalar(at);
  if (at >= 1 && at <= steps) return partAt(point.valueOf(all), axis, at - 1);
  return start && at === (reverse ? steps + 1 : 0) ? point.valueOf(start) : undefined;
}
