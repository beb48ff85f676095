// What takes the place of a loop.
import type { Affine, Axis, Statement } from "./kernel.ts";

/** The loops that one axis runs as, outermost first, and its index in terms of them. */
export interface Loops {
  readonly axes: readonly Axis[];
  readonly index: Affine;
}

type Role = "parallel" | "reduce";

/** `body` inside loops over `axes`, the first outermost. */
export const nested = (axes: readonly Axis[], role: Role, body: readonly Statement[]): readonly Statement[] =>
  axes.reduceRight<readonly Statement[]>((inner, axis) => [{ kind: "loop", axis, role, body: inner }], body);

/** `body` inside `loops`, the first outermost. */
export const nest = (loops: readonly Loops[], role: Role, body: readonly Statement[]): readonly Statement[] =>
  nested(
    loops.flatMap(({ axes }) => axes),
    role,
    body,
  );
