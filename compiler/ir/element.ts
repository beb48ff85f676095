import { InternalError } from "../../runtime/error.ts";

/**
 * The element of `list` at `index`, where there must be one: an input of a node, an extent of a shape.
 * Loops over the numbers of tensors do without it, since looking at an index takes as long as using it.
 */
export function elementAt<T>(list: ArrayLike<T>, index: number): T {
  if (!(index >= 0 && index < list.length)) throw new InternalError(`There is no element ${index} among ${list.length}`);
  return list[index] as T;
}
