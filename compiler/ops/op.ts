import type { Formula } from "../formula/tree.ts";
import type { Sizes } from "../ir/dim.ts";
import type { Node, Params } from "../ir/node.ts";
import type { Dtype, TensorType } from "../ir/type.ts";

/** A tensor of the reference interpreter: row-major, every dtype held in f64 (bool as 0 and 1). */
export interface Value {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** What an evaluation knows beside its inputs. */
export interface Evaluation {
  /** The node's type with every dimension a number. */
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly sizes: Sizes;
  /** Values of input, parameter and state sources by name. */
  readonly sources: ReadonlyMap<string, Value>;
  readonly training: boolean;
}

/** A test case of an op: inputs as nested arrays or numbers, dtype f32 unless stated. */
export interface Sample<P> {
  readonly inputs: readonly SampleInput[];
  readonly params: P;
  /** Why the case is there: a kink, a tie, a special value. */
  readonly note?: string;
  /** False where finite differences cannot judge: at kinks, at infinity, at NaN. */
  readonly smooth?: boolean;
}
export interface SampleInput {
  readonly dtype?: Dtype;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One primitive: everything that gradc knows about it, save how a scalar op is written in WebAssembly. */
export interface Op<P extends Params = Record<never, never>> {
  /** The result type, or a GradcError that says what does not fit; `body` are the types of the roots of the node's body. */
  type(inputs: readonly TensorType[], params: P, body: readonly TensorType[]): TensorType;
  /** See `OpRule`. */
  varies?(params: P): string;
  binds?(params: P): { readonly loop: string; readonly own: number };
  /** Reference value: plain f64 loops. */
  evaluate(inputs: readonly Value[], params: P, evaluation: Evaluation): Value;
  /**
   * The gradient of each input given `g`, the gradient of `y = op(...xs)`, as nodes of ops of this table.
   * `null` for an input that is not differentiable, on purpose; a `null` rule for an op that is a constant or a step.
   */
  readonly gradient: ((g: Node, xs: readonly Node[], y: Node, params: P) => readonly (Node | null)[]) | null;
  /** The op as mathematics over the formulas of its inputs. */
  formula(xs: readonly Formula[], params: P, node: Node): Formula;
  readonly samples: readonly Sample<P>[];
}
