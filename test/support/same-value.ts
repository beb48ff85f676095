// Compares what graphs compute: the check that every pass is held against, before against after.
import { expect } from "vitest";
import { evaluate, type Source, valueAt } from "../../compiler/interpret.ts";
import type { Sizes } from "../../compiler/ir/dim.ts";
import { type Program, rootsOf } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Value } from "../../compiler/ops/op.ts";
import { drawSources } from "../../compiler/pipeline/draw.ts";

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

/** Random values for all sources that `roots` depend on. */
export function sourcesFor(roots: readonly Node[], { sizes = {}, sources = {}, classes = 2 }: Comparison): Map<string, Source> {
  const drawn = drawSources(roots, sizes, () => classes);
  return new Map([...drawn].map(([name, source]) => [name, { ...source, data: sources[name] ?? source.data }]));
}

/** The values of `roots` for random sources. */
export function valuesOf(roots: readonly Node[], comparison: Comparison = {}, drawn = sourcesFor(roots, comparison)): Value[] {
  const { sizes = {}, training = false, round } = comparison;
  const values = evaluate(roots, { sizes, training, sources: drawn, ...(round ? { round } : {}) });
  return roots.map((root) => valueAt(values, root));
}

/** Expects that both lists of nodes have the same values. */
export function expectSameValue(before: readonly Node[], after: readonly Node[], comparison: Comparison = {}): void {
  const { tolerance = 1e-6 } = comparison;
  const drawn = sourcesFor([...before, ...after], comparison);
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
