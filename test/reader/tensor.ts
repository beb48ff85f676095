// Small dense tensors in f64 whose axes know what a reader knows of them, and how two of different axes meet element by element.

/** What a reader knows of an axis. */
export interface Axis {
  readonly extent: number;
  /** Whether it goes over the rows. */
  readonly batch?: boolean;
  /** The letter of an index that it stands for: `i` in `x[i,k]`. */
  readonly letter?: string;
  /** The letter of its place in what a sum was taken of. */
  readonly left?: string;
}

export interface Tensor {
  readonly axes: readonly Axis[];
  readonly data: Float64Array;
}

/** Why something on a page cannot be read. */
export class Unreadable extends Error {}

/** Elements beyond which nothing is evaluated. */
const mostElements = 20_000_000;

export const sizeOf = (axes: readonly Axis[]): number => axes.reduce((size, { extent }) => size * extent, 1);
export const shapeText = ({ axes }: Tensor): string =>
  `[${axes.map(({ extent, batch, letter, left }) => `${letter ?? left ?? ""}${letter || left ? ":" : ""}${batch ? "batch" : extent}`).join(", ")}]`;

export const scalar = (value: number): Tensor => ({ axes: [], data: Float64Array.of(value) });
export const isScalar = ({ axes }: Tensor): boolean => axes.length === 0;
export const isLettered = ({ axes }: Tensor): boolean => axes.length > 0 && axes.every(({ letter }) => letter !== undefined);

/** The i-th letter of axes by position, from i on, and back. */
export const letterAt = (position: number): string => String.fromCharCode("i".charCodeAt(0) + position);
export const positionOf = (letter: string): number => (/^[i-z]$/.test(letter) ? letter.charCodeAt(0) - "i".charCodeAt(0) : -1);

/** A tensor of these axes, whose elements `at` gives by their indices, which are the same array each time. */
export function build(axes: readonly Axis[], at: (index: readonly number[]) => number): Tensor {
  const size = sizeOf(axes);
  if (size > mostElements) throw new Unreadable(`${size} elements are too many`);
  const index = axes.map(() => 0);
  const data = new Float64Array(size);
  for (let flat = 0; flat < size; flat++) {
    data[flat] = at(index);
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (axes[axis] as Axis).extent) break;
      index[axis] = 0;
    }
  }
  return { axes, data };
}

/** How far apart in its data neighbours along each axis are. */
export function stridesOf(axes: readonly Axis[]): number[] {
  const strides = axes.map(() => 1);
  for (let axis = axes.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] as number) * (axes[axis + 1] as Axis).extent;
  return strides;
}

/** What reads an element by an index. */
export function reader({ axes, data }: Tensor): (index: readonly number[]) => number {
  const strides = stridesOf(axes);
  return (index) => data[strides.reduce((flat, stride, axis) => flat + stride * (index[axis] as number), 0)] as number;
}

/** The axes in the order of their letters, which are by position from then on. */
export function unlettered(x: Tensor): Tensor {
  if (!isLettered(x)) return x;
  const order = x.axes
    .map((_, axis) => axis)
    .sort((a, b) => ((x.axes[a] as Axis).letter as string).localeCompare((x.axes[b] as Axis).letter as string));
  const { axes, data } = permuted(x, order);
  return { axes: axes.map(({ extent, batch, letter }) => ({ extent, ...(batch && { batch }), left: letter as string })), data };
}

/** `x` without what is known of its axes but that they go over rows. */
export const plain = (x: Tensor): Tensor => {
  const { axes, data } = unlettered(x);
  return { axes: axes.map(({ extent, batch }) => ({ extent, ...(batch && { batch }) })), data };
};

export function permuted(x: Tensor, order: readonly number[]): Tensor {
  const axes = order.map((axis) => x.axes[axis] as Axis);
  const [read, index] = [reader(x), order.map(() => 0)];
  return build(axes, (at) => {
    for (const [to, from] of order.entries()) index[from] = at[to] as number;
    return read(index);
  });
}

/** So many of `x` from a place on along an axis. */
export function cut(x: Tensor, along: number, from: number, extent: number): Tensor {
  const read = reader(x);
  return build(
    x.axes.map((axis, place) => (place === along ? { ...axis, extent } : axis)),
    (at) => read(at.map((place, axis) => (axis === along ? place + from : place))),
  );
}

/** The parts one behind the other along an axis. @throws Unreadable where they do not fit */
export function sideBySide(parts: readonly Tensor[], along: number): Tensor {
  const [x] = parts as [Tensor];
  const isFitting = ({ axes }: Tensor) =>
    axes.length === x.axes.length && axes.every(({ extent }, axis) => axis === along || extent === x.axes[axis]?.extent);
  if (!parts.every(isFitting)) throw new Unreadable(`not side by side: ${parts.map(shapeText).join(" and ")}`);
  const owners = parts.flatMap((part) => {
    const read = reader(part);
    return Array.from({ length: (part.axes[along] as Axis).extent }, (_, place) => ({ read, place }));
  });
  return build(
    x.axes.map((axis, place) => (place === along ? { extent: owners.length } : axis)),
    (at) => {
      const { read, place } = owners[at[along] as number] as (typeof owners)[number];
      return read(at.map((own, axis) => (axis === along ? place : own)));
    },
  );
}

export const map = (x: Tensor, f: (value: number) => number): Tensor => ({ axes: x.axes, data: x.data.map(f) });

/** `f` of the elements of both, where they meet. @throws Unreadable where a reader would not know where */
export function meet(x: Tensor, y: Tensor, f: (a: number, b: number) => number): Tensor {
  if (isScalar(y)) return map(x, (a) => f(a, y.data[0] as number));
  if (isScalar(x)) return map(y, (b) => f(x.data[0] as number, b));
  if (isLettered(x) && isLettered(y)) return byLetters(x, y, f);
  if (x.axes.length < y.axes.length) return byPlaces(y, x, (a, b) => f(b, a));
  return byPlaces(x, y, f);
}

function byLetters(x: Tensor, y: Tensor, f: (a: number, b: number) => number): Tensor {
  const axes = [...x.axes, ...y.axes.filter(({ letter }) => x.axes.every((axis) => axis.letter !== letter))];
  const placesOf = (operand: Tensor) => operand.axes.map(({ letter }) => axes.findIndex((axis) => axis.letter === letter));
  for (const [operand, places] of [[x, placesOf(x)] as const, [y, placesOf(y)] as const])
    for (const [i, place] of places.entries())
      if (operand.axes[i]?.extent !== axes[place]?.extent)
        throw new Unreadable(`${operand.axes[i]?.letter} has two extents: ${shapeText(x)} and ${shapeText(y)}`);
  return joined(axes, [x, placesOf(x)], [y, placesOf(y)], f);
}

type Placed = readonly [Tensor, readonly number[]];

/** `f` of elements of both, each of whose axes is at one of the places of `axes`. */
function joined(axes: readonly Axis[], [x, atX]: Placed, [y, atY]: Placed, f: (a: number, b: number) => number): Tensor {
  const steps = (operand: Tensor, places: readonly number[]) => {
    const [strides, all] = [stridesOf(operand.axes), axes.map(() => 0)];
    for (const [i, place] of places.entries()) if ((operand.axes[i] as Axis).extent > 1) all[place] = strides[i] as number;
    return all;
  };
  const [ofX, ofY] = [steps(x, atX), steps(y, atY)];
  return build(axes, (index) => {
    let [a, b] = [0, 0];
    for (let axis = 0; axis < index.length; axis++) {
      a += (ofX[axis] as number) * (index[axis] as number);
      b += (ofY[axis] as number) * (index[axis] as number);
    }
    return f(x.data[a] as number, y.data[b] as number);
  });
}

/** `given` has at least as many axes as `other`. */
function byPlaces(given: Tensor, other: Tensor, f: (a: number, b: number) => number): Tensor {
  const [x, y, places] = [unlettered(given), unlettered(other), placesIn(given, other)];
  const axes = x.axes.map((axis, place) => {
    const at = places.indexOf(place);
    return at < 0 ? axis : merged(axis, y.axes[at] as Axis, x.axes.length === y.axes.length);
  });
  return joined(axes, [x, axes.map((_, place) => place)], [y, places], f);
}

/** What is known of an axis that two values share; of fewer axes only the one that has more says where these are left from. */
function merged(a: Axis, b: Axis, isWhole: boolean): Axis {
  const known = [a.left, ...(isWhole ? [b.left] : [])].filter((left) => left !== undefined);
  const [left] = new Set(known).size === 1 ? known : [];
  return { extent: Math.max(a.extent, b.extent), ...((a.batch || b.batch) && { batch: true }), ...(left !== undefined && { left }) };
}

const fits = (a: Axis | undefined, b: Axis | undefined): boolean =>
  a !== undefined && b !== undefined && (a.extent === b.extent || a.extent === 1 || b.extent === 1);

/** Where the axes of `y`, which has no more of them, go along those of `x`. */
function placesIn(x: Tensor, y: Tensor): number[] {
  const [big, small] = [unlettered(x).axes, unlettered(y).axes];
  const allFit = (places: readonly number[]) => places.every((place, i) => fits(big[place], small[i]));
  const own = small.map((_, i) => i);
  const offered = `${shapeText(x)} and ${shapeText(y)}`;
  if (small.length === big.length) {
    if (!allFit(own)) throw new Unreadable(`do not meet: ${offered}`);
    return own;
  }
  const named = small.map((axis) => placeByName(axis, big, isLettered(y)));
  const [last, first] = [filled(named, big.length, true), filled(named, big.length, false)];
  const [alongLast, alongFirst] = [last !== undefined && allFit(last), first !== undefined && allFit(first)];
  if (!alongLast && !alongFirst) {
    if (named.every((place) => place === undefined)) throw new Unreadable(`do not meet: ${offered}`);
    return placesIn(x, { ...y, axes: small.map(({ extent }) => ({ extent })) });
  }
  const isSame = String(last) === String(first) || small.every(({ extent }, i) => extent === 1 || last?.[i] === first?.[i]);
  if (alongLast && alongFirst && !isSame) throw new Unreadable(`ambiguous: ${offered}`);
  return (alongLast ? last : first) as number[];
}

/** Axes that have no place by name along the last that are free, or the first. */
function filled(named: readonly (number | undefined)[], count: number, last: boolean): number[] | undefined {
  const free = Array.from({ length: count }, (_, place) => place).filter((place) => !named.includes(place));
  const open = named.filter((place) => place === undefined).length;
  const taken = last ? free.slice(free.length - open) : free.slice(0, open);
  const places = named.map((place) => place ?? (taken.shift() as number));
  return places.every((place, i) => place !== undefined && place < count && (i === 0 || place > (places[i - 1] as number))) ? places : undefined;
}

/** Where an axis goes by its name: the rows along rows, a letter at its place. */
function placeByName({ batch, left }: Axis, big: readonly Axis[], isExplicit: boolean): number | undefined {
  if (batch && !isExplicit) {
    const rows = big.findIndex((axis) => axis.batch);
    return rows < 0 ? undefined : rows;
  }
  if (left === undefined) return undefined;
  const labelled = big.findIndex((axis) => axis.left === left);
  return labelled >= 0 ? labelled : positionOf(left);
}
