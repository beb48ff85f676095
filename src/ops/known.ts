import { dynamicDimension } from "../../compiler/diagnostics/tensors.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import type { Shape } from "../../compiler/ir/type.ts";

/** The extent of an axis that must be known when the model is compiled. @throws GradcError `dynamic-dimension` */
export function knownExtent(attempt: string, shape: Shape, axis: number): number {
  const extent = elementAt(shape, axis);
  if (typeof extent === "string") throw dynamicDimension(attempt, axis, shape);
  return extent;
}

/** `list` with another value at `axis`. */
export const replaced = <T>(list: readonly T[], axis: number, value: T): T[] => list.map((each, at) => (at === axis ? value : each));
