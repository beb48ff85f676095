// An independent evaluator of printed formulas, on f64 arrays: it knows trees and mathematics, and nothing of graphs or ops.

import type { Definition } from "../../../compiler/formula/equation.ts";
import { type Call, type Formula, type Operator, partsOf } from "../../../compiler/formula/tree.ts";
import { evaluate as extent, type Sizes } from "../../../compiler/ir/dim.ts";
import { type Array64, at, elements, headsOf, indices, joined, joinedOf, scalar, sliced, tabulate } from "./arrays.ts";
import { placeOf, reachOf } from "./evaluate-places.ts";

export interface Surroundings {
  readonly sizes: Sizes;
  /** The number of classes that `onehot` has. */
  readonly classes: number;
  /** How many groups `mean_group` takes the channels in. */
  readonly groups?: number;
  /** The value of a variable, at the step that it is written at. */
  lookUp(name: string, step?: string): Array64;
  /** What letters stand for in a line by its elements. */
  readonly letters?: ReadonlyMap<string, number>;
  /** What `Σ_t` runs over: the same at each of the steps. */
  readonly steps?: readonly Surroundings[];
}

const truth = (value: boolean) => Number(value);

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

/** The largest along the axes of a subscript. */
function largestOver(x: Array64, subscript: string): Array64 {
  const axes = axesOf(subscript, x);
  const all = [...indices(x.shape)];
  const kept = (index: readonly number[]) => index.filter((_, axis) => !axes.includes(axis));
  const shape = kept(x.shape);
  return tabulate(shape, (place) => Math.max(...all.filter((index) => String(kept(index)) === String(place)).map((index) => at(x, index))));
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

/** The products of matrices that operands of more axes are batches of. */
function contractOfBatches(spec: string, x: Array64, y: Array64): Array64 {
  const [xs = "", ys = "", result = ""] = spec.split(/,|->/);
  const batches = "BCDE".slice(0, x.shape.length - xs.length);
  return contract(`${batches}${xs},${"BCDE".slice(0, y.shape.length - ys.length)}${ys}->${batches}${result}`, x, y);
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
  heads: ([x], _, subscript) => headsOf(x as Array64, Number(subscript)),
  joined: ([x]) => joinedOf(x as Array64),
  tanh: ([x]) => map(Math.tanh, x as Array64),
  exp: ([x]) => map(Math.exp, x as Array64),
  log: ([x]) => map(Math.log, x as Array64),
  sqrt: ([x]) => map(Math.sqrt, x as Array64),
  sigmoid: ([x]) => map((v) => 1 / (1 + Math.exp(-v)), x as Array64),
  softplus: ([x]) => map((v) => Math.log1p(Math.exp(v)), x as Array64),
  relu: ([x]) => map((v) => Math.max(0, v), x as Array64),
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
  max: ([x], _, subscript) => largestOver(x as Array64, subscript as string),
  concat: (xs) => joined(xs),
  slice: ([x], _, subscript) => sliced(x as Array64, subscript as string),
  permute: ([x], _, subscript) => {
    const order = (subscript as string).split(",").map(Number);
    const { shape } = x as Array64;
    return tabulate(
      order.map((axis) => shape[axis] as number),
      (index) =>
        at(
          x as Array64,
          shape.map((_, axis) => index[order.indexOf(axis)] as number),
        ),
    );
  },
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
  const isSumOfSteps = formula.kind === "sum" && formula.over[0] === "t";
  const [x, y] =
    formula.kind === "call" || formula.kind === "variable" || formula.kind === "ranged" || isSumOfSteps ? [] : (parts() as [Array64, Array64]);
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
      return contractOfBatches(formula.spec, x as Array64, y as Array64);
    case "sum":
      return formula.over[0] === "t" ? sumOfSteps(formula, around) : sumOver(x as Array64, formula.axes ?? []);
    case "transpose":
      return transposed(x as Array64);
    case "indicator":
    case "group":
      return x as Array64;
    case "view":
      return reshaped(formula, x as Array64, around.sizes);
    case "indexed":
      return scalar(elementOf(formula, x as Array64, around));
    case "place":
      return scalar(placeOf(formula.at, around.letters));
    case "ranged":
      return sumOverLetters(formula, around);
    case "element":
    case "partial":
    case "series":
      throw new Error(`${formula.kind} stands in a formula of whole values`);
    case "derivative":
      throw new Error(`A derivative stands in a formula: ∂${formula.of}/∂${formula.by}`);
  }
}

type Of<K extends Formula["kind"]> = Extract<Formula, { kind: K }>;

function elementOf({ at: places }: Of<"indexed">, x: Array64, around: Surroundings): number {
  const index = places.map((place) => placeOf(place, around.letters));
  return index.every((i, axis) => i >= 0 && i < (x.shape[axis] as number)) ? at(x, index) : 0;
}

/** `formula` for all values of letters in it. */
function forAll(letters: readonly string[], formula: Formula, around: Surroundings, known: readonly (number | undefined)[] = []): Array64 {
  const shape = letters.map((letter, axis) => known[axis] ?? (reachOf(letter, formula, (body) => evaluateTree(body, around).shape) as number));
  const inside = (index: readonly number[]) => new Map([...(around.letters ?? []), ...index.map((i, axis) => [letters[axis] as string, i] as const)]);
  return tabulate(shape, (index) => evaluateTree(formula, { ...around, letters: inside(index) }).data[0] as number);
}

function sumOverLetters({ op, over, body }: Of<"ranged">, around: Surroundings): Array64 {
  if (op !== "sum") throw new Error(`No function ${op} of letters`);
  const letters = over.map(({ letter }) => letter);
  const values = forAll(
    letters,
    body,
    around,
    over.map(({ below }) => below),
  );
  return scalar(values.data.reduce((a, b) => a + b, 0));
}

/** The value of a line, which may be by its elements, of that shape where it is known. */
export const evaluateLine = ({ letters, right }: Pick<Definition, "letters" | "right">, around: Surroundings, shape?: readonly number[]): Array64 =>
  letters ? forAll(letters, right, around, shape) : evaluateTree(right, around);

/** The last two axes exchanged. */
function transposed(x: Array64): Array64 {
  const exchanged = <T>(list: readonly T[]): T[] => [...list.slice(0, -2), ...list.slice(-2).reverse()];
  return tabulate(exchanged(x.shape), (index) => at(x, exchanged(index)));
}

/** `Σ_t`, and over rows what else it runs over. */
function sumOfSteps({ body, axes = [] }: Extract<Formula, { kind: "sum" }>, { steps = [] }: Surroundings): Array64 {
  return steps.map((step) => sumOver(evaluateTree(body, step), axes)).reduce((total, value) => map((a, b) => a + b, total, value));
}

/** Equal parts of the last axis. */
export function partsOfLast({ shape, data }: Array64, count: number): Array64[] {
  const width = (shape.at(-1) as number) / count;
  const part = (at: number) => data.filter((_, i) => Math.floor((i % (width * count)) / width) === at);
  return Array.from({ length: count }, (_, at) => ({ shape: [...shape.slice(0, -1), width], data: part(at) }));
}

function reshaped({ shape, axes }: Extract<Formula, { kind: "view" }>, x: Array64, sizes: Sizes): Array64 {
  const extents = shape.map((dim) => extent(dim, sizes));
  if (x.shape.length === 0 || !axes)
    return { shape: extents, data: x.shape.length === 0 ? new Array<number>(elements(extents)).fill(x.data[0] as number) : x.data };
  // What a mean leaves is an axis of extent 1 where the op has none.
  const own = x.shape.length === axes.length ? x : { ...x, shape: x.shape.filter((size) => size !== 1) };
  return tabulate(extents, (index) =>
    at(
      own,
      axes.map((axis) => index[axis] as number),
    ),
  );
}

/** The value of a function by what it is said to be. */
function evaluateMeaning({ args, meaning, subscript }: Call, around: Surroundings): Array64 {
  const values = args.map((arg) => evaluateTree(arg, around));
  const formal = (meaning as NonNullable<typeof meaning>).formal.map((each) => (each as { name: string }).name);
  const groups = Number.parseInt(subscript ?? "", 10);
  return evaluateTree((meaning as NonNullable<typeof meaning>).body, {
    ...around,
    ...(groups > 0 && { groups }),
    lookUp: (name, step) => values[formal.indexOf(name)] ?? around.lookUp(name, step),
  });
}

/** The elements of x in a shape like `[batch, 4, 2]`. */
function inShape({ data }: Array64, written: Formula | undefined): Array64 {
  const extents = written?.kind === "variable" ? written.name.slice(1, -1).split(", ") : [];
  const known = elements(extents.map(Number).filter((size) => !Number.isNaN(size)));
  return { shape: extents.map((extent) => (Number.isNaN(Number(extent)) ? data.length / known : Number(extent))), data };
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
  if (name === "reshape") return inShape(evaluateTree(given as Formula, around), args[1]);
  const known = functions[name];
  if (!known) throw new Error(`No function ${name}`);
  return known(
    args.map((arg) => evaluateTree(arg, around)),
    around,
    subscript,
  );
}
