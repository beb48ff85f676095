import { coefficientOf, type Dim, namesOf } from "../ir/dim.ts";
import type { Shape } from "../ir/type.ts";
import { type Formula, number, operator } from "./tree.ts";

const letters = "ijklmnopqrstuvw";

/** What a formula calls an axis: the name of its dynamic dimension where it is the first of it, else a letter by position: `batch`, `j`. */
export function axisName(shape: Shape, axis: number): string {
  const dim = shape[axis];
  return typeof dim === "string" && shape.indexOf(dim) === axis ? dim : letterOf(axis);
}

/** The letter of an axis by position. */
export const letterOf = (axis: number): string => letters[axis] ?? `a${axis}`;

/** The names of the axes that a sum over `axes` runs along. */
export const axisNames = (shape: Shape, axes: readonly number[]): string[] => axes.map((axis) => axisName(shape, axis));

/** A run-time extent as mathematics: `batch`, `batch·3`. */
export function extent(dim: Dim): Formula {
  const names = namesOf(dim).map((name): Formula => ({ kind: "variable", name, scalar: true }));
  const factors = coefficientOf(dim) === 1 && names.length > 0 ? names : [...names, number(coefficientOf(dim))];
  return factors.reduce((product, factor) => operator("*", product, factor));
}
