import type { Shape } from "../ir/type.ts";

const letters = "ijklmnopqrstuvw";

/** What a formula calls an axis: the name of its dynamic dimension, else a letter by position: `batch`, `j`. */
export function axisName(shape: Shape, axis: number): string {
  const dim = shape[axis];
  return typeof dim === "string" ? dim : (letters[axis] ?? `a${axis}`);
}

/** The names of the axes that a sum over `axes` runs along; those of extent 1 are not worth a word. */
export const axisNames = (shape: Shape, axes: readonly number[]): string[] =>
  axes.filter((axis) => shape[axis] !== 1).map((axis) => axisName(shape, axis));
