import { uniform } from "../uniform.ts";

/** Rows as inputs of the model. */
export type Rows = {
  readonly x: number[][];
  readonly y: number[][];
};

/** `count` points with x from −1 to 1 and y = sin(4x) plus an error of Gauss with deviation 0.3 (Box and Muller 1958). */
export function points(count: number, seed: number): Rows {
  const next = uniform(seed);
  const error = () => 0.3 * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  const x = Array.from({ length: count }, () => [2 * next() - 1]);
  return { x, y: x.map(([a = 0]) => [Math.sin(4 * a) + error()]) };
}
