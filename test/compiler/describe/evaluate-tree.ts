// An independent evaluator of printed formulas, on f64 arrays: it knows trees and mathematics, and nothing of graphs or ops.

import { type Call, type Formula, type Operator, partsOf } from "../../../compiler/formula/tree.ts";
import { evaluate as extent, type Sizes } from "../../../compiler/ir/dim.ts";

export interface Array64 {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface Surroundings {
  readonly sizes: Sizes;
  /** The number of classes that `onehot` has. */
  readonly classes: number;
  /** How many groups `mean_group` takes the channels in. */
  readonly groups?: number;
  /** The value of a variable, at the step that it is written at. */
  lookUp(name: string, step?: string): Array64;
}

const scalar = (value: number): Array64 => ({ shape: [], data: [value] });
const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
const truth = (value: boolean) => Number(value);

/** The index of each element of `shape`, in row-major order. */
function* indices(shape: readonly number[]): Generator<number[]> {
  for (let position = 0; position < elements(shape); position++) {
    let rest = position;
    const index = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      index[axis] = rest % size;
      rest = Math.floor(rest / size);
    }
    yield index;
  }
}

function at({ shape, data }: Array64, index: readonly number[]): number {
  const position = shape.reduce((sum, size, axis) => sum * size + (size === 1 ? 0 : (index[axis] as number)), 0);
  return data[position] as number;
}

const tabulate = (shape: readonly number[], element: (index: number[]) => number): Array64 => ({ shape, data: [...indices(shape)].map(element) });

/** `x` with axes of extent 1 where `shape` has axes that it lacks: where its own fit, the last of such places first. */
function placed(x: Array64, shape: readonly number[]): Array64 {
  if (x.shape.length === shape.length) return x;
  for (let from = shape.length - x.shape.length; from >= 0; from--) {
    const fits = x.shape.every((size, axis) => size === 1 || size === shape[from + axis]);
    if (fits) return { shape: [...Array(from).fill(1), ...x.shape, ...Array(shape.length - from - x.shape.length).fill(1)], data: x.data };
  }
  throw new Error(`[${x.shape}] beside [${shape}]`);
}

/** Elementwise: numbers with anything, else equal shapes, or one that fits along the axes of the other. */
function map(f: (...xs: number[]) => number, ...xs: readonly Array64[]): Array64 {
  const rank = Math.max(...xs.map((x) => x.shape.length));
  const wide = xs.filter((x) => x.shape.length === rank);
  const shape = Array.from({ length: rank }, (_, axis) => Math.max(...wide.map((x) => x.shape[axis] as number)));
  const ready = xs.map((x) => (x.shape.length === 0 ? x : placed(x, shape)));
  for (const x of ready) if (x.shape.some((size, axis) => size !== 1 && size !== shape[axis])) throw new Error(`[${x.shape}] beside [${shape}]`);
  return tabulate(shape, (index) => f(...ready.map((x) => at(x, x.shape.length === 0 ? [] : index))));
}

const letters = "ijklmnop";

/** Where the axes of a subscript are: `batch` is the first, `group` the second and third of what is cut into groups of channels. */
function axesOf(subscript: string, { shape }: Array64): number[] {
  return subscript
    .split(",")
    .map((name) => (name === "batch" ? 0 : letters.indexOf(name)))
    .filter((axis) => axis >= 0 && axis < shape.length);
}

/** The mean over the axes of a subscript, which stay with extent 1. */
function meanOver(x: Array64, subscript: string): Array64 {
  const axes = axesOf(subscript, x);
  const total = sumOver(x, axes);
  const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  return { shape: x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)), data: total.data.map((sum) => sum / count) };
}

/** The mean over the channels of each group, and over the axes behind, for each element. */
function meanOfGroups(x: Array64, groups: number): Array64 {
  const [batch = 1, channels = 1, ...rest] = x.shape;
  const cells = elements(rest) * (channels / groups);
  const sums = new Array<number>(batch * groups).fill(0);
  for (const [i, value] of x.data.entries()) sums[Math.floor(i / cells)] = (sums[Math.floor(i / cells)] as number) + value;
  return { shape: x.shape, data: x.data.map((_, i) => (sums[Math.floor(i / cells)] as number) / cells) };
}

function sumOver(x: Array64, axes: readonly number[]): Array64 {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const data = new Array<number>(elements(kept.map((axis) => x.shape[axis] as number))).fill(0);
  const shape = kept.map((axis) => x.shape[axis] as number);
  for (const index of indices(x.shape)) {
    const position = kept.reduce((sum, axis) => sum * (x.shape[axis] as number) + (index[axis] as number), 0);
    data[position] = (data[position] as number) + at(x, index);
  }
  return { shape, data };
}

function contract(spec: string, x: Array64, y: Array64): Array64 {
  const [operands = "", result = ""] = spec.split("->");
  const [xs = "", ys = ""] = operands.split(",");
  const sizes = new Map<string, number>();
  for (const [letters, { shape }] of [
    [xs, x],
    [ys, y],
  ] as const)
    for (const [axis, letter] of [...letters].entries()) sizes.set(letter, shape[axis] as number);
  const all = [...sizes.keys()];
  const summed = all.filter((letter) => !result.includes(letter));
  const sizeOf = (letters: Iterable<string>) => [...letters].map((letter) => sizes.get(letter) as number);
  return tabulate(sizeOf(result), (index) => {
    let total = 0;
    for (const inner of indices(sizeOf(summed))) {
      const place = (letter: string) => (result.includes(letter) ? index[result.indexOf(letter)] : inner[summed.indexOf(letter)]) as number;
      total += at(x, [...xs].map(place)) * at(y, [...ys].map(place));
    }
    return total;
  });
}

const lastAxis = (x: Array64) => [x.shape.length - 1];
const rowwise = (x: Array64, row: (value: number, sumOfExp: number) => number) => {
  const sums = sumOver(map(Math.exp, x), lastAxis(x));
  return tabulate(x.shape, (index) => row(at(x, index), at(sums, index.slice(0, -1))));
};

function mean(x: Array64, { groups }: Surroundings, subscript: string | undefined): Array64 {
  if (subscript?.startsWith("group")) return meanOfGroups(x, groups as number);
  if (subscript !== undefined) return meanOver(x, subscript);
  return map((sum, n) => sum / n, sumOver(x, [...x.shape.keys()]), scalar(x.data.length));
}

type Function64 = (args: readonly Array64[], around: Surroundings, subscript: string | undefined) => Array64;

const functions: Readonly<Record<string, Function64>> = {
  tanh: ([x]) => map(Math.tanh, x as Array64),
  exp: ([x]) => map(Math.exp, x as Array64),
  log: ([x]) => map(Math.log, x as Array64),
  sqrt: ([x]) => map(Math.sqrt, x as Array64),
  sigmoid: ([x]) => map((v) => 1 / (1 + Math.exp(-v)), x as Array64),
  softplus: ([x]) => map((v) => Math.log1p(Math.exp(v)), x as Array64),
  relu: ([x]) => map((v) => Math.max(0, v), x as Array64),
  "relu′": ([x]) => map((v) => truth(v > 0), x as Array64),
  softmax: ([x]) => rowwise(x as Array64, (v, sum) => Math.exp(v) / sum),
  logSoftmax: ([x]) => rowwise(x as Array64, (v, sum) => v - Math.log(sum)),
  standardize: ([x], { lookUp }) => {
    const { shape } = x as Array64;
    return tabulate(shape, (index) => (at(x as Array64, index) - at(lookUp("mean"), index.slice(-1))) / at(lookUp("deviation"), index.slice(-1)));
  },
  mean: ([x], around, subscript) => mean(x as Array64, around, subscript),
  var: ([x], around, subscript) =>
    mean(
      map((value, center) => (value - center) ** 2, x as Array64, mean(x as Array64, around, subscript)),
      around,
      subscript,
    ),
  onehot: ([y], { classes }) => tabulate([...(y as Array64).shape, classes], (index) => truth(at(y as Array64, index.slice(0, -1)) === index.at(-1))),
};

const operators: Readonly<Record<Exclude<Operator, "|">, (...xs: number[]) => number>> = {
  "+": (...xs) => xs.reduce((a, b) => a + b),
  "*": (...xs) => xs.reduce((a, b) => a * b),
  "-": (x = 0, y = 0) => x - y,
  "/": (x = 0, y = 0) => x / y,
  "^": (x = 0, y = 0) => x ** y,
  neg: (x = 0) => -x,
  not: (x = 0) => 1 - x,
  "=": (x = 0, y = 0) => truth(x === y),
  "≠": (x = 0, y = 0) => truth(x !== y),
  "<": (x = 0, y = 0) => truth(x < y),
  "≤": (x = 0, y = 0) => truth(x <= y),
  ">": (x = 0, y = 0) => truth(x > y),
  "≥": (x = 0, y = 0) => truth(x >= y),
};

/** The value of `formula`. */
export function evaluateTree(formula: Formula, around: Surroundings): Array64 {
  const parts = () => partsOf(formula).map((part) => evaluateTree(part, around));
  const [x, y] = formula.kind === "call" || formula.kind === "variable" ? [] : (parts() as [Array64, Array64]);
  switch (formula.kind) {
    case "number":
      return scalar(formula.value);
    case "variable":
      return around.lookUp(formula.name, formula.step);
    case "call":
      return formula.meaning ? evaluateMeaning(formula, around) : evaluateCall(formula, around);
    case "operator":
      return map(operators[formula.op as Exclude<Operator, "|">], ...parts());
    case "cases":
      return map((condition = 0, then = 0, otherwise = 0) => (condition ? then : otherwise), ...parts());
    case "contraction":
      return contract(formula.spec, x as Array64, y as Array64);
    case "sum":
      return sumOver(x as Array64, formula.axes ?? []);
    case "transpose":
      return tabulate([...(x as Array64).shape].reverse(), (index) => at(x as Array64, [...index].reverse()));
    case "indicator":
    case "group":
      return x as Array64;
    case "view":
      return reshaped(formula, x as Array64, around.sizes);
    case "derivative":
      throw new Error(`A derivative stands in a formula: ∂${formula.of}/∂${formula.by}`);
  }
}

function reshaped({ shape, axes }: Extract<Formula, { kind: "view" }>, x: Array64, sizes: Sizes): Array64 {
  const extents = shape.map((dim) => extent(dim, sizes));
  if (x.shape.length === 0 || !axes)
    return { shape: extents, data: x.shape.length === 0 ? new Array<number>(elements(extents)).fill(x.data[0] as number) : x.data };
  return tabulate(extents, (index) =>
    at(
      x,
      axes.map((axis) => index[axis] as number),
    ),
  );
}

/** The value of a function by what it is said to be. */
function evaluateMeaning({ args, meaning, subscript }: Call, around: Surroundings): Array64 {
  const values = args.map((arg) => evaluateTree(arg, around));
  const formal = (meaning as NonNullable<typeof meaning>).formal.map((each) => (each as { name: string }).name);
  const groups = Number(subscript);
  return evaluateTree((meaning as NonNullable<typeof meaning>).body, {
    ...around,
    ...(groups > 0 && { groups }),
    lookUp: (name, step) => values[formal.indexOf(name)] ?? around.lookUp(name, step),
  });
}

function evaluateCall({ name, args, subscript }: Call, around: Surroundings): Array64 {
  const [given] = args;
  if (given?.kind === "operator" && given.op === "|") {
    const [x, condition] = given.args.map((arg) => evaluateTree(arg, around)) as [Array64, Array64];
    const all = [...x.shape.keys()];
    return map(
      (a, b) => a / b,
      sumOver(
        map((a, b) => a * b, x, condition),
        all,
      ),
      sumOver(condition, all),
    );
  }
  const known = functions[name];
  if (!known) throw new Error(`No function ${name}`);
  return known(
    args.map((arg) => evaluateTree(arg, around)),
    around,
    subscript,
  );
}
