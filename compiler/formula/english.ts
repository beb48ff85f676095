// The words of a page, in one table: another language is another file like this one.
import type { Dtype } from "../ir/type.ts";
import { adaptiveFunctions, extents, hasCells } from "./adaptive-said.ts";
import { formFunctions, type Meaning, numberFunctions } from "./functions-said.ts";
import type { SymbolKind } from "./symbol.ts";

/** A setting `name=2` of `settings` by axis: 2 and 2 of `rank` axes where one number says it. */
function steps(settings: readonly string[], name: string, rank: number, usual: string): string[] {
  const given = settings.find((setting) => setting.startsWith(`${name}=`))?.slice(name.length + 1) ?? usual;
  const values = given.split("×");
  return Array.from({ length: rank }, (_, axis) => values[axis] ?? (values[0] as string));
}

/** `2·p+u−1`: where a window at `at` has its cell `within`. */
function cell(at: string, within: string, [stride = "1", dilation = "1", padding = "0"]: readonly string[]): string {
  const times = (factor: string, letter: string) => (factor === "1" ? letter : `${factor}·${letter}`);
  const low = padding.split("+")[0];
  return `${times(stride, at)}+${times(dilation, within)}${low === "0" ? "" : `−${low}`}`;
}

/** The cells of windows along the last axes, by letters. */
function cells(settings: readonly string[], at: readonly string[], within: readonly string[]): string {
  const of = (name: string, usual: string) => steps(settings, name, at.length, usual);
  const [strides, dilations, paddings] = [of("stride", "1"), of("dilation", "1"), of("padding", "0")];
  return at.map((letter, i) => cell(letter, within[i] as string, [strides[i], dilations[i], paddings[i]] as string[])).join(",");
}

const isPadded = (settings: readonly string[]): boolean => settings.some((setting) => setting.startsWith("padding="));

/** Axes of places and of what lies within a window, for as many axes as the sizes `3×3` say. */
const lettersFor = (rank: number) => [["p", "q", "r"].slice(0, rank), ["u", "v", "w"].slice(0, rank)] as const;

const numbersOf = (size: string): number[] => size.split("×").map(Number);

const rankOf = (size: string): number => size.split("×").length;

const withSettings = (name: string, settings: readonly string[]): string => (settings.length > 0 ? `${name}_${settings.join(",")}` : name);

/** Of a pool: what it takes of its windows. */
const pool = (name: string, what: string, outside: string): Meaning =>
  ((settings) => {
    const [size = "2", ...others] = settings;
    const [at, within] = lettersFor(rankOf(size));
    const usual = others.some((setting) => setting.startsWith("stride=")) ? others : [...others, `stride=${size}`];
    const isInside = others.includes("inside");
    const beyond = isInside ? ", of which only those within x count" : isPadded(others) ? `; outside x is ${outside}` : "";
    return `${withSettings(name, settings)}(x)[n,c,${at}] is the ${what} of x[n,c,${cells(usual, at, within)}] over the ${size} cells ${within}${beyond}`;
  }) as Meaning;

/** Of the gradient of a pool by what it slides over. */
const poolGradient =
  (name: string, { isShared = false, isOfLargest = false } = {}): Meaning =>
  (settings) => {
    const [size = "2", ...others] = settings;
    const [at, within] = lettersFor(rankOf(size));
    const usual = others.some((setting) => setting.startsWith("stride=")) ? others : [...others, `stride=${size}`];
    const places = cells(usual, at, within);
    const on = ["a", "b", "d"].slice(0, at.length);
    const meets = places.split(",").map((place, axis) => `·[${place} = ${on[axis]}]`);
    const ranges = within.map((letter, axis) => `${letter}<${size.split("×")[axis]}`);
    const count = numbersOf(size).reduce((a, b) => a * b);
    const [share, args] = [isShared && count > 1 ? `1/${count}·` : "", isOfLargest ? "g, x" : "g"];
    const largest = isOfLargest ? `·[(${within}) = argmax_${within} x[n,c,${places}]]` : "";
    const extents = isOfLargest ? "all cells of x" : `${steps(settings, "cells", at.length, "1").join("×")} cells`;
    const beyond = isOfLargest && isPadded(others) ? "; outside x is −∞" : "";
    return `${withSettings(name, settings)}(${args})[n,c,${on}] is ${share}Σ_${at},${ranges} g[n,c,${at}]${meets.join("")}${largest}, for ${extents} ${on}${beyond}`;
  };

const kernelGradient = (settings: readonly string[]): string => {
  const [size = "1", ...others] = settings;
  const [at, within] = lettersFor(rankOf(size));
  const groups = others.some((setting) => setting.startsWith("groups=")) ? ", i counted within the group of o" : "";
  return `${withSettings("convKernel", settings)}(g, x)[o,i,${within}] is Σ_n,${at} g[n,o,${at}]·x[n,i,${cells(others, at, within)}]${groups}, for ${size} cells ${within}; outside x is 0`;
};

const patches = (settings: readonly string[]): string => {
  const [size = "1", ...others] = settings;
  const [at, within] = lettersFor(rankOf(size));
  return `${withSettings("patches", settings)}(x)[n,c,${at},${within}] is x[n,c,${cells(others, at, within)}], the ${size} cells of each window`;
};

/** Settings without those of channels and of how many cells there are. */
const ofWindows = (settings: readonly string[]) => settings.filter((setting) => !/^(groups|cells)=/u.test(setting));

const ofGroups = (settings: readonly string[]): string =>
  settings.some((setting) => setting.startsWith("groups=")) ? ", o and i of the same one of the groups" : "";

const convolution = (settings: readonly string[], rank: number): string => {
  const [at, within] = lettersFor(rank);
  const beyond = isPadded(settings) ? "; the padding around x is 0, and no window reaches beyond it" : "";
  return `${withSettings("conv", settings)}(x, W)[n,o,${at}] is Σ_i,${within} W[o,i,${within}]·x[n,i,${cells(ofWindows(settings), at, within)}]${ofGroups(settings)}${beyond}`;
};

const convTranspose = (settings: readonly string[], rank: number): string => {
  const [at, within] = lettersFor(rank);
  const all = settings.find((setting) => setting.startsWith("cells="))?.slice("cells=".length);
  const less = isPadded(settings) ? "as many cells as the windows reach over, less the padding" : "as many cells as the windows reach over";
  const places = `[n,i,${cells(ofWindows(settings), at, within)}]`;
  return `${withSettings("convTranspose", settings)}(y, W) adds W[o,i,${within}]·y[n,o,${at}] up at the place ${places} for all letters but n and i${ofGroups(settings)}: ${all === undefined ? less : `${all} cells`} along the last axes, 0 where nothing is added; what lies outside is left out`;
};

/** `⌊p·A/12⌋`, of 12 cells made of A. */
const nearestPlaces = (at: readonly string[], from: readonly string[], to: readonly string[]): string[] =>
  at.map((letter, axis) => `⌊${letter}·${from[axis]}/${to[axis]}⌋`);

/** `A − 1`, of a number that number. */
const lessOne = (extent: string): string => (/^\d+$/u.test(extent) ? String(Number(extent) - 1) : `${extent} − 1`);

/** Where the cell `at` of `to` lies between those of `from`; with corners the one of one cell at 0. */
function placeBetween(at: string, from: string, to: string, isByCorners: boolean): string {
  if (!isByCorners) return `min(max((${at} + 1/2)·${from}/${to} − 1/2, 0), ${lessOne(from)})`;
  const last = lessOne(from);
  return to === "1" ? "0" : `${at}·${grouped(last)}/${/^\d+$/u.test(to) ? lessOne(to) : `max(${lessOne(to)}, 1)`}`;
}

const grouped = (formula: string): string => (formula.includes(" ") ? `(${formula})` : formula);

/** The share that cells have in the elements between them, and where those lie. */
function between(at: readonly string[], cells: readonly string[], from: readonly string[], to: readonly string[], settings: readonly string[]) {
  const places = ["s", "s′", "s″"].slice(0, at.length);
  const placeOf = (axis: number) => placeBetween(at[axis] as string, from[axis] as string, to[axis] as string, settings.includes("corners"));
  return {
    near: places.map((place, axis) => `·max(1 − |${place} − ${cells[axis]}|, 0)`).join(""),
    places: places.map((place, axis) => `${place} = ${placeOf(axis)}`).join(", "),
  };
}

/** Upsampling to `12×12` cells: the nearest, or between those beside. */
const upsample = (settings: readonly string[]): string => {
  const size = settings.at(-1) ?? "1";
  const to = size.split("×");
  const [at] = lettersFor(to.length);
  const is = `upsample_${settings}(x)[n,c,${at}] is`;
  const ofX = hasCells("x", extents.slice(0, to.length));
  if (settings[0] !== "bilinear") return `${is} x[n,c,${nearestPlaces(at, extents, to)}], for ${size} cells ${at}, ${ofX}`;
  const cells = ["a", "b", "d"].slice(0, to.length);
  const { near, places } = between(at, cells, extents, to, settings);
  return `${is} Σ_${cells} x[n,c,${cells}]${near}, for ${size} cells ${at}, ${ofX}, ${places}`;
};

/** What is added up at the cells that `upsample` took it from. */
const upsampleBack = (settings: readonly string[]): string => {
  const size = settings.at(-1)?.replace("cells=", "") ?? "1";
  const [[at], on] = [lettersFor(rankOf(size)), ["a", "b", "d"].slice(0, rankOf(size))];
  const from = ["P", "Q", "R"].slice(0, on.length);
  const all = `for ${size} cells ${on}, ${hasCells("g", from)}`;
  if (settings[0] === "bilinear") {
    const { near, places } = between(at, on, size.split("×"), from, settings);
    return `upsampleᵀ_${settings}(g)[n,c,${on}] is Σ_${at} g[n,c,${at}]${near}, ${all}, ${places}`;
  }
  const meets = nearestPlaces(at, size.split("×"), from).map((place, axis) => `·[${place} = ${on[axis]}]`);
  return `upsampleᵀ_${settings}(g)[n,c,${on}] is Σ_${at} g[n,c,${at}]${meets.join("")}, ${all}`;
};

/** Functions by the name that formulas call them by. */
const functions: Readonly<Record<string, Meaning>> = {
  softmax: "softmax(x) is exp(x) / Σ exp(x) along the last axis, or those that stand below",
  logSoftmax: "logSoftmax(x) is x − log(Σ exp(x)) along the last axis, or those that stand below",
  logSumExp: "logSumExp(x) is log(Σ exp(x)) over all axes or those that stand below",
  onehot: "onehot(y) is 1 at the class y and 0 at the others, along a last axis of classes from 0",
  mean: "mean(x) is the sum divided by how many are summed, over all axes or those that stand below",
  var: "var(x) is mean((x − mean(x))²) over the same axes",
  norm: "norm(x) is √(Σ x²) over all axes or those that stand below",
  sigmoid: "sigmoid(x) is 1/(1 + exp(−x))",
  logsigmoid: "logsigmoid(x) is log(sigmoid(x))",
  relu: "relu(x) is x where x > 0, else 0, and its derivative is [x > 0]: 0 at 0",
  softplus: "softplus(x) is log(1 + exp(x))",
  erf: "erf(x) is 2/√π times the integral of exp(−t²) from 0 to x",
  sign: "sign(x) is −1, 0 or 1, and 0 at 0",
  argmax: "argmax(x) is the place of the first largest element, from 0",
  random: "random() draws numbers between 0 and 1 anew in each step, other ones for each number that stands below",
  gather: "gather(W, i) is the row i of W, for each i",
  scatter:
    "scatter(g, i) adds each row of g to the row i of a table of zeros, of as many rows as stand below or as the parameter has; a row that is not there is left out",
  reshape: "reshape(x, s) has the elements of x in their order, in the shape s",
  broadcast: "broadcast(x, s) has x again and again along those axes of the shape s that it lacks",
  permute: "permute(x) has the axes of x in the order that stands below, from 0",
  slice: "slice(x) is x from the first number up to before the second, along the last axes; : is all of an axis",
  concat: "concat(x, y) puts x and y side by side, along the axis that stands below or the last",
  heads: ([count]) =>
    `heads_${count}(x)[n,h,l,e] is x[n,l,h·d+e]: the d columns that each of ${count} heads has of the rows l, which · multiplies head by head`,
  joined: "joined(x)[n,l,h·d+e] is x[n,h,l,e]: the d columns of each head h side by side",
  flip: "flip(x) has the elements in the opposite order along the axes that stand below",
  pad: "pad(x, c) has c around x, 0 unless stated: below stands how many before and behind along the last axes",
  windows: "windows(x) has what lies in each window along an axis, in a last axis: below stand the axis and how many",
  fold: "fold(x) adds what lies in windows up at the places that it is of",
  patches,
  patchesᵀ: (settings) =>
    `${withSettings("patchesᵀ", settings)}(w) adds each cell of the windows w up at the place where patches takes it from${settings.some((setting) => setting.startsWith("cells=")) ? ", in so many cells along each axis" : ""}`,
  conv: convolution,
  convTranspose,
  convKernel: kernelGradient,
  maxPool: pool("maxPool", "maximum", "−∞"),
  avgPool: pool("avgPool", "mean", "0"),
  maxPoolᵀ: poolGradient("maxPoolᵀ", { isOfLargest: true }),
  avgPoolᵀ: poolGradient("avgPoolᵀ", { isShared: true }),
  sumPoolᵀ: poolGradient("sumPoolᵀ"),
  ...adaptiveFunctions,
  upsample,
  upsampleᵀ: upsampleBack,
  cumsum: "cumsum(x) has at each place the sum of x up to there, along the axis that stands below",
  cumprod: "cumprod(x) has at each place the product of x up to there, along the axis that stands below",
  expm1: "expm1(x) is exp(x) − 1",
  log1p: "log1p(x) is log(1 + x)",
  ...numberFunctions,
};

/** What else may stand in a formula. */
const signs = {
  rows: "Rows are examples, batch is how many. A vector beside · is a row on its left and a column on its right; W has a row for each input, so that w_ij goes from i to j.",
  product: "· multiplies matrices, and scales by a number.",
  hadamard:
    "⊙, / and powers go element by element; what has fewer axes goes along the last ones, rows along rows, and b[j] along those of its letters (i the first), an axis of extent 1 along any.",
  outer: "(x ⊗ y)[i,j] is x[i]·y[j].",
  transposed: "ᵀ exchanges the last two axes.",
  series:
    "Σ_j and the like go over axes of what follows, i the first, j the second …; Σ_batch over the rows. A Σ reaches over ⊙, · and /, not over + and −.",
  indexed: "Letters in x[i,j] name axes; letters that Σ does not name are those of the result, in the order of the alphabet.",
  lettered:
    "c[n,o] = … says what each element of c is: the letters go over its axes in their order. A letter below Σ, max or argmax there goes over all numbers from 0: as many as the axis has at which it stands alone, or those below 2 where it says u<2. Σ and max reach over · and /, not over + and −.",
  place: "A letter that stands by itself, as in [j ≤ i], is a number: the place along its axis, from 0.",
  outside: "What would be outside of a table, as x[n,−1], counts 0 in a Σ and −∞ in a max.",
  largest: "[(u,v) = argmax_u,v x[u,v]] is 1 where u and v are those of the first largest element, the last letter counted fastest.",
  wholePart: "⌊x⌋ is the largest whole number that is not above x.",
  groups:
    "mean_group,k,l(x) is for each channel, along the second axis of x, that of all channels of its group over the axes k and l too; var_group alike. Groups are channels one behind the other, as many each: so many groups as the first number below the function that is said says.",
  single: "What has one element stands for that number, and a number for it, in the shape that its name has.",
  indicator: "[c] is 1 where c holds, else 0.",
  error: "δ_a is how the loss changes with what stands at a: what layer a gives before its activation.",
  time: "x_t is the value of x at step t, from 1 to T: along the second axis of what has rows along its first, else along its first axis. What has a line for h_t, which says its shape at one step, is h at all of them, along a first axis. h_0, before the first step, and h_{T+1} or ε_{T+1}, behind the last, are 0 where no line says otherwise; ε is the error that step t + 1 hands to step t.",
  rule: "The lines of a rule are done in their order: each uses what the lines above it gave, and of what stands below it what the step before gave.",
  decimal: "A decimal is the f32 nearest to it.",
  next: "⁺ marks the value after the step; t counts steps from 0.",
  noNumber: "NaN is no number, as 0/0 is none.",
  held: "held(x) is x, which gradients take for a constant.",
  pi: "π is the number 3.14159265358979…",
} as const;

const kinds: Readonly<Record<SymbolKind, string>> = {
  input: "input",
  parameter: "parameter",
  state: "state",
  value: "value",
  error: "error",
  table: "constant",
};

/** All words of a page. */
export interface Words {
  /** As HTML and BCP 47 name the language. */
  readonly lang: string;
  readonly titles: Readonly<Record<"forward" | "stable" | "predicted" | "errors" | "gradients" | "updates" | "symbols" | "conventions", string>>;
  readonly kinds: Readonly<Record<SymbolKind, string>>;
  /** What stands behind a shape: nothing for the usual numbers. */
  readonly dtypes: Readonly<Record<Dtype, string>>;
  /** `with g = … for each w of …` */
  readonly ruleWith: string;
  readonly ruleFor: string;
  readonly ruleOf: string;
  /** A shape without axes. */
  readonly scalar: string;
  /** What an error is, by the name of what it is at, or of the layer whose value before its activation has none. */
  errorAt(full: string | undefined, layer: string): string;
  readonly signs: Readonly<Record<keyof typeof signs, string>>;
  /** What a parameter is cut into. */
  partsOf(names: readonly string[], whole: string): string;
  /** What the states of rules are before the first step. */
  stateStarts(names: readonly string[], start: string, isOfW: boolean): string;
  readonly functions: Readonly<Record<string, Meaning>>;
  /** Those that say what they mean below a line, for where no line does. */
  readonly forms: Readonly<Record<string, Meaning>>;
  /** Titles of a page of scalars. */
  readonly scalars: Readonly<Record<"functions" | "slopes" | "expanded" | "numbers", string>>;
  /** The title of what a step of that rate does. */
  afterStep(rate: string): string;
  readonly derivation: DerivationWords;
  /** What else stands on a page of HTML. */
  readonly html: HtmlWords;
}

/** What stands around the rules of a derivation. */
interface DerivationWords {
  title(gradient: string): string;
  /** Before the paths that lead to one value. */
  readonly several: string;
  where(line: string): string;
  /** The same line in the form that runs. */
  runs(line: string): string;
  through(part: string): string;
}

interface HtmlWords {
  readonly contents: string;
  readonly picture: string;
  readonly source: string;
  /** Before the definitions of what a line uses. */
  readonly where: string;
  /** Heads of the columns of the table of symbols. */
  readonly columns: Readonly<Record<"symbol" | "what" | "shape" | "value" | "place", string>>;
  lines(count: number): string;
  /** How symbols are marked. */
  readonly marking: string;
  /** What the numbers beside lines are. */
  readonly numbers: string;
  /** Behind the first elements of a value of that shape. */
  shaped(shape: string): string;
}

export const english: Words = {
  lang: "en",
  titles: {
    forward: "Forward",
    stable: "The same, without overflow",
    predicted: "When it predicts",
    errors: "Errors",
    gradients: "Gradients",
    updates: "Updates",
    symbols: "Symbols",
    conventions: "Conventions",
  },
  kinds,
  dtypes: { f32: "", i32: " whole", bool: " 0 or 1" },
  ruleWith: "with ",
  ruleFor: ", for each ",
  ruleOf: " of ",
  scalar: "a number",
  errorAt: (full, layer) => (full === undefined ? `∂loss by ${layer} before its activation` : `∂loss by ${full}`),
  signs,
  partsOf: (names, whole) => `${names.join(", ")} are ${whole} cut into ${names.length} equal parts along its last axis, in this order.`,
  stateStarts: (names, start, isOfW) =>
    `${names.join(", ")} ${names.length > 1 ? "are" : "is"} ${start} before the first step${isOfW ? `, in the shape of w` : ""}.`,
  functions,
  forms: formFunctions,
  scalars: {
    functions: "Activations",
    slopes: "Derivatives of the activations",
    expanded: "Written out",
    numbers: "Numbers put in",
  },
  afterStep: (rate) => `After one step, w ← w − ε·∂L/∂w with ε = ${rate}`,
  derivation: {
    title: (gradient) => `${gradient}, from the loss down`,
    several: "sum over several paths",
    where: (line) => `where ${line}`,
    runs: (line) => `what runs is ${line}: equal, without overflow`,
    through: (part) => `through ${part}`,
  },
  html: {
    contents: "Contents",
    picture: "Picture",
    source: "Source",
    where: "where",
    columns: { symbol: "symbol", what: "what it is", shape: "shape", value: "value", place: "written at" },
    lines: (count) => `${count} ${count === 1 ? "line" : "lines"}`,
    marking: "A symbol that is pointed at, or chosen in the table of symbols, is marked wherever it stands; Escape ends that.",
    numbers: "Numbers in colour are the values for the example, to five digits.",
    shaped: (shape) => `of ${shape}`,
  },
};
