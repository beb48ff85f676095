// Between which numbers values lie, and whether they can be NaN or infinite: known without running anything.
//
//   sqrt(add(mul(d, d), 1e-5))   =>   at least 0.00316, infinite where d·d is, NaN where d is
//
// Requires: all that the nodes depend on is among them, inputs first.
// Ensures: the bounds hold for every element that is not NaN. Sums of finite values and contractions count as finite: they overflow
//   only where training has failed anyway. A product does not, unless one factor is bounded. Indices count as valid.
// Cost: linear in the nodes.
import type { Node } from "../ir/node.ts";
import { isOp, type OpName, type OpNode, opOf } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";

/** `low <= x <= high`, unless x is NaN. Where `infinite` is false, an infinite bound says only that there is no smaller one. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly nan: boolean;
  readonly infinite: boolean;
}

/** The largest number of f32. */
const largest = 2 ** 128 - 2 ** 104;
/** Below this, exp is finite in f32. */
const mostExponent = 88;

const isUnbounded = ({ low, high }: Pick<Range, "low" | "high">) => low === -Infinity || high === Infinity;
const holdsZero = ({ low, high }: Range) => low <= 0 && high >= 0;

/** Bounds beyond f32 are infinite ones that are reached. */
function range(low: number, high: number, nan = false, infinite = false): Range {
  const reached = (bound: number) => Number.isFinite(bound) && Math.abs(bound) > largest;
  const bounds = { low: low >= -largest ? low : -Infinity, high: high <= largest ? high : Infinity };
  return { ...bounds, nan, infinite: (infinite && isUnbounded(bounds)) || reached(low) || reached(high) };
}

/** Any finite number. */
export const real = range(-Infinity, Infinity);
/** Whatever f32 can hold. */
export const anything = range(-Infinity, Infinity, true, true);
const unit = range(0, 1);
const nonNegative = range(0, Infinity);

/** Whether x is neither NaN nor infinite. */
export const isReal = ({ nan, infinite }: Range): boolean => !nan && !infinite;

const union = (...xs: readonly Range[]) =>
  range(
    Math.min(...xs.map(({ low }) => low)),
    Math.max(...xs.map(({ high }) => high)),
    xs.some(({ nan }) => nan),
    xs.some(({ infinite }) => infinite),
  );

const negative = (x: Range) => range(-x.high, -x.low, x.nan, x.infinite);

function total(x: Range, y: Range): Range {
  return range(x.low + y.low, x.high + y.high, x.nan || y.nan || (x.infinite && y.infinite), x.infinite || y.infinite);
}

function scaled(x: Range, y: Range): Range {
  const corners = [x.low, x.high].flatMap((a) => [y.low, y.high].map((b) => (a === 0 || b === 0 ? 0 : a * b)));
  const nan = x.nan || y.nan || (x.infinite && holdsZero(y)) || (y.infinite && holdsZero(x));
  return range(Math.min(...corners), Math.max(...corners), nan, x.infinite || y.infinite || (isUnbounded(x) && isUnbounded(y)));
}

const square = (x: Range) => range(x.low > 0 ? x.low * x.low : 0, Math.max(x.low * x.low, x.high * x.high), x.nan, x.infinite || isUnbounded(x));

function quotient(x: Range, y: Range): Range {
  if (holdsZero(y)) return range(x.low >= 0 && y.low >= 0 ? 0 : -Infinity, Infinity, true, true);
  const { low, high } = scaled({ ...x, infinite: false }, range(1 / y.high, 1 / y.low));
  return range(low, high, x.nan || y.nan || (x.infinite && y.infinite), x.infinite);
}

/** x^p for a constant p. */
function power(x: Range, p: number): Range {
  if (p === 0) return range(1, 1);
  if (p === 1) return x;
  if (p === 2) return square(x);
  const defined = x.low > 0 || (x.low === 0 && p > 0);
  if (!defined) return anything;
  return p > 0 ? range(0, Infinity, x.nan, x.infinite || (p > 1 && isUnbounded(x))) : range(0, Infinity, x.nan);
}

function root(x: Range): Range {
  return x.low >= 0 ? range(Math.sqrt(x.low), Math.sqrt(x.high), x.nan, x.infinite) : anything;
}

const exponential = (x: Range) => range(x.low >= 0 ? 1 : 0, x.high <= 0 ? 1 : Infinity, x.nan, x.high > mostExponent);

const hyperbolic = (x: Range) => Math.max(x.high, -x.low) > mostExponent;

/** log(x + shift). */
function logarithm(x: Range, shift: number): Range {
  if (x.low + shift > 0) return range(x.low + shift >= 1 ? 0 : -Infinity, Infinity, x.nan, x.infinite);
  return range(-Infinity, Infinity, x.nan || x.low + shift < 0, true);
}

/** A sum of many of them, or of none. */
const sumOf = (x: Range) =>
  range(x.low >= 0 ? 0 : -Infinity, x.high <= 0 ? 0 : Infinity, x.nan || (x.infinite && x.low < 0 && x.high > 0), x.infinite);

const bounded =
  (low: number, high: number) =>
  ([x]: Inputs): Range =>
    range(low, high, x.nan);

type Inputs = readonly [Range, Range, Range, ...Range[]];

const same = ([x]: Inputs) => x;
const steps = ([x]: Inputs) => range(x.low - 1, x.high + 1, x.nan, x.infinite);
const wave = ([x]: Inputs) => range(-1, 1, x.nan || x.infinite);

const movers: ReadonlySet<string> = new Set<OpName>(["broadcast", "reshape", "stopGradient"]);

/** Whether `node` is x less the largest x of each row, x finite. */
function isShifted(node: Node, x: Range): boolean {
  let shift = node.inputs[1];
  if (node.op !== "sub" || !shift || !isReal(x)) return false;
  while (movers.has(shift.op) || isOp(shift, "where")) shift = shift.inputs.at(-1) as Node;
  return isOp(shift, "max") && shift.inputs[0] === node.inputs[0];
}

const rules: Record<OpName, (xs: Inputs, node: Node, of: (node: Node) => Range) => Range> = {
  input: (_, { dtype }) => (dtype === "f32" ? anything : real),
  // A parameter that is not finite is a training that has failed.
  parameter: () => real,
  // A state may begin with infinity, as a minimum that is kept does.
  state: () => anything,
  constant: (_, node) => valuesOf((node as OpNode<"constant">).params.data),
  iota: () => nonNegative,
  size: () => range(1, Infinity),
  training: () => unit,
  random: () => unit,
  add: ([x, y]) => total(x, y),
  sub: ([x, y], node) => (isShifted(node, x) ? range(-Infinity, 0) : total(x, negative(y))),
  mul: ([x, y], { inputs }) => (inputs[0] === inputs[1] ? square(x) : scaled(x, y)),
  div: ([x, y]) => quotient(x, y),
  pow([x], { inputs }) {
    const exponent = fillOf(inputs[1] as Node);
    return exponent === undefined ? anything : power(x, exponent);
  },
  neg: ([x]) => negative(x),
  minimum: ([x, y]) => range(Math.min(x.low, y.low), Math.min(x.high, y.high), x.nan || y.nan, x.infinite || y.infinite),
  maximum: ([x, y]) => range(Math.max(x.low, y.low), Math.max(x.high, y.high), x.nan || y.nan, x.infinite || y.infinite),
  abs: ([x]) => range(holdsZero(x) ? 0 : Math.min(Math.abs(x.low), Math.abs(x.high)), Math.max(-x.low, x.high), x.nan, x.infinite),
  sign: () => range(-1, 1),
  compare: () => unit,
  where: ([, x, y]) => union(x, y),
  cast: ([x], { inputs, dtype }) => (dtype === "f32" && inputs[0]?.dtype === "f32" ? x : inputs[0]?.dtype === "bool" ? unit : real),
  exp: ([x]) => exponential(x),
  expm1: ([x]) => total(exponential(x), range(-1, -1)),
  sinh: ([x]) => range(x.low >= 0 ? 0 : -Infinity, x.high <= 0 ? 0 : Infinity, x.nan, hyperbolic(x)),
  cosh: ([x]) => range(1, Infinity, x.nan, hyperbolic(x)),
  log: ([x]) => logarithm(x, 0),
  log1p: ([x]) => logarithm(x, 1),
  sqrt: ([x]) => root(x),
  tanh: bounded(-1, 1),
  sigmoid: bounded(0, 1),
  erf: bounded(-1, 1),
  softplus: ([x]) => range(0, x.high <= 0 ? 1 : Infinity, x.nan, x.infinite),
  sin: wave,
  cos: wave,
  floor: steps,
  round: steps,
  trunc: steps,
  // Finite by assumption.
  contract: () => real,
  // The largest of each row is exp(0).
  sum([x], { inputs: [terms] }, of) {
    const shifted = terms?.op === "exp" && isShifted(terms.inputs[0] as Node, of(terms.inputs[0]?.inputs[0] as Node));
    return shifted ? range(1, Infinity) : sumOf(x);
  },
  max: same,
  argmax: () => nonNegative,
  fold: ([x]) => sumOf(x),
  scatterAdd: ([x]) => sumOf(x),
  gather: same,
  oneHot: () => unit,
  reshape: same,
  permute: same,
  broadcast: same,
  slice: same,
  flip: same,
  window: same,
  stopGradient: same,
  pad: ([x], node) => union(x, valuesOf([(node as OpNode<"pad">).params.value])),
  concat: (xs) => union(...xs),
};

function valuesOf(data: readonly number[]): Range {
  const numbers = data.filter((value) => !Number.isNaN(value));
  const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
  const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
  if (low > high) return { ...range(0, 0), nan: data.length > 0 };
  return range(low, high, numbers.length < data.length, Math.max(-low, high) === Infinity);
}

/** The range of each of `nodes`, inputs before users; `adjust` says otherwise for some of them. */
export function rangesOf(nodes: readonly Node[], adjust: (range: Range, node: Node) => Range = (range) => range): (node: Node) => Range {
  const known = new Map<Node, Range>();
  const of = (node: Node) => known.get(node) as Range;
  for (const node of nodes) known.set(node, adjust(rules[opOf(node)](node.inputs.map(of) as unknown as Inputs, node, of), node));
  return of;
}
