// Sums, maxima and the like over axes, by their letters.
import { type Axis, build, isLettered, letterAt, positionOf, reader, shapeText, stridesOf, type Tensor, Unreadable } from "./tensor.ts";

/** Along what something goes: letters, the last axis, or all axes. */
export type Along = readonly string[] | "last" | undefined;

/** The axes of `x` that `letters` name: the rows, letters of its index, else places from i on. */
export function alongOf(x: Tensor, letters: Along): number[] {
  const { axes } = x;
  if (letters === undefined) return axes.map((_, axis) => axis);
  if (letters === "last") return axes.length > 0 ? [axes.length - 1] : [];
  return letters.map((letter) => {
    const place =
      letter === "batch"
        ? axes.findIndex(({ batch }) => batch)
        : isLettered(x)
          ? axes.findIndex((axis) => axis.letter === letter)
          : positionOf(letter);
    if (place < 0 || place >= axes.length) throw new Unreadable(`no axis ${letter} in ${shapeText(x)}`);
    return place;
  });
}

/** What is left of an axis has the letter of its place. */
const leftOver = (axis: Axis, place: number): Axis => (axis.letter === undefined ? { ...axis, left: letterAt(place) } : axis);

/** How far from the first each combination of places along `axes` of `x` is. */
function offsets(x: Tensor, axes: readonly number[]): number[] {
  const strides = stridesOf(x.axes);
  return axes.reduce<number[]>(
    (before, axis) =>
      before.flatMap((from) => Array.from({ length: (x.axes[axis] as Axis).extent }, (_, place) => from + place * (strides[axis] as number))),
    [0],
  );
}

/** `f` of the elements along some axes. */
export function reduce(x: Tensor, along: readonly number[], f: (values: readonly number[]) => number): Tensor {
  const kept = x.axes.flatMap((_, place) => (along.includes(place) ? [] : [place]));
  const over = offsets(x, along);
  const values = offsets(x, kept).map((from) => f(over.map((offset) => x.data[from + offset] as number)));
  return { axes: kept.map((place) => leftOver(x.axes[place] as Axis, place)), data: Float64Array.from(values) };
}

/** The values along one axis replaced by `f` of them, as many. */
export function sweep(x: Tensor, along: number, f: (values: readonly number[]) => readonly number[]): Tensor {
  const swept = new Map<string, readonly number[]>();
  const [read, extent] = [reader(x), (x.axes[along] as Axis).extent];
  return build(x.axes, (at) => {
    const key = at.map((position, axis) => (axis === along ? "" : position)).join();
    let values = swept.get(key);
    if (!values) {
      values = f(Array.from({ length: extent }, (_, place) => read(at.map((position, axis) => (axis === along ? place : position)))));
      swept.set(key, values);
    }
    return values[at[along] as number] as number;
  });
}

export const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export const largest = (values: readonly number[]): number => Math.max(...values);

/** 1 at the first largest along some axes, of which the last is counted fastest. */
export function firstLargest(x: Tensor, along: readonly number[]): Tensor {
  const kept = x.axes.flatMap((_, place) => (along.includes(place) ? [] : [place]));
  const [over, data] = [offsets(x, along), new Float64Array(x.data.length)];
  for (const from of offsets(x, kept)) {
    const values = over.map((offset) => x.data[from + offset] as number);
    data[from + (over[values.indexOf(largest(values))] as number)] = 1;
  }
  return { axes: x.axes, data };
}
