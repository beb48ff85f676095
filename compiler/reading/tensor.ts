// Tables of numbers in f64 and what signs do with them, by the rules by which pages are read.

/** Row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** What the axes are called, where something says it: `batch`, or the letters that an index or a sum left. */
  readonly axes?: readonly (string | undefined)[];
  /** Whether it is a vector that was transposed. */
  readonly isColumn?: boolean;
  /** Whether letters are written at it: `x[i,k]`. */
  readonly isIndexed?: boolean;
  /** The letter that the axis of the rows has, where letters are written at it. */
  readonly rows?: string;
}

/** Operands that do not fit; whoever knows where they stand says so. */
export class Misfit extends Error {}

/** Counts the elements that are computed. */
export interface Work {
  /** Takes `elements` off what may still be computed. */
  spend(elements: number): void;
}

const letters = "ijklmnopqrstuvw";

export const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
export const shapeText = (shape: readonly number[]): string => `[${shape.join(",")}]`;
export const scalar = (value: number): Tensor => ({ shape: [], data: Float64Array.of(value) });
export const isScalar = ({ shape }: Tensor): boolean => shape.length === 0;

/** What the axis of `tensor` is called: by its name, else by its position. */
export const axisName = ({ axes }: Pick<Tensor, "axes">, axis: number): string => axes?.[axis] ?? letters[axis] ?? `a${axis}`;

const withAxes = (axes: readonly (string | undefined)[]): Pick<Tensor, "axes"> => (axes.some((name) => name !== undefined) ? { axes } : {});

export const make = (shape: readonly number[], data: Float64Array, axes: readonly (string | undefined)[] = []): Tensor => ({
  shape,
  data,
  ...withAxes(axes),
});

/** How far apart neighbours along each axis lie. */
export function strides(shape: readonly number[]): number[] {
  const found = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) found[axis] = (found[axis + 1] as number) * (shape[axis + 1] as number);
  return found;
}

/** The positions, in row-major order of `shape`, of an operand that moves by `steps` along its axes. */
function positions(shape: readonly number[], steps: readonly number[]): Int32Array {
  const found = new Int32Array(elements(shape));
  const index = shape.map(() => 0);
  for (let at = 0, position = 0; at < found.length; at++) {
    found[at] = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += steps[axis] as number;
      if (++(index[axis] as number) < (shape[axis] as number)) break;
      position -= (steps[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return found;
}

/** Whether an axis has that name; the axis of the rows also has the letter of its place. */
const isCalled = (wide: Pick<Tensor, "axes">, axis: number, name: string): boolean =>
  axisName(wide, axis) === name || (wide.axes?.[axis] === "batch" && letters[axis] === name);

/** The axes of `wide` at which those of `x` stand: by name, else the last ones, else the first; an axis of extent 1 only where nothing else fits. */
function placesIn(x: Tensor, wide: Pick<Tensor, "shape" | "axes">): number[] | undefined {
  const [rank, all] = [x.shape.length, wide.shape.length];
  const named = x.shape.map((_, axis) => {
    const name = x.axes?.[axis];
    return name === undefined ? -1 : wide.shape.findIndex((_, place) => isCalled(wide, place, name));
  });
  const isNamed = named.every((place, axis) => place >= 0 && (axis === 0 || place > (named[axis - 1] as number)));
  const last = x.shape.map((_, axis) => all - rank + axis);
  const first = x.shape.map((_, axis) => axis);
  // Rows along rows, what is behind them along the last axes.
  const row = x.axes?.[0] === "batch" ? (wide.axes?.indexOf("batch") ?? -1) : -1;
  const rows = row >= 0 && (last[1] ?? all) > row ? [[row, ...last.slice(1)]] : [];
  const ways = [...(isNamed ? [named] : []), ...rows, last, first];
  const fits = (places: readonly number[]) => places.every((place, axis) => x.shape[axis] === wide.shape[place]);
  const stretches = (places: readonly number[]) =>
    places.every((place, axis) => x.shape[axis] === 1 || wide.shape[place] === 1 || x.shape[axis] === wide.shape[place]);
  return ways.find(fits) ?? ways.find(stretches);
}

/** What `x[i,k] + y[i,j]` goes over, where all have letters and no operand has all of them: these in alphabetical order. */
function spanOf(operands: readonly Tensor[]): Pick<Tensor, "shape" | "axes"> | undefined {
  const extents = new Map<string, number>();
  const tables = operands.filter((x) => !isScalar(x));
  for (const { shape, axes, isIndexed } of tables)
    for (const [axis, size] of shape.entries()) {
      const name = axes?.[axis];
      if (!isIndexed || name === undefined || (extents.get(name) ?? size) !== size) return undefined;
      extents.set(name, size);
    }
  const names = [...extents.keys()].sort();
  if (tables.some(({ shape }) => shape.length === names.length)) return undefined;
  return { shape: names.map((name) => extents.get(name) as number), axes: names };
}

/** `f` of the elements of tables that fit: equal shapes, numbers, and tables of fewer axes. The axis of the rows stays so beside the letter of its place. */
export function elementwise(f: (...xs: number[]) => number, operands: readonly Tensor[], work: Work): Tensor {
  if (operands.every(isScalar)) return scalar(f(...operands.map(({ data }) => data[0] as number)));
  const widest = spanOf(operands) ?? operands.reduce((most, x) => (x.shape.length > most.shape.length ? x : most));
  const places = operands.map((x) => (isScalar(x) ? [] : placesIn(x, widest)));
  if (places.some((each) => each === undefined))
    throw new Misfit(
      `elementwise step of ${operands
        .filter((x) => !isScalar(x))
        .map(({ shape }) => shapeText(shape))
        .join(" and ")}`,
    );
  const shape = widest.shape.map((_, axis) => Math.max(...operands.map((x, i) => x.shape[(places[i] as number[]).indexOf(axis)] ?? 1)));
  work.spend(elements(shape));
  const at = operands.map((x, i) => {
    const own = strides(x.shape);
    return positions(
      shape,
      shape.map((_, axis) => {
        const from = (places[i] as number[]).indexOf(axis);
        return from < 0 || x.shape[from] === 1 ? 0 : (own[from] as number);
      }),
    );
  });
  const xs = operands.map(() => 0);
  const data = new Float64Array(elements(shape));
  for (let e = 0; e < data.length; e++) {
    for (let i = 0; i < xs.length; i++) xs[i] = (operands[i] as Tensor).data[(at[i] as Int32Array)[e] as number] as number;
    data[e] = f(...xs);
  }
  const axes = shape.map((_, axis) => {
    const names = operands.flatMap((x, i) => x.axes?.[(places[i] as number[]).indexOf(axis)] ?? []);
    return names[0] === letters[axis] && names.includes("batch") ? "batch" : names[0];
  });
  const rows = operands.find((x) => x.rows !== undefined && axes.includes(x.rows))?.rows;
  return {
    ...make(shape, data, axes),
    ...(operands.some(({ isColumn }) => isColumn) && shape.length === 2 && { isColumn: true }),
    ...(rows !== undefined && { rows }),
    ...(operands.every((x) => isScalar(x) || x.isIndexed) && { isIndexed: true }),
  };
}

/** The last two axes exchanged; a vector becomes a column. */
export function transposed(x: Tensor): Tensor {
  const { shape, data } = x;
  if (shape.length === 0) return x;
  if (shape.length === 1) return { ...make([shape[0] as number, 1], data), isColumn: true };
  if (x.isColumn) return make([shape[0] as number], data);
  return permuted(x, [...shape.keys()].slice(0, -2).concat(shape.length - 1, shape.length - 2));
}

/** Each index of `shape` in row-major order; the array is used again. */
export function* indicesOf(shape: readonly number[]): Generator<readonly number[]> {
  const index = shape.map(() => 0);
  for (let left = elements(shape); left > 0; left--) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++(index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
}

/** Where the element of `index` lies among the data of `shape`; undefined outside. */
export function positionIn(shape: readonly number[], index: readonly number[]): number | undefined {
  let position = 0;
  for (const [axis, size] of shape.entries()) {
    const i = index[axis] as number;
    if (!(i >= 0 && i < size)) return undefined;
    position = position * size + i;
  }
  return position;
}

/** A table of `shape` whose element at each index is that of `x` at `from` the index, `fill` where that is outside. */
export function taken(x: Tensor, shape: readonly number[], from: (index: readonly number[]) => readonly number[], work: Work, fill = 0): Tensor {
  work.spend(elements(shape));
  const data = new Float64Array(elements(shape));
  let at = 0;
  for (const index of indicesOf(shape)) {
    const position = positionIn(x.shape, from(index));
    data[at++] = position === undefined ? fill : (x.data[position] as number);
  }
  return make(shape, data);
}

/** A table of `shape` to which each element of `x` is added at `to` its index; what is outside is dropped. */
export function scattered(x: Tensor, shape: readonly number[], to: (index: readonly number[]) => readonly number[], work: Work): Tensor {
  work.spend(elements(shape) + x.data.length);
  const data = new Float64Array(elements(shape));
  let at = 0;
  for (const index of indicesOf(x.shape)) {
    const position = positionIn(shape, to(index));
    const value = x.data[at++] as number;
    if (position !== undefined) data[position] = (data[position] as number) + value;
  }
  return make(shape, data);
}

/** `x` with other names of axes. */
export const withNames = ({ shape, data }: Tensor, axes: readonly (string | undefined)[]): Tensor => make(shape, data, axes);

/** `x` without its axes of extent 1, where it has `rank` others. */
export function withoutOnes(x: Tensor, rank: number): Tensor {
  const shape = x.shape.filter((size) => size !== 1);
  return x.shape.length > rank && shape.length === rank ? make(shape, x.data) : x;
}

/** Tables of one shape as one, along a first axis. @throws Misfit */
export function stacked(parts: readonly Tensor[], work: Work): Tensor {
  const [first] = parts as [Tensor];
  const odd = parts.find(({ shape }) => shapeText(shape) !== shapeText(first.shape));
  if (odd) throw new Misfit(`steps of ${shapeText(first.shape)} and ${shapeText(odd.shape)}`);
  work.spend(parts.length * first.data.length);
  const data = new Float64Array(parts.length * first.data.length);
  for (const [i, part] of parts.entries()) data.set(part.data, i * first.data.length);
  return make([parts.length, ...first.shape], data, [undefined, ...first.shape.map((_, axis) => first.axes?.[axis])]);
}

/** The part of `x` at `at` along `axis`. */
export function partAt(x: Tensor, axis: number, at: number): Tensor {
  const front = axis === 0 ? x : permuted(x, [axis, ...[...x.shape.keys()].filter((other) => other !== axis)]);
  const size = elements(front.shape.slice(1));
  return make(front.shape.slice(1), front.data.slice(at * size, (at + 1) * size), front.axes?.slice(1));
}

/** The axes of `x` in another order. */
export function permuted(x: Tensor, order: readonly number[]): Tensor {
  const own = strides(x.shape);
  const shape = order.map((axis) => x.shape[axis] as number);
  const from = positions(
    shape,
    order.map((axis) => own[axis] as number),
  );
  const data = new Float64Array(from.length);
  for (let at = 0; at < data.length; at++) data[at] = x.data[from[at] as number] as number;
  return make(
    shape,
    data,
    order.map((axis) => x.axes?.[axis]),
  );
}

/** `f` over the elements along `over`; the axes that are left are called what they are in `x`. */
export function reduced(x: Tensor, over: readonly number[], start: number, f: (sum: number, value: number) => number, work: Work): Tensor {
  const kept = [...x.shape.keys()].filter((axis) => !over.includes(axis));
  const shape = kept.map((axis) => x.shape[axis] as number);
  work.spend(x.data.length);
  const steps = strides(shape);
  const to = positions(
    x.shape,
    x.shape.map((_, axis) => (kept.includes(axis) ? (steps[kept.indexOf(axis)] as number) : 0)),
  );
  const data = new Float64Array(elements(shape)).fill(start);
  for (let at = 0; at < x.data.length; at++) data[to[at] as number] = f(data[to[at] as number] as number, x.data[at] as number);
  return make(
    shape,
    data,
    kept.map((axis) => axisName(x, axis)),
  );
}

/** The sum of products of `x` and `y`, whose axes have letters, over the letters that `result` does not have. */
export function contracted(x: Tensor, xs: readonly string[], y: Tensor, ys: readonly string[], result: readonly string[], work: Work): Tensor {
  const sizes = new Map<string, number>();
  for (const [names, { shape }] of [
    [xs, x],
    [ys, y],
  ] as const)
    for (const [axis, name] of names.entries()) {
      if ((sizes.get(name) ?? shape[axis]) !== shape[axis]) throw new Misfit(`the axis ${name} of ${shapeText(x.shape)} and ${shapeText(y.shape)}`);
      sizes.set(name, shape[axis] as number);
    }
  const summed = [...sizes.keys()].filter((name) => !result.includes(name));
  const order = [...result, ...summed];
  const whole = order.map((name) => sizes.get(name) as number);
  work.spend(elements(whole));
  const stepsOf = (names: readonly string[], { shape }: Tensor) => {
    const own = strides(shape);
    return order.map((name) => (names.includes(name) ? (own[names.indexOf(name)] as number) : 0));
  };
  const [fromX, fromY] = [positions(whole, stepsOf(xs, x)), positions(whole, stepsOf(ys, y))];
  const shape = whole.slice(0, result.length);
  const inner = elements(whole.slice(result.length));
  const data = new Float64Array(elements(shape));
  for (let row = 0, at = 0; row < data.length; row++) {
    let total = 0;
    for (const end = at + inner; at < end; at++) total += (x.data[fromX[at] as number] as number) * (y.data[fromY[at] as number] as number);
    data[row] = total;
  }
  return make(shape, data);
}
