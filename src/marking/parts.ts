// Parts of tables: all numbers that have given places along some axes.
import { indicesOf, make, type Tensor } from "../../compiler/reading/tensor.ts";
import type { PartOf } from "./reader.ts";

/** Where the numbers of a part are in a table of that shape. */
export function placesOf(shape: readonly number[], at: PartOf["at"]): number[] {
  const found: number[] = [];
  let place = 0;
  for (const index of indicesOf(shape)) {
    if (at.every((number, axis) => number === undefined || number === index[axis])) found.push(place);
    place++;
  }
  return found;
}

/** A part as a table of its own. */
export function partOf({ shape, data, axes }: Tensor, at: PartOf["at"]): Tensor {
  const kept = [...shape.keys()].filter((axis) => at[axis] === undefined);
  const numbers = Float64Array.from(placesOf(shape, at), (place) => data[place] as number);
  return make(
    kept.map((axis) => shape[axis] as number),
    numbers,
    kept.map((axis) => axes?.[axis]),
  );
}
