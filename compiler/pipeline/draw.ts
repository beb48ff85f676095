// Random values for checks, the same ones in every run.
import type { Source } from "../interpret.ts";
import { evaluate as extent, product, type Sizes } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import type { Shape, TensorType } from "../ir/type.ts";
import { withoutBodies } from "../ir/walk.ts";

/** Numbers in [0, 1), the same ones in every run: the linear congruential generator of Numerical Recipes. */
export function* uniform(seed = 1): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Sizes of dynamic dimensions: two rows are enough to tell a sum over rows from a row. */
export const smallSizes = (capacity: Sizes): Sizes => Object.fromEntries(Object.keys(capacity).map((name) => [name, 2]));

const numberOf = (shape: Shape, sizes: Sizes): number => extent(product(shape), sizes);

/** Values of a type: f32 between -2 and 2, i32 in [0, upper). */
export function drawValues({ dtype, shape }: TensorType, sizes: Sizes, upper: number, random: Iterator<number, never>): number[] {
  const scale = dtype === "i32" ? upper : dtype === "bool" ? 2 : 4;
  const draw = () => (dtype === "f32" ? scale * random.next().value - 2 : Math.floor(scale * random.next().value));
  return Array.from({ length: numberOf(shape, sizes) }, draw);
}

/** Random values for all sources that `roots` depend on. */
export function drawSources(roots: readonly Node[], sizes: Sizes, upper: (node: Node) => number): Map<string, Source> {
  const random = uniform();
  const drawn = new Map<string, Source>();
  for (const node of withoutBodies(roots)) {
    const { name } = node.params;
    if (typeof name !== "string") continue;
    const shape = node.shape.map((dim) => extent(dim, sizes));
    drawn.set(name, { dtype: node.dtype, shape, data: drawValues(node, sizes, upper(node), random) });
  }
  return drawn;
}
