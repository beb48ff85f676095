// Functions of windows: what lies in them, what is made of them, and what is added up at the places that they are of.
import { axesNamed, type FunctionTable, type Given } from "./given.ts";
import { type Settings, settingsIn, sizesIn } from "./settings.ts";
import { contracted, elements, Misfit, make, scattered, shapeText, type Tensor, taken, type Work, withNames } from "./tensor.ts";

/** How windows lie along the last axes of a table. */
interface Windows {
  readonly sizes: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const zip = <T>(rank: number, f: (axis: number) => T): T[] => Array.from({ length: rank }, (_, axis) => f(axis));

function windowsIn(settings: Settings, sizes: readonly number[], stride?: readonly number[]): Windows {
  const rank = sizes.length;
  const ones = sizes.map(() => 1);
  return {
    sizes,
    stride: settings.numbers("stride", rank, stride ?? ones),
    dilation: settings.numbers("dilation", rank, ones),
    ...settings.padding(rank),
  };
}

const reach = ({ sizes, dilation }: Windows, axis: number): number => (dilation[axis] as number) * ((sizes[axis] as number) - 1) + 1;

/** How many windows there are along the last axes of `extents`. @throws Misfit */
function countsOf(windows: Windows, extents: readonly number[]): number[] {
  const { sizes, stride, low, high } = windows;
  const counts = zip(sizes.length, (axis) => {
    const room = (extents[axis] as number) + (low[axis] as number) + (high[axis] as number) - reach(windows, axis);
    return Math.floor(room / (stride[axis] as number)) + 1;
  });
  if (counts.some((count) => !(count >= 1))) throw new Misfit(`windows of ${sizes.join("×")} in ${shapeText(extents)}`);
  return counts;
}

/** Where the cell `within` of the window at `at` lies. */
const placeOf = ({ stride, dilation, low }: Windows, axis: number, at: number, within: number): number =>
  (stride[axis] as number) * at + (dilation[axis] as number) * within - (low[axis] as number);

/** What lies in windows along the last axes: `[..., p, q, u, v]`, `fill` where they reach over the edge. */
function patches(x: Tensor, windows: Windows, work: Work, fill = 0): Tensor {
  const rank = windows.sizes.length;
  const first = x.shape.length - rank;
  if (first < 0) throw new Misfit(`windows of ${windows.sizes.join("×")} in ${shapeText(x.shape)}`);
  const shape = [...x.shape.slice(0, first), ...countsOf(windows, x.shape.slice(first)), ...windows.sizes];
  const from = (index: readonly number[]) => [
    ...index.slice(0, first),
    ...zip(rank, (axis) => placeOf(windows, axis, index[first + axis] as number, index[first + rank + axis] as number)),
  ];
  return withNames(taken(x, shape, from, work, fill), x.axes?.slice(0, first) ?? []);
}

/** How many cells there are where windows are added up: so many more than these reach over, or so many. */
interface Cells {
  readonly more?: readonly number[];
  readonly all?: readonly number[];
}

/** Windows added up at the places that they are of. */
function added(x: Tensor, windows: Windows, cells: Cells, work: Work): Tensor {
  const rank = windows.sizes.length;
  const first = x.shape.length - 2 * rank;
  if (first < 0 || windows.sizes.some((size, axis) => size !== x.shape[first + rank + axis]))
    throw new Misfit(`windows of ${windows.sizes.join("×")} in the last axes of ${shapeText(x.shape)}`);
  const extents = zip(rank, (axis) => {
    const { stride, low, high } = windows;
    const spread = ((x.shape[first + axis] as number) - 1) * (stride[axis] as number) + reach(windows, axis);
    return cells.all?.[axis] ?? spread - (low[axis] as number) - (high[axis] as number) + (cells.more?.[axis] ?? 0);
  });
  const to = (index: readonly number[]) => [
    ...index.slice(0, first),
    ...zip(rank, (axis) => placeOf(windows, axis, index[first + axis] as number, index[first + rank + axis] as number)),
  ];
  return withNames(scattered(x, [...x.shape.slice(0, first), ...extents], to, work), x.axes?.slice(0, first) ?? []);
}

/** Of `patches_3×3,stride=2`. */
function namedWindows({ subscript }: Given, isPool = false): Windows {
  const settings = settingsIn(subscript);
  const sizes = sizesIn(settings.plain[0] ?? "");
  return windowsIn(settings, sizes, isPool ? sizes : undefined);
}

function addedPatches(x: Tensor, given: Given): Tensor {
  const windows = namedWindows(given);
  const all = settingsIn(given.subscript).numbers("cells", windows.sizes.length, []);
  return added(x, windows, all.length > 0 ? { all } : {}, given.work);
}

/** Windows along one axis, `windows_j,3`, with that axis and the number behind it. */
function alongOne(x: Tensor, { subscript }: Given): { axis: number; size: number; windows(size: number): Windows } {
  const settings = settingsIn(subscript);
  const axis = axesNamed(x, settings.plain.slice(0, 1))[0];
  const size = Number(settings.plain[1]);
  if (axis === undefined || !Number.isInteger(size)) throw new Misfit(`windows_${subscript} of ${shapeText(x.shape)}`);
  return { axis, size, windows: (cells) => windowsIn(settings, [cells]) };
}

function windowsOf(x: Tensor, given: Given): Tensor {
  const { axis, size, windows } = alongOne(x, given);
  const along = windows(size);
  const shape = [...x.shape, size];
  shape[axis] = countsOf(along, [x.shape[axis] as number])[0] as number;
  const from = (index: readonly number[]) => index.slice(0, -1).map((i, at) => (at === axis ? placeOf(along, 0, i, index.at(-1) as number) : i));
  return withNames(taken(x, shape, from, given.work), x.axes ?? []);
}

function fold(x: Tensor, given: Given): Tensor {
  const { axis, size, windows } = alongOne(x, given);
  const along = windows(x.shape.at(-1) as number);
  const shape = x.shape.slice(0, -1);
  shape[axis] = size;
  const to = (index: readonly number[]) => index.slice(0, -1).map((i, at) => (at === axis ? placeOf(along, 0, i, index.at(-1) as number) : i));
  return withNames(scattered(x, shape, to, given.work), x.axes?.slice(0, -1) ?? []);
}

const letters = (count: number, from: string): string[] => zip(count, (axis) => `${from}${axis}`);

/** The channels of a table, cut into groups of equal size along `axis`. @throws Misfit */
function inGroups(x: Tensor, axis: number, groups: number): Tensor {
  const size = (x.shape[axis] as number) / groups;
  if (!Number.isInteger(size)) throw new Misfit(`${groups} groups of ${shapeText(x.shape)}`);
  return make([...x.shape.slice(0, axis), groups, size, ...x.shape.slice(axis + 1)], x.data);
}

/** `x` with the axes `axis` and the one behind it as one. */
const joined = ({ shape, data }: Tensor, axis: number): Tensor =>
  make([...shape.slice(0, axis), (shape[axis] as number) * (shape[axis + 1] as number), ...shape.slice(axis + 2)], data);

/** What a convolution and its adjoint share. @throws Misfit */
function kernelOf(name: string, x: Tensor, weight: Tensor, subscript: string | undefined) {
  const rank = x.shape.length - 2;
  const settings = settingsIn(subscript);
  const [groups = 1] = settings.numbers("groups", 1, [1]);
  if (rank < 1 || weight.shape.length !== rank + 2) throw new Misfit(`${name} of ${shapeText(x.shape)} and ${shapeText(weight.shape)}`);
  return { rank, settings, groups, windows: windowsIn(settings, weight.shape.slice(2)), at: letters(rank, "p"), within: letters(rank, "u") };
}

function conv(x: Tensor, weight: Tensor, { subscript, work }: Given): Tensor {
  const { groups, windows, at, within } = kernelOf("conv", x, weight, subscript);
  const cells = inGroups(patches(x, windows, work), 1, groups);
  const result = ["n", "g", "o", ...at];
  const made = contracted(cells, ["n", "g", "i", ...at, ...within], inGroups(weight, 0, groups), ["g", "o", "i", ...within], result, work);
  return withNames(joined(made, 1), x.axes?.slice(0, 1) ?? []);
}

function convTranspose(y: Tensor, weight: Tensor, { subscript, work }: Given): Tensor {
  const { rank, settings, groups, windows, at, within } = kernelOf("convTranspose", y, weight, subscript);
  const result = ["n", "g", "i", ...at, ...within];
  const cells = contracted(inGroups(y, 1, groups), ["n", "g", "o", ...at], inGroups(weight, 0, groups), ["g", "o", "i", ...within], result, work);
  const all = settings.numbers("cells", rank, []);
  const more = settings.numbers(
    "outputPadding",
    rank,
    windows.sizes.map(() => 0),
  );
  return withNames(added(joined(cells, 1), windows, { more, ...(all.length > 0 && { all }) }, work), y.axes?.slice(0, 1) ?? []);
}

/** What `f` makes of each of `rows` of the last `rank` axes. */
function ofEach(x: Tensor, rank: number, f: (cells: Float64Array) => number): Tensor {
  const shape = x.shape.slice(0, x.shape.length - rank);
  const size = elements(x.shape.slice(shape.length));
  const data = new Float64Array(elements(shape));
  for (let at = 0; at < data.length; at++) data[at] = f(x.data.subarray(at * size, (at + 1) * size));
  return make(shape, data, x.axes?.slice(0, shape.length));
}

const largest = (cells: Float64Array): number => cells.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
const total = (cells: Float64Array): number => cells.reduce((a, b) => a + b, 0);

function maxPool(x: Tensor, given: Given): Tensor {
  const windows = namedWindows(given, true);
  return ofEach(patches(x, windows, given.work, Number.NEGATIVE_INFINITY), windows.sizes.length, largest);
}

/** Where it says `inside`, cells outside do not count. */
function avgPool(x: Tensor, given: Given): Tensor {
  const windows = namedWindows(given, true);
  const rank = windows.sizes.length;
  const isInside = settingsIn(given.subscript).plain.includes("inside");
  const found = ofEach(patches(x, windows, given.work, isInside ? Number.NaN : 0), rank, (cells) => {
    const counted = cells.filter((value) => !Number.isNaN(value));
    return total(counted) / counted.length;
  });
  return found;
}

/** The nearest element below `i·l/n`, or with "bilinear" between the two about `(i + ½)·l/n − ½` in proportion. */
function upsample(x: Tensor, { subscript, work }: Given): Tensor {
  const { plain } = settingsIn(subscript);
  const extents = sizesIn(plain.at(-1) ?? "");
  const first = x.shape.length - extents.length;
  return extents.reduce((wide, extent, axis) => stretched(wide, first + axis, extent, plain, work), x);
}

/** Where the elements of an axis of `extent` lie among `cells`. */
function placeAmong(cells: number, extent: number, how: readonly string[]): (i: number) => number {
  if (!how.includes("bilinear")) return (i) => Math.floor((i * cells) / extent);
  if (how.includes("corners")) return (i) => (extent > 1 ? (i * (cells - 1)) / (extent - 1) : 0);
  return (i) => Math.max(0, ((i + 0.5) * cells) / extent - 0.5);
}

/** Each element of `error` at the cells that it was made of, added up along one axis after the other. */
function upsampleBack(error: Tensor, { subscript, work }: Given): Tensor {
  const { numbers, plain } = settingsIn(subscript);
  const rank = Math.max(0, error.shape.length - 2);
  const cells = numbers("cells", rank, []);
  if (cells.length === 0) throw new Misfit("an upsample's gradient without its cells");
  const found = cells.reduce((x, count, axis) => shrunk(x, axis + 2, count, plain, work), error);
  return withNames(found, error.axes?.slice(0, 2) ?? []);
}

/** `x` with the elements along an axis added up in so many `cells`, each in proportion in the two about its place. */
function shrunk(x: Tensor, axis: number, cells: number, how: readonly string[], work: Work): Tensor {
  const extent = x.shape[axis] as number;
  const place = placeAmong(cells, extent, how);
  const shape = x.shape.map((size, at) => (at === axis ? cells : size));
  const step = elements(x.shape.slice(axis + 1));
  const part = (more: number) => {
    const data = x.data.map((value, i) => {
      const share = place(Math.floor(i / step) % extent) % 1;
      return value * (more === 0 ? 1 - share : share);
    });
    const to = (index: readonly number[]) => index.map((i, other) => (other === axis ? Math.min(Math.floor(place(i)) + more, cells - 1) : i));
    return scattered(make(x.shape, data), shape, to, work);
  };
  const [low, high] = [part(0), part(1)];
  return make(
    shape,
    low.data.map((value, i) => value + (high.data[i] as number)),
  );
}

function stretched(x: Tensor, axis: number, extent: number, how: readonly string[], work: Work): Tensor {
  const cells = x.shape[axis] as number;
  const shape = x.shape.map((size, at) => (at === axis ? extent : size));
  const place = placeAmong(cells, extent, how);
  const at = (index: readonly number[], more: number) =>
    index.map((i, other) => (other === axis ? Math.min(Math.floor(place(i)) + more, cells - 1) : i));
  const low = taken(x, shape, (index) => at(index, 0), work);
  const high = taken(x, shape, (index) => at(index, 1), work);
  const step = elements(shape.slice(axis + 1));
  const shareAt = (i: number) => place(Math.floor(i / step) % extent) % 1;
  const data = low.data.map((value, i) => value + shareAt(i) * ((high.data[i] as number) - value));
  return make(shape, data, x.axes);
}

/** How a convolution changes with its kernel, from the error at what it gives and what it slides over. */
function convKernel(error: Tensor, x: Tensor, given: Given): Tensor {
  const windows = namedWindows(given);
  const rank = windows.sizes.length;
  if (x.shape.length !== rank + 2) throw new Misfit(`windows of ${windows.sizes.join("×")} in ${shapeText(x.shape)}`);
  const [groups = 1] = settingsIn(given.subscript).numbers("groups", 1, [1]);
  const [at, within] = [letters(rank, "p"), letters(rank, "u")];
  const cells = inGroups(patches(x, windows, given.work), 1, groups);
  const result = ["g", "o", "i", ...within];
  return joined(contracted(inGroups(error, 1, groups), ["n", "g", "o", ...at], cells, ["n", "g", "i", ...at, ...within], result, given.work), 0);
}

/** Each element of `error` at the cells of its window that `share` gives a share of it, added up. */
function sharedOut(error: Tensor, windows: Windows, all: readonly number[], share: (window: number, cell: number) => number, work: Work): Tensor {
  const size = elements(windows.sizes);
  const data = new Float64Array(error.data.length * size);
  work.spend(data.length);
  for (let at = 0; at < data.length; at++) data[at] = (error.data[Math.floor(at / size)] as number) * share(Math.floor(at / size), at % size);
  return added(make([...error.shape, ...windows.sizes], data, error.axes), windows, { all }, work);
}

function maxPoolBack(error: Tensor, x: Tensor, given: Given): Tensor {
  const windows = namedWindows(given, true);
  const cells = patches(x, windows, given.work, Number.NEGATIVE_INFINITY);
  const size = elements(windows.sizes);
  if (cells.data.length !== error.data.length * size) throw new Misfit(`windows of ${shapeText(x.shape)} and ${shapeText(error.shape)}`);
  const places = Array.from(error.data, (_, at) => {
    const window = cells.data.subarray(at * size, (at + 1) * size);
    return window.indexOf(largest(window));
  });
  return sharedOut(error, windows, x.shape.slice(-windows.sizes.length), (window, cell) => Number(places[window] === cell), given.work);
}

function poolBack(error: Tensor, given: Given, share: (size: number) => number): Tensor {
  const windows = namedWindows(given, true);
  const all = settingsIn(given.subscript).numbers("cells", windows.sizes.length, []);
  if (all.length === 0) throw new Misfit("a pool's gradient without its cells");
  const each = share(elements(windows.sizes));
  return sharedOut(error, windows, all, () => each, given.work);
}

export const sliding: FunctionTable = {
  convKernel: [2, 2, ([error, x], given) => convKernel(error as Tensor, x as Tensor, given)],
  maxPoolᵀ: [2, 2, ([error, x], given) => maxPoolBack(error as Tensor, x as Tensor, given)],
  avgPoolᵀ: [1, 1, ([error], given) => poolBack(error as Tensor, given, (size) => 1 / size)],
  sumPoolᵀ: [1, 1, ([error], given) => poolBack(error as Tensor, given, () => 1)],
  windows: [1, 1, ([x], given) => windowsOf(x as Tensor, given)],
  fold: [1, 1, ([x], given) => fold(x as Tensor, given)],
  patches: [1, 1, ([x], given) => patches(x as Tensor, namedWindows(given), given.work)],
  patchesᵀ: [1, 1, ([x], given) => addedPatches(x as Tensor, given)],
  conv: [2, 2, ([x, weight], given) => conv(x as Tensor, weight as Tensor, given)],
  convTranspose: [2, 2, ([y, weight], given) => convTranspose(y as Tensor, weight as Tensor, given)],
  maxPool: [1, 1, ([x], given) => maxPool(x as Tensor, given)],
  avgPool: [1, 1, ([x], given) => avgPool(x as Tensor, given)],
  upsample: [1, 1, ([x], given) => upsample(x as Tensor, given)],
  upsampleᵀ: [1, 1, ([error], given) => upsampleBack(error as Tensor, given)],
};
