// How the address of a load or store moves along one loop: what schedules are chosen by.
import { type Dim, multiply } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { type Affine, type Axis, isAxis } from "../kernel/kernel.ts";
import type { Dependence } from "../kernel/visit.ts";

/** Consecutive points of an axis address: one element; neighbours; elements at a fixed distance; elements without a pattern. */
export type Access = "uniform" | "contiguous" | "strided" | "irregular";

/** Distances in elements that `axis` adds to the address, one a term; their sum is the distance between two points. */
export function stepsAlong(index: readonly Affine[], strides: readonly Dim[], axis: Axis): Dim[] {
  return index.flatMap(({ terms }, i) =>
    terms.filter(({ atom }) => atom === axis).map(({ coefficient }) => multiply(coefficient, elementAt(strides, i))),
  );
}

/** The access pattern of `index` into a buffer of `strides` along `axis`. */
export function accessAlong(index: readonly Affine[], strides: readonly Dim[], axis: Axis, depends: Dependence): Access {
  const computed = index.some((one) => one.terms.some(({ atom }) => !isAxis(atom) && depends.expr(atom).has(axis)));
  if (computed) return "irregular";
  const steps = stepsAlong(index, strides, axis);
  if (steps.some((step) => typeof step === "string")) return "strided";
  const distance = steps.reduce<number>((sum, step) => sum + Number(step), 0);
  if (distance === 0) return "uniform";
  return distance === 1 ? "contiguous" : "strided";
}
