// What is known while a formula is read.
import type { Definitions } from "./definitions.ts";
import type { Formula } from "./parse.ts";
import type { Along } from "./reduce.ts";
import type { Axis, Tensor } from "./tensor.ts";

/** What is known while a formula is read. */
export interface Scope {
  /** The value of a name, at a step of a sequence, which may be said from the step `t` on. @throws Unreadable */
  value(name: string, step?: string, t?: number): Tensor;
  /** What `f` gives at all steps of what changes from step to step in `body`. */
  steps(scope: Scope, body: Formula, f: (inside: Scope) => Tensor): Tensor[];
  /** The step at which formulas are read. */
  readonly t?: number;
  readonly definitions: Definitions;
  /** Columns of `onehot(y)` by what stands on the page. */
  readonly columns: Map<string, number>;
  /** Along what sums go that do not say it. */
  readonly along?: Along;
  /** Into how many groups channels are cut by what a function means. */
  readonly groups?: number;
  /** Letters that stand for places, with the axes that these are of. */
  readonly letters?: ReadonlyMap<string, Axis>;
  /** What stands outside of what is indexed. */
  readonly outside?: number;
  /** What that is in a sum and in a maximum. */
  readonly fill?: Readonly<Record<"Σ" | "max", number>>;
  /** Whether numbers stand for the nearest of f32. */
  readonly round?: boolean;
  /** Of the parameter whose gradient is read. */
  readonly rows?: number;
}
