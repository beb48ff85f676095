// The functions that pages and programs call by name, on tables.

import { adaptive } from "./adaptive.ts";
import { choices } from "./choices.ts";
import { all, type Fn, type FunctionTable, type Given, last, namedIn } from "./given.ts";
import { cut, movement } from "./movement.ts";
import { outer, product } from "./products.ts";
import { scalarFunction, scalarNames } from "./scalars.ts";
import { sliding } from "./sliding.ts";
import { elementwise, isScalar, Misfit, make, reduced, scalar, shapeText, type Tensor, transposed, type Work } from "./tensor.ts";

const plus = (a: number, b: number): number => a + b;
const times = (a: number, b: number): number => a * b;
const over = (a: number, b: number): number => a / b;

export const sum = (x: Tensor, axes: readonly number[], work: Work): Tensor => (isScalar(x) ? x : reduced(x, axes, 0, plus, work));
const largest = (x: Tensor, axes: readonly number[], work: Work): Tensor => reduced(x, axes, Number.NEGATIVE_INFINITY, Math.max, work);

function mean(x: Tensor, axes: readonly number[], work: Work): Tensor {
  const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  return elementwise(over, [sum(x, axes, work), scalar(count)], work);
}

/** `common`, which rows of `x` along `axes` have in common, with these axes: two axes may be called alike. */
const inPlace = (common: Tensor, x: Tensor, axes: readonly number[]): Tensor =>
  make(
    x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
    common.data,
  );

/** log Σ exp of rows of logits, less the largest of which nothing overflows. */
function logSumExp(x: Tensor, axes: readonly number[], work: Work): Tensor {
  const top = elementwise((m) => (Number.isFinite(m) ? m : 0), [largest(x, axes, work)], work);
  const rest = sum(
    elementwise((value, m) => Math.exp(value - m), [x, inPlace(top, x, axes)], work),
    axes,
    work,
  );
  return elementwise((m, s) => m + Math.log(s), [top, rest], work);
}

/** What `f` makes of each element and of log Σ exp of its row, along the last axis unless stated. */
function besideLogSum(f: (value: number, total: number) => number, x: Tensor, { subscript, work }: Given): Tensor {
  const axes = last(x, subscript);
  return elementwise(f, [x, inPlace(logSumExp(x, axes, work), x, axes)], work);
}

function variance(x: Tensor, axes: readonly number[], work: Work): Tensor {
  return mean(
    elementwise((value, center) => (value - center) ** 2, [x, mean(x, axes, work)], work),
    axes,
    work,
  );
}

/** Of a sample. */
function deviation(x: Tensor, axes: readonly number[], work: Work): Tensor {
  const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  return elementwise((spread) => Math.sqrt((spread * count) / (count - 1)), [variance(x, axes, work)], work);
}

function extreme(f: (a: number, b: number) => number, start: number): Fn {
  return ([x, y], { subscript, work }) =>
    y ? elementwise(f, [x as Tensor, y], work) : reduced(x as Tensor, namedIn(x as Tensor, subscript), start, f, work);
}

function conditionalMean(x: Tensor, condition: Tensor, work: Work): Tensor {
  const count = sum(condition, all(condition), work);
  const chosen = elementwise((value, holds) => (holds ? value : 0), [x, condition], work);
  return elementwise(over, [sum(chosen, all(chosen), work), count], work);
}

function standardScore(x: Tensor, mean: Tensor, deviation: Tensor, work: Work): Tensor {
  return elementwise((value, m, d) => (value - m) / d, [x, mean, deviation], work);
}

function glu(x: Tensor, { subscript, work }: Given): Tensor {
  const axis = last(x, subscript)[0] as number;
  const half = (x.shape[axis] as number) / 2;
  if (!Number.isInteger(half)) throw new Misfit(`glu of ${shapeText(x.shape)}`);
  return elementwise((a, b) => a / (1 + Math.exp(-b)), [cut(x, axis, 0, half, work), cut(x, axis, half, 2 * half, work)], work);
}

function cosine(x: Tensor, y: Tensor, work: Work): Tensor {
  const dot = (a: Tensor, b: Tensor) => sum(elementwise(times, [a, b], work), [Math.max(a.shape.length, b.shape.length) - 1], work);
  return elementwise((xy, xx, yy) => xy / (Math.sqrt(xx + 1e-12) * Math.sqrt(yy + 1e-12)), [dot(x, y), dot(x, x), dot(y, y)], work);
}

/** The axes that a second argument numbers from 0, as in sum(x, 0). */
function numbered(x: Tensor, axis: Tensor | undefined, subscript: string | undefined): number[] {
  const at = axis?.data[0];
  if (at === undefined) return namedIn(x, subscript);
  if (axis?.data.length !== 1 || !(at >= 0 && at < x.shape.length && Number.isInteger(at)))
    throw new Misfit(`the axis ${at} of ${shapeText(x.shape)}`);
  return [at];
}

const functions: FunctionTable = {
  ...movement,
  ...choices,
  ...sliding,
  ...adaptive,
  sum: [1, 2, ([x, axis], { subscript, work }) => sum(x as Tensor, numbered(x as Tensor, axis, subscript), work)],
  mean: [
    1,
    2,
    ([x, axis], { subscript, condition, work }) =>
      condition ? conditionalMean(x as Tensor, condition, work) : mean(x as Tensor, numbered(x as Tensor, axis, subscript), work),
  ],
  std: [1, 1, ([x], { subscript, work }) => deviation(x as Tensor, namedIn(x as Tensor, subscript), work)],
  var: [1, 1, ([x], { subscript, work }) => variance(x as Tensor, namedIn(x as Tensor, subscript), work)],
  norm: [
    1,
    1,
    ([x], { subscript, work }) => {
      const squares = sum(
        elementwise((value) => value * value, [x as Tensor], work),
        namedIn(x as Tensor, subscript),
        work,
      );
      return elementwise(Math.sqrt, [squares], work);
    },
  ],
  max: [1, 2, extreme(Math.max, Number.NEGATIVE_INFINITY)],
  min: [1, 2, extreme(Math.min, Number.POSITIVE_INFINITY)],
  softmax: [1, 1, ([x], given) => besideLogSum((value, total) => Math.exp(value - total), x as Tensor, given)],
  logSoftmax: [1, 1, ([x], given) => besideLogSum((value, total) => value - total, x as Tensor, given)],
  logSumExp: [1, 1, ([x], { subscript, work }) => logSumExp(x as Tensor, namedIn(x as Tensor, subscript), work)],
  held: [1, 1, ([x]) => x as Tensor],
  standardize: [3, 3, ([x, m, d], { work }) => standardScore(x as Tensor, m as Tensor, d as Tensor, work)],
  glu: [1, 1, ([x], given) => glu(x as Tensor, given)],
  prelu: [2, 2, ([x, slope], { work }) => elementwise((value, a) => (value > 0 ? value : a * value), [x as Tensor, slope as Tensor], work)],
  cosineSimilarity: [2, 2, ([x, y], { work }) => cosine(x as Tensor, y as Tensor, work)],
  and: [2, 2, ([x, y], { work }) => elementwise((a, b) => Number(a !== 0 && b !== 0), [x as Tensor, y as Tensor], work)],
  or: [2, 2, ([x, y], { work }) => elementwise((a, b) => Number(a !== 0 || b !== 0), [x as Tensor, y as Tensor], work)],
  outer: [2, 2, ([x, y], { work }) => outer(x as Tensor, y as Tensor, work)],
  dot: [2, 2, ([x, y], { work }) => product(x as Tensor, y as Tensor, work)],
  matmul: [2, 2, ([x, y], { work }) => product(x as Tensor, y as Tensor, work)],
  multiply: [2, 2, ([x, y], { work }) => product(x as Tensor, y as Tensor, work)],
  dotMultiply: [2, 2, ([x, y], { work }) => elementwise(times, [x as Tensor, y as Tensor], work)],
  transpose: [1, 1, ([x]) => transposed(x as Tensor)],
};

/** Functions of more than values: of extents, of names, and numbers that were drawn. */
const special: readonly string[] = ["reshape", "broadcast", "index", "random"];

export const functionNames: readonly string[] = [...Object.keys(functions), ...special, ...scalarNames];
const known = new Set(functionNames);

/** Whether `name` is a function that is known here, or the derivative of one of numbers. */
export const isFunction = (name: string): boolean => known.has(name) || (/[′']$/.test(name) && scalarNames.includes(name.slice(0, -1)));

/** Whether `name` takes `count` arguments, else how many it takes. */
export function arityOf(name: string): readonly [least: number, most: number] {
  const [least = 1, most = 1] = Object.hasOwn(functions, name) ? (functions[name] as readonly [number, number, Fn]) : [];
  return [least, most];
}

/** The value of a function; undefined where nothing is known of it. */
export function applied(name: string, args: readonly Tensor[], given: Given): Tensor | undefined {
  if (Object.hasOwn(functions, name)) return (functions[name] as readonly [number, number, Fn])[2](args, given);
  const f = scalarFunction(name, given.subscript);
  return f && elementwise(f, args, given.work);
}
