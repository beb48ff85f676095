// Contours of a function on a grid, by marching squares (Lorensen and Cline 1987, in the plane).
import type { Point } from "./chart.ts";

/** Values of a function at all pairs of `xs` and `ys`, those of one y after the other. */
export interface Grid {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly values: readonly number[];
}

export const gridOf = (xs: readonly number[], ys: readonly number[], f: (x: number, y: number) => number): Grid => ({
  xs,
  ys,
  values: ys.flatMap((y) => xs.map((x) => f(x, y))),
});

/** `count` numbers at equal distances. */
export const spaced = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

/** Where the function crosses `level` on an edge of the grid, between two corners. */
interface Crossing {
  readonly key: string;
  readonly point: Point;
}

/** The lines on which the function is `level`. */
export function contour(grid: Grid, level: number): Point[][] {
  const points = new Map<string, Point>();
  const next = new Map<string, string[]>();
  for (let row = 0; row + 1 < grid.ys.length; row++)
    for (let column = 0; column + 1 < grid.xs.length; column++) {
      const crossings = crossingsOf(grid, level, column, row);
      // A saddle has two pairs of crossings.
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const [a, b] = [crossings[i] as Crossing, crossings[i + 1] as Crossing];
        for (const { key, point } of [a, b]) points.set(key, point);
        next.set(a.key, [...(next.get(a.key) ?? []), b.key]);
        next.set(b.key, [...(next.get(b.key) ?? []), a.key]);
      }
    }
  return joined(next).map((keys) => keys.map((key) => points.get(key) as Point));
}

function crossingsOf({ xs, ys, values }: Grid, level: number, column: number, row: number): Crossing[] {
  const corner = (dx: number, dy: number) => {
    const [i, j] = [column + dx, row + dy];
    return { name: `${i},${j}`, x: xs[i] as number, y: ys[j] as number, above: (values[j * xs.length + i] as number) - level };
  };
  const corners = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
  return corners.flatMap((a, i): Crossing[] => {
    const b = corners[(i + 1) % 4] as typeof a;
    if (a.above < 0 === b.above < 0) return [];
    const t = a.above / (a.above - b.above);
    return [{ key: [a.name, b.name].sort().join(), point: [a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)] }];
  });
}

/** The chains of a graph in which each node has one or two neighbours; those that end come first, circles end where they began. */
function joined(next: ReadonlyMap<string, readonly string[]>): string[][] {
  const seen = new Set<string>();
  const ends = [...next.keys()].filter((key) => next.get(key)?.length === 1);
  return [...ends, ...next.keys()].flatMap((start) => {
    if (seen.has(start)) return [];
    const chain: string[] = [];
    for (let at: string | undefined = start; at !== undefined; at = next.get(at)?.find((key) => !seen.has(key))) {
      chain.push(at);
      seen.add(at);
    }
    const last = chain.at(-1) as string;
    return [chain.length > 2 && next.get(last)?.includes(start) ? [...chain, start] : chain];
  });
}
