// Names of the numbers that inputs take of a row.
import type { Assignment } from "./assign.ts";
import type { Kept } from "./kept.ts";

/** A name for each number that an input takes of a row of a table. */
export function elementNames(learned: Kept): Record<string, string[]> {
  const ofColumn = (name: string): string[] =>
    learned.oneHot?.includes(name) ? (learned.classes[name] ?? []).map((label) => `${name} = ${label}`) : [name];
  return Object.fromEntries(Object.entries(learned.columns).map(([input, names]) => [input, names.flatMap(ofColumn)]));
}

/** The columns of each input that hold numbers. */
export const plainColumns = ({ columns, classes }: Kept): Assignment =>
  Object.fromEntries(Object.entries(columns).map(([input, names]) => [input, names.filter((name) => !Object.hasOwn(classes, name))]));

/** The names of the numbers of an array of that shape: `image[3,4]`. */
export function namesIn(name: string, shape: readonly number[]): string[] {
  if (shape.length === 0) return [name];
  const places = shape.reduce<string[]>(
    (fronts, extent) => fronts.flatMap((front) => Array.from({ length: extent }, (_, at) => `${front}${at},`)),
    [""],
  );
  return places.map((place) => `${name}[${place.slice(0, -1)}]`);
}
