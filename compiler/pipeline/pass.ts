// A pass is a value with a name: by that name what it makes is printed, checked and timed.
import type { Trace } from "../trace/trace.ts";
import type { CheckLevel, DebugLevel } from "./debug.ts";

/** Every pass, in the order in which they run first. */
export const passNames = [
  "stabilise",
  "differentiate",
  "optimize",
  "specialise",
  "simplify",
  "separate",
  "lift",
  "read-masks-off",
  "fuse",
  "peel-residues",
  "unit-loops",
  "sink-guards",
  "hoist",
  "share",
  "trim",
  "add-halos",
  "cut-loops",
  "block-rows",
  "layout",
  "cut-triangles",
  "plan-memory",
  "rebase",
  "classify",
  "schedule",
  "emit",
] as const;
export type PassName = (typeof passNames)[number];

export interface Pass<Before, After = Before> {
  readonly name: PassName;
  /** Tells its steps to `trace`, where someone asks for them. */
  readonly run: (before: Before, trace?: Trace) => After;
  readonly print?: (after: Awaited<After>) => string;
  /** The switch `DEBUG` from which on its result is printed; 3 unless stated. */
  readonly printedFrom?: DebugLevel;
  /** Throws where `after` is not in order, or does not do what `before` did, as far as `level` asks. */
  readonly check?: (before: Before, after: Awaited<After>, level: CheckLevel) => void;
}
