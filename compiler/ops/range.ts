// Between which numbers the values of scalar functions lie, and whether they can be NaN or infinite.

/** `low <= x <= high`, unless x is NaN. Where `infinite` is false, an infinite bound says only that there is no smaller one. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly nan: boolean;
  readonly infinite: boolean;
}

/** The ranges of the operands of an op. */
export type Ranges = readonly [Range, Range, Range, ...Range[]];

/** The largest number of f32. */
const largest = 2 ** 128 - 2 ** 104;
/** Below this, exp is finite in f32. */
const mostExponent = 88;

const isUnbounded = ({ low, high }: Pick<Range, "low" | "high">) => low === -Infinity || high === Infinity;
const holdsZero = ({ low, high }: Range) => low <= 0 && high >= 0;

/** Bounds beyond f32 are infinite ones that are reached. */
export function range(low: number, high: number, nan = false, infinite = false): Range {
  const reached = (bound: number) => Number.isFinite(bound) && Math.abs(bound) > largest;
  const bounds = { low: low >= -largest ? low : -Infinity, high: high <= largest ? high : Infinity };
  return { ...bounds, nan, infinite: (infinite && isUnbounded(bounds)) || reached(low) || reached(high) };
}

/** Any finite number. */
export const real = range(-Infinity, Infinity);
/** Whatever f32 can hold. */
export const anything = range(-Infinity, Infinity, true, true);

/** Whether x is neither NaN nor infinite. */
export const isReal = ({ nan, infinite }: Range): boolean => !nan && !infinite;
/** Whether every x is larger than `bound`. */
export const isAbove = ({ low, nan }: Range, bound: number): boolean => low > bound && !nan;

/** The one number that x is, if there is only one. */
export const onlyValue = ({ low, high, nan }: Range): number | undefined => (low === high && !nan ? low : undefined);

export const union = (...xs: readonly Range[]): Range =>
  range(
    Math.min(...xs.map(({ low }) => low)),
    Math.max(...xs.map(({ high }) => high)),
    xs.some(({ nan }) => nan),
    xs.some(({ infinite }) => infinite),
  );

export const negative = (x: Range): Range => range(-x.high, -x.low, x.nan, x.infinite);

export function total(x: Range, y: Range): Range {
  return range(x.low + y.low, x.high + y.high, x.nan || y.nan || (x.infinite && y.infinite), x.infinite || y.infinite);
}

export function scaled(x: Range, y: Range): Range {
  const corners = [x.low, x.high].flatMap((a) => [y.low, y.high].map((b) => (a === 0 || b === 0 ? 0 : a * b)));
  const nan = x.nan || y.nan || (x.infinite && holdsZero(y)) || (y.infinite && holdsZero(x));
  return range(Math.min(...corners), Math.max(...corners), nan, x.infinite || y.infinite || (isUnbounded(x) && isUnbounded(y)));
}

/** x·x of one x. */
export const square = (x: Range): Range =>
  range(x.low > 0 ? x.low * x.low : 0, Math.max(x.low * x.low, x.high * x.high), x.nan, x.infinite || isUnbounded(x));

export function quotient(x: Range, y: Range): Range {
  if (holdsZero(y)) return range(x.low >= 0 && y.low >= 0 ? 0 : -Infinity, Infinity, true, true);
  const { low, high } = scaled({ ...x, infinite: false }, range(1 / y.high, 1 / y.low));
  return range(low, high, x.nan || y.nan || (x.infinite && y.infinite), x.infinite);
}

/** x^p for a constant p. */
export function power(x: Range, p: number): Range {
  if (p === 0) return range(1, 1);
  if (p === 1) return x;
  if (p === 2) return square(x);
  const defined = x.low > 0 || (x.low === 0 && p > 0);
  if (!defined) return anything;
  return p > 0 ? range(0, Infinity, x.nan, x.infinite || (p > 1 && isUnbounded(x))) : range(0, Infinity, x.nan);
}

export function root(x: Range): Range {
  return x.low >= 0 ? range(Math.sqrt(x.low), Math.sqrt(x.high), x.nan, x.infinite) : anything;
}

export function magnitude(x: Range): Range {
  return range(holdsZero(x) ? 0 : Math.min(Math.abs(x.low), Math.abs(x.high)), Math.max(-x.low, x.high), x.nan, x.infinite);
}

/** The smaller or the larger of the two. */
export const extreme = (x: Range, y: Range, pick: (a: number, b: number) => number): Range =>
  range(pick(x.low, y.low), pick(x.high, y.high), x.nan || y.nan, x.infinite || y.infinite);

export const exponential = (x: Range): Range => range(x.low >= 0 ? 1 : 0, x.high <= 0 ? 1 : Infinity, x.nan, x.high > mostExponent);

/** Between `low` and `high`, infinite where e^|x| is. */
export const hyperbolic = (x: Range, low: number, high: number): Range => range(low, high, x.nan, Math.max(x.high, -x.low) > mostExponent);

/** An odd function that grows: the sign is that of x. */
export const signed = (x: Range): readonly [number, number] => [x.low >= 0 ? 0 : -Infinity, x.high <= 0 ? 0 : Infinity];

/** log(x + shift). */
export function logarithm(x: Range, shift: number): Range {
  if (x.low + shift > 0) return range(x.low + shift >= 1 ? 0 : -Infinity, Infinity, x.nan, x.infinite);
  return range(-Infinity, Infinity, x.nan || x.low + shift < 0, true);
}

/** Between `low` and `high`, whatever x is. */
export const bounded =
  (low: number, high: number) =>
  ([x]: Ranges): Range =>
    range(low, high, x.nan);

/** A whole number near x. */
export const steps = ([x]: Ranges): Range => range(x.low - 1, x.high + 1, x.nan, x.infinite);
/** Between -1 and 1, and NaN at infinity. */
export const wave = ([x]: Ranges): Range => range(-1, 1, x.nan || x.infinite);

/** Whether the slope by input `i` can be NaN or infinite. */
export type Steep = (i: number, xs: Ranges, y: Range) => boolean;

export const neverSteep: Steep = () => false;
export const steepAtNaN: Steep = (_, [x]) => x.nan;
export const steepAtInfinity: Steep = (_, [x]) => !isReal(x);
/** The slope is y itself, or as large. */
export const steepAsValue: Steep = (_, __, y) => !isReal(y);
/** The slope is infinite or not defined unless x > `bound`. */
export const steepUnlessAbove =
  (bound: number): Steep =>
  (_, [x]) =>
    !isAbove(x, bound);
