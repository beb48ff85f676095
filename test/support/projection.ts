// Derivatives along random directions, by central differences in f64.
import { evaluate, type Source, valueAt } from "../../compiler/interpret.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { uniform } from "../../runtime/counter-random.ts";

/** Numbers in [-1, 1), the same at every run. */
export const direction = (count: number, key: number): number[] => Array.from({ length: count }, (_, i) => 2 * uniform(key, i) - 1);

export const dot = (xs: ArrayLike<number>, ys: ArrayLike<number>): number => Array.from(xs).reduce((total, x, i) => total + x * (ys[i] as number), 0);

/** The elements of `node` for the given sources. */
export const elementsOf = (node: Node, sources: ReadonlyMap<string, Source>): Float64Array => valueAt(evaluate([node], { sources }), node).data;

/** Where the rounding of f64 and the error of the difference quotient (h²) balance. */
const step = 1e-5;

/** d/dt of Σ weights·y(x + t·v) at t = 0, where x is the source `name`. Its error is of the order of 1e-10 for values of the order of 1. */
export function slopeAlong(y: Node, weights: readonly number[], sources: ReadonlyMap<string, Source>, name: string, v: readonly number[]): number {
  const x = sources.get(name) as Source;
  const at = (t: number) => {
    const data = Array.from(x.data).map((value, i) => value + t * (v[i] as number));
    return dot(elementsOf(y, new Map(sources).set(name, { ...x, data })), weights);
  };
  return (at(step) - at(-step)) / (2 * step);
}
