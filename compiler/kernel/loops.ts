// What takes the place of a loop.
import type { Affine, Axis, Statement } from "./kernel.ts";

/** The loops that one axis runs as, outermost first, and its index in terms of them. */
export interface Loops {
  readonly axes: readonly Axis[];
  readonly index: Affine;
}

/** `body` inside `loops`, the first outermost. */
export function nest(loops: readonly Loops[], role: "parallel" | "reduce", body: readonly Statement[]): readonly Statement[] {
  const axes = loops.flatMap((one) => one.axes);
  return axes.reduceRight<readonly Statement[]>((inner, axis) => [{ kind: "loop", axis, role, body: inner }], body);
}
