// Functions that choose by index, or find one: onehot, gather, scatter, argmax, argmin; and what has been so far along an axis.
import { type FunctionTable, type Given, last } from "./given.ts";
import { indicesOf, Misfit, make, permuted, scattered, shapeText, strides, type Tensor, taken, type Work, withNames } from "./tensor.ts";

function onehot(y: Tensor, { classes, work }: Given): Tensor {
  work.spend(y.data.length * classes);
  const data = new Float64Array(y.data.length * classes);
  for (const [row, value] of y.data.entries()) if (value >= 0 && value < classes) data[row * classes + value] = 1;
  return make([...y.shape, classes], data, [...y.shape.map((_, axis) => y.axes?.[axis]), undefined]);
}

/** The rows of `table` that `index` counts from 0. */
function gather(table: Tensor, index: Tensor, work: Work): Tensor {
  const [own, rank] = [strides(index.shape), index.shape.length];
  const rowAt = (place: readonly number[]) => index.data[own.reduce((at, step, axis) => at + step * (place[axis] as number), 0)] as number;
  const from = (place: readonly number[]) => [rowAt(place), ...place.slice(rank)];
  const shape = [...index.shape, ...table.shape.slice(1)];
  return withNames(
    taken(table, shape, from, work, Number.NaN),
    shape.map((_, axis) => index.axes?.[axis]),
  );
}

/** The elements of `x` at the places `index` along an axis, which `index` may lack. */
function take(x: Tensor, index: Tensor, { subscript, work }: Given): Tensor {
  const [axis] = last(x, subscript) as [number];
  const isSingle = index.shape.length === x.shape.length - 1;
  if (!isSingle && index.shape.length !== x.shape.length) throw new Misfit(`take of ${shapeText(x.shape)} at ${shapeText(index.shape)}`);
  const own = strides(index.shape);
  const placeAt = (at: readonly number[]) => index.data[own.reduce((place, step, each) => place + step * (at[each] as number), 0)] as number;
  const from = (at: readonly number[]) => [...at.slice(0, axis), placeAt(at), ...at.slice(isSingle ? axis : axis + 1)];
  return withNames(
    taken(x, index.shape, from, work, Number.NaN),
    [...index.shape.keys()].map((each) => index.axes?.[each]),
  );
}

/** Each row of `x` added at the row that `index` says, of as many rows as stand below, else as what the formula is of has. */
function scatter(x: Tensor, index: Tensor, { subscript, shape, work }: Given): Tensor {
  const rows = subscript === undefined ? shape?.[0] : Number(subscript);
  const rank = index.shape.length;
  if (rows === undefined || !Number.isInteger(rows)) throw new Misfit("scatter where nothing tells how many rows there are");
  if (String(x.shape.slice(0, rank)) !== String(index.shape)) throw new Misfit(`scatter of ${shapeText(x.shape)} by ${shapeText(index.shape)}`);
  const own = strides(index.shape);
  const rowAt = (place: readonly number[]) => index.data[own.reduce((at, step, axis) => at + step * (place[axis] as number), 0)] as number;
  return scattered(x, [rows, ...x.shape.slice(rank)], (place) => [rowAt(place), ...place.slice(rank)], work);
}

/** The place of the first largest element along an axis, or among all. */
function argmax(x: Tensor, { subscript, work }: Given): Tensor {
  const axis = last(x, subscript)[0] as number;
  const kept = [...x.shape.keys()].filter((other) => other !== axis);
  const order = [...kept, axis];
  const size = x.shape[axis] as number;
  const turned = permuted(x, order);
  work.spend(turned.data.length);
  const data = new Float64Array(size === 0 ? 0 : turned.data.length / size);
  for (let row = 0; row < data.length; row++)
    for (let i = 1; i < size; i++)
      if ((turned.data[row * size + i] as number) > (turned.data[row * size + (data[row] as number)] as number)) data[row] = i;
  return make(turned.shape.slice(0, -1), data, nameAxes(x, kept));
}

const negative = (x: Tensor): Tensor => ({ ...x, data: x.data.map((value) => -value) });

const nameAxes = (x: Tensor, kept: readonly number[]): string[] => kept.map((axis) => x.axes?.[axis] ?? ("ijklmnopqrstuvw"[axis] as string));

/** What `f` makes of the elements up to each place along an axis. */
function soFar(x: Tensor, { subscript, work }: Given, f: (before: number, value: number) => number): Tensor {
  const axis = last(x, subscript)[0] as number;
  const step = strides(x.shape)[axis] as number;
  work.spend(x.data.length);
  const data = Float64Array.from(x.data);
  let at = 0;
  for (const index of indicesOf(x.shape)) {
    if ((index[axis] as number) > 0) data[at] = f(data[at - step] as number, data[at] as number);
    at++;
  }
  return make(x.shape, data, x.axes);
}

export const choices: FunctionTable = {
  onehot: [1, 1, ([y], given) => onehot(y as Tensor, given)],
  gather: [2, 2, ([table, index], { work }) => gather(table as Tensor, index as Tensor, work)],
  take: [2, 2, ([x, index], given) => take(x as Tensor, index as Tensor, given)],
  scatter: [2, 2, ([x, index], given) => scatter(x as Tensor, index as Tensor, given)],
  argmax: [1, 1, ([x], given) => argmax(x as Tensor, given)],
  argmin: [1, 1, ([x], given) => argmax(negative(x as Tensor), given)],
  cumsum: [1, 1, ([x], given) => soFar(x as Tensor, given, (a, b) => a + b)],
  cumprod: [1, 1, ([x], given) => soFar(x as Tensor, given, (a, b) => a * b)],
};
