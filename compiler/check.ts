// What `CHECK=1` and `CHECK=2` do after each pass over graphs.
import { InternalError } from "../runtime/error.ts";
import type { CheckLevel } from "./debug.ts";
import { evaluate, type Source, valueAt } from "./interpret.ts";
import { evaluate as extent, type Sizes } from "./ir/dim.ts";
import { type Program, rootsOf } from "./ir/entry.ts";
import { topological } from "./ir/graph.ts";
import type { Node } from "./ir/node.ts";
import { printProgram } from "./ir/print.ts";
import { verify } from "./ir/verify.ts";
import { indexRanges } from "./passes/index-ranges.ts";

/** Throws an InternalError that names the pass and prints the program before it, where `after` is not in order or computes other values. */
export function checkPass(pass: string, before: Program, after: Program, level: CheckLevel): void {
  try {
    if (level >= 1) verify(after, before);
    if (level >= 2) compare(before, after);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new InternalError(`The pass "${pass}" broke the program: ${error.message}\nbefore it:\n${printProgram(before)}`);
  }
}

// Constants that were folded are rounded to f32, 6e-8 each, and a difference of such values magnifies that.
const tolerance = 1e-4;

function compare(before: Program, after: Program): void {
  const roots = before.entries.flatMap(rootsOf);
  // Two rows are enough to tell a sum over rows from a row.
  const sizes = Object.fromEntries(Object.keys(before.capacity).map((name) => [name, 2]));
  const ranges = indexRanges(before);
  const sources = drawSources(roots, sizes, (node) => ranges.get(node)?.upper ?? 2);
  for (const [i, entry] of before.entries.entries()) {
    const others = rootsOf(after.entries[i] as Program["entries"][number]);
    const values = [rootsOf(entry), others].map((nodes) => {
      const known = evaluate(nodes, { sizes, sources, training: entry.training });
      return nodes.map((node) => valueAt(known, node).data);
    }) as [Float64Array[], Float64Array[]];
    const at = values[0].findIndex((data, root) => !data.every((element, position) => close(element, values[1][root]?.[position] as number)));
    if (at >= 0) throw new InternalError(`result or update ${at} of "${entry.name}" is [${values[1][at]}] in place of [${values[0][at]}]`);
  }
}

const close = (x: number, y: number) => Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x));

/** Numbers in [0, 1), the same ones in every run: the linear congruential generator of Numerical Recipes. */
export function* uniform(seed = 1): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Random values for all sources that `roots` depend on: f32 between -2 and 2, i32 in [0, upper). */
export function drawSources(roots: readonly Node[], sizes: Sizes, upper: (node: Node) => number): Map<string, Source> {
  const random = uniform();
  const drawn = new Map<string, Source>();
  for (const node of topological(roots)) {
    const { dtype, shape } = node;
    const { name } = node.params;
    if (typeof name !== "string") continue;
    const extents = shape.map((dim) => extent(dim, sizes));
    const length = extents.reduce((product, size) => product * size, 1);
    const scale = dtype === "i32" ? upper(node) : dtype === "bool" ? 2 : 4;
    const draw = () => (dtype === "f32" ? scale * random.next().value - 2 : Math.floor(scale * random.next().value));
    drawn.set(name, { dtype, shape: extents, data: Array.from({ length }, draw) });
  }
  return drawn;
}
