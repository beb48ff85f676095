// Functions of equal parts of the last axes: the i-th of n is from ⌊i·l/n⌋ up to before ⌈(i + 1)·l/n⌉.
import type { FunctionTable, Given } from "./given.ts";
import { settingsIn, sizesIn } from "./settings.ts";
import { elements, indicesOf, Misfit, make, positionIn, shapeText, type Tensor, type Work } from "./tensor.ts";

/** The cells of each part, in its order; the parts are those of `counts` of the last axes of `shape`. */
function* partsOf(shape: readonly number[], counts: readonly number[], work: Work): Generator<number[]> {
  const first = shape.length - counts.length;
  if (first < 0) throw new Misfit(`${counts.join("×")} parts of ${shapeText(shape)}`);
  for (const index of indicesOf([...shape.slice(0, first), ...counts])) {
    const from = counts.map((count, axis) => Math.floor(((index[first + axis] as number) * (shape[first + axis] as number)) / count));
    const to = counts.map((count, axis) => Math.ceil((((index[first + axis] as number) + 1) * (shape[first + axis] as number)) / count));
    const sizes = to.map((end, axis) => end - (from[axis] as number));
    work.spend(elements(sizes));
    const cells: number[] = [];
    for (const within of indicesOf(sizes))
      cells.push(positionIn(shape, [...index.slice(0, first), ...within.map((at, axis) => at + (from[axis] as number))]) as number);
    yield cells;
  }
}

const countsOf = ({ subscript }: Given): number[] => sizesIn(settingsIn(subscript).plain[0] ?? "");

function pool(x: Tensor, given: Given, f: (cells: readonly number[]) => number): Tensor {
  const counts = countsOf(given);
  const values = [...partsOf(x.shape, counts, given.work)].map((cells) => f(cells.map((at) => x.data[at] as number)));
  const kept = x.shape.length - counts.length;
  return make([...x.shape.slice(0, kept), ...counts], Float64Array.from(values), x.axes?.slice(0, kept));
}

const largest = (cells: readonly number[]): number => cells.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
const mean = (cells: readonly number[]): number => cells.reduce((a, b) => a + b, 0) / cells.length;

/** Each element of `error` at those cells of its part that `takes` names. */
function back(error: Tensor, shape: readonly number[], given: Given, takes: (cells: readonly number[]) => readonly number[]): Tensor {
  const counts = countsOf(given);
  if (shapeText(error.shape.slice(-counts.length)) !== shapeText(counts)) throw new Misfit(`${counts.join("×")} parts of ${shapeText(error.shape)}`);
  const data = new Float64Array(elements(shape));
  let part = 0;
  for (const cells of partsOf(shape, counts, given.work)) {
    for (const at of takes(cells)) data[at] = (data[at] as number) + (error.data[part] as number);
    part++;
  }
  return make(shape, data, error.axes?.slice(0, shape.length - counts.length));
}

function maxBack(error: Tensor, x: Tensor, given: Given): Tensor {
  return back(error, x.shape, given, (cells) => {
    const values = cells.map((at) => x.data[at] as number);
    return [cells[values.indexOf(largest(values))] as number];
  });
}

function sumBack(error: Tensor, given: Given): Tensor {
  const rank = countsOf(given).length;
  const cells = settingsIn(given.subscript).numbers("cells", rank, []);
  if (cells.length === 0) throw new Misfit("parts of so many cells");
  return back(error, [...error.shape.slice(0, -rank), ...cells], given, (all) => all);
}

export const adaptive: FunctionTable = {
  adaptiveMaxPool: [1, 1, ([x], given) => pool(x as Tensor, given, largest)],
  adaptiveAvgPool: [1, 1, ([x], given) => pool(x as Tensor, given, mean)],
  adaptiveMaxPoolᵀ: [2, 2, ([error, x], given) => maxBack(error as Tensor, x as Tensor, given)],
  adaptiveSumPoolᵀ: [1, 1, ([error], given) => sumBack(error as Tensor, given)],
};
