import type { Source } from "../../compiler/interpret.ts";

/** One value, computed in two ways. */
export interface Comparison {
  /** A parameter, an output, `loss`, or a variable that a step writes; of an `own` gradient the value and its input. */
  readonly name: string;
  /**
   * `derivative`: a gradient against finite differences in f64, `own`: what `withGradient` is given against those of its function. The others are of
   * the module, against the interpreter: results of an entry point, or with `update` what a step writes.
   */
  readonly kind: "derivative" | "own" | "predict" | "gradients" | "evaluate" | "step" | "update";
  /** The game whose loss is differentiated, or whose step it is. */
  readonly game?: string | undefined;
  /** The largest difference, relative to the size of the values. */
  readonly error: number;
  readonly tolerance: number;
  /** Where the user wrote it, of an `own` gradient. */
  readonly at?: string | undefined;
  /** Whether the function of an `own` gradient does not change around the values, so that differences say nothing of what should pass. */
  readonly isFlat?: boolean;
}

/** Values of inputs, parameters and states by name. */
export type Sources = ReadonlyMap<string, Source>;
