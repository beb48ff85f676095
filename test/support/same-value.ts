// Compares what graphs compute: the check that every pass is held against, before against after.
import { expect } from "vitest";
import { evaluate, type Source, valueAt } from "../../compiler/interpret.ts";
import { evaluate as extent, type Sizes } from "../../compiler/ir/dim.ts";
import { type Program, rootsOf } from "../../compiler/ir/entry.ts";
import { topological } from "../../compiler/ir/graph.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Value } from "../../compiler/ops/op.ts";

export interface Comparison {
  readonly sizes?: Sizes;
  /** Values by source name in place of random ones. */
  readonly sources?: Readonly<Record<string, readonly number[]>>;
  readonly training?: boolean;
  readonly round?: "f32";
  /** i32 inputs are drawn from [0, classes). */
  readonly classes?: number;
  /** Relative to the larger of 1 and the value. Folded constants are rounded to f32: 6e-8 each. */
  readonly tolerance?: number;
}

/** Numbers in [0, 1), the same ones in every run: the linear congruential generator of Numerical Recipes. */
export function* uniform(seed = 1): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Random values, between -2 and 2, for all sources that `roots` depend on. */
export function drawSources(roots: readonly Node[], { sizes = {}, sources = {}, classes = 2 }: Comparison): Map<string, Source> {
  const random = uniform();
  const drawn = new Map<string, Source>();
  for (const { params, dtype, shape } of topological(roots)) {
    if (!("name" in params)) continue;
    const extents = shape.map((dim) => extent(dim, sizes));
    const draw = () =>
      dtype === "i32" ? Math.floor(random.next().value * classes) : dtype === "bool" ? Math.round(random.next().value) : 4 * random.next().value - 2;
    const length = extents.reduce((product, size) => product * size, 1);
    drawn.set(params.name, { dtype, shape: extents, data: sources[params.name] ?? Array.from({ length }, draw) });
  }
  return drawn;
}

/** The values of `roots` for random sources. */
export function valuesOf(roots: readonly Node[], comparison: Comparison = {}, drawn = drawSources(roots, comparison)): Value[] {
  const { sizes = {}, training = false, round } = comparison;
  const values = evaluate(roots, { sizes, training, sources: drawn, ...(round ? { round } : {}) });
  return roots.map((root) => valueAt(values, root));
}

/** Expects that both lists of nodes have the same values. */
export function expectSameValue(before: readonly Node[], after: readonly Node[], comparison: Comparison = {}): void {
  const { tolerance = 1e-6 } = comparison;
  const drawn = drawSources([...before, ...after], comparison);
  const expected = valuesOf(before, comparison, drawn);
  for (const [i, value] of valuesOf(after, comparison, drawn).entries()) {
    expect(value.shape).toEqual(expected[i]?.shape);
    for (const [at, element] of value.data.entries()) {
      const wanted = expected[i]?.data[at] as number;
      const close = Object.is(element, wanted) || element === wanted || Math.abs(element - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
      expect(close, `root ${i}, element ${at}: ${element} in place of ${wanted}`).toBe(true);
    }
  }
}

/** Expects that every entry point of both programs has the same results and updates. */
export function expectSameProgram(before: Program, after: Program, comparison: Comparison = {}): void {
  for (const [i, entry] of before.entries.entries()) {
    const other = after.entries[i] as Program["entries"][number];
    expectSameValue(rootsOf(entry), rootsOf(other), { sizes: before.capacity, ...comparison, training: entry.training });
  }
}
