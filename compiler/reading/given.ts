// What functions on tables are given beside their arguments, and how they find the axes that stand below their names.
import { axisName, Misfit, shapeText, type Tensor, type Work } from "./tensor.ts";

/** What a function is given beside its arguments. */
export interface Given {
  readonly subscript: string | undefined;
  /** The condition behind a bar: `mean(x | c)`. */
  readonly condition: Tensor | undefined;
  /** How many columns `onehot` has. */
  readonly classes: number;
  /** The shape of the value that the formula is of, where that is known: `scatter` has as many rows. */
  readonly shape: readonly number[] | undefined;
  readonly work: Work;
}

export type Fn = (args: readonly Tensor[], given: Given) => Tensor;

/** How many arguments each takes, at least and at most, and what it gives. */
export type FunctionTable = Readonly<Record<string, readonly [least: number, most: number, fn: Fn]>>;

/** The axes that names stand for: `batch`, letters by position, what an index left; all where none is said. */
export function axesNamed(x: Tensor, names: readonly string[]): number[] {
  return names.map((name) => {
    const called = name === "batch" && !x.axes?.includes("batch") ? (x.rows ?? name) : name;
    const named = x.shape.findIndex((_, axis) => axisName(x, axis) === called);
    const axis = named >= 0 ? named : "ijklmnopqrstuvw".indexOf(name);
    if (name === "" || axis < 0 || axis >= x.shape.length) throw new Misfit(`the axis "${name}" of ${shapeText(x.shape)}`);
    return axis;
  });
}

export const all = (x: Tensor): number[] => [...x.shape.keys()];
export const namedIn = (x: Tensor, subscript: string | undefined): number[] =>
  subscript === undefined ? all(x) : axesNamed(x, subscript.split(","));
export const last = (x: Tensor, subscript: string | undefined): number[] => (subscript === undefined ? [x.shape.length - 1] : namedIn(x, subscript));
