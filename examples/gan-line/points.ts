/** A point of the plane. */
export type Point = readonly [x: number, y: number];

/** Numbers in [-1, 1), the same for the same seed: a linear congruential generator with the constants of Numerical Recipes. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** What the generator is given: two numbers that say nothing. */
export const noise = (draw: () => number): Point => [draw(), draw()];

export const line = { slope: 0.5, height: 0.25 };

/** A point near the line, x between -1 and 1. */
export function onLine(draw: () => number): Point {
  const x = draw();
  return [x, line.slope * x + line.height + 0.05 * draw()];
}

/** `count` points. */
export const points = (count: number, point: () => Point): Point[] => Array.from({ length: count }, point);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The line that lies nearest by least squares, how far points are from it and how wide they lie along x: roots of mean squares. */
export function lineThrough(all: readonly Point[]) {
  const [x, y] = [mean(all.map(([x]) => x)), mean(all.map(([, y]) => y))];
  const width = mean(all.map((point) => (point[0] - x) ** 2));
  const slope = mean(all.map((point) => (point[0] - x) * (point[1] - y))) / width;
  const height = y - slope * x;
  const away = Math.sqrt(mean(all.map((point) => (point[1] - slope * point[0] - height) ** 2)));
  return { slope, height, away, width: Math.sqrt(width) };
}
