// What is fed to random programs, and how what comes out is judged.
import type { Source } from "../../compiler/interpret.ts";
import { evaluate as extent, product, type Sizes } from "../../compiler/ir/dim.ts";
import type { Program } from "../../compiler/ir/entry.ts";
import type { Dtype } from "../../compiler/ir/type.ts";
import { indexRanges } from "../../compiler/passes/index-ranges.ts";
import { gap } from "./error-bound.ts";
import { sourceData } from "./plot.ts";
import { sourceName } from "./program.ts";

export type Values = ReadonlyMap<string, Source>;

/** How much of what was compared could be judged: elements whose error bound is small against the values. */
export interface Tally {
  elements: number;
  judged: number;
}

export const newTally = (): Tally => ({ elements: 0, judged: 0 });

/** Values of all sources of a program: grid values or, for differences, such as lie at no kink; indices within their ranges. */
export function valuesFor(program: Program, sizes: Sizes, seed: number, spread = 0): Map<string, Source> {
  const ranges = indexRanges(program);
  const values = new Map<string, Source>();
  for (const node of [...program.inputs, ...program.graph.declarations.keys()]) {
    const shape = node.shape.map((dim) => extent(dim, sizes));
    const upper = ranges.get(node)?.upper ?? Number.POSITIVE_INFINITY;
    const off = (i: number) => (node.dtype === "f32" ? spread * Math.sin(1 + i * 12.9898 + seed + values.size) : 0);
    const data = sourceData(node.dtype, product(shape) as number, seed + values.size).map(
      (value, i) => (node.dtype === "i32" && Number.isFinite(upper) ? value % upper : value) + off(i),
    );
    values.set(sourceName(node), { dtype: node.dtype, shape, data });
  }
  return values;
}

export interface Expectation {
  readonly what: string;
  readonly value: Float64Array;
  /** Greatest distance that is right, element by element. */
  readonly error: ArrayLike<number>;
  readonly dtype: Dtype;
}

/** Throws where an element of `got` is farther from its value than its error. */
export function compare(got: ArrayLike<number>, { what, value, error, dtype }: Expectation, tally?: Tally): void {
  const size = Math.max(1e-3, ...Array.from(value, Math.abs).filter(Number.isFinite));
  for (const [i, wanted] of value.entries()) {
    const allowed = error[i] as number;
    if (tally) {
      tally.elements++;
      if (allowed <= 1e-3 * size) tally.judged++;
    }
    const exact = dtype !== "f32" && allowed > 0 ? Number.POSITIVE_INFINITY : allowed;
    if (!(gap(wanted, got[i] as number) <= exact))
      throw new Error(
        `${what}: element ${i} is ${got[i]} in place of ${wanted} (± ${allowed}); all: ${Array.from(got).slice(0, 20)} in place of ${Array.from(value).slice(0, 20)}`,
      );
  }
}
