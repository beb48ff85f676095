// Two tables of numbers at several points: whether they are equal, and else what one is of the other.
import { elements, isScalar, type Tensor, transposed } from "../../compiler/reading/tensor.ts";

/** Differences relative to the largest number, above which two tables differ. */
const tolerance = 1e-6;
/** What rounding leaves of numbers that cancel. */
const rounding = 1e-13;

export const hasNumbers = ({ data }: Tensor): boolean => data.every(Number.isFinite);

/** Both with 0 where they are the same infinity, as masked scores are. */
export function withoutInfinities(claimed: Tensor, right: Tensor): readonly [claimed: Tensor, right: Tensor] {
  const isSame = (at: number) => !Number.isFinite(right.data[at]) && claimed.data[at] === right.data[at];
  if (claimed.data.length !== right.data.length || !right.data.some((_, at) => isSame(at))) return [claimed, right];
  const cleared = (x: Tensor): Tensor => ({ ...x, data: x.data.map((value, at) => (isSame(at) ? 0 : value)) });
  return [cleared(claimed), cleared(right)];
}

const largest = (data: Float64Array): number => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

export const isZero = ({ data }: Tensor): boolean => largest(data) === 0;

/** Whether both have the same elements in the same places; how many axes a single number has does not matter, and a vector is a row. */
export function sameShape(x: Tensor, right: Tensor): boolean {
  if (isScalar(x) || (elements(x.shape) === 1 && elements(right.shape) === 1)) return true;
  if (x.isColumn && right.shape.length === 1) return false;
  const own = x.shape.length === 2 && right.shape.length === 1 && x.shape[0] === 1 ? x.shape.slice(1) : x.shape;
  return own.length === right.shape.length && own.every((size, axis) => size === right.shape[axis]);
}

const valueAt = (x: Tensor, at: number): number => x.data[x.data.length === 1 ? 0 : at] as number;

/** Whether `x` is `factor` times `right`. */
export function agrees(x: Tensor, right: Tensor, factor = 1): boolean {
  if (!sameShape(x, right)) return false;
  const limit = tolerance * Math.abs(factor) * largest(right.data) + rounding;
  if (limit === Number.POSITIVE_INFINITY) return false;
  return right.data.every((value, at) => Math.abs(valueAt(x, at) - factor * value) <= limit);
}

/** Values at one point. */
export interface Pair {
  readonly claimed: Tensor;
  readonly right: Tensor;
  /** The number of rows there. */
  readonly rows: number | undefined;
}

export const allAgree = (pairs: readonly Pair[]): boolean => pairs.every(({ claimed, right }) => agrees(claimed, right));

/** Whether the same is claimed at the same points. */
export const areSame = (pairs: readonly Pair[], others: readonly Pair[]): boolean =>
  pairs.length === others.length &&
  pairs.every(({ claimed, right }, i) => {
    const other = others[i] as Pair;
    return (
      right === other.right && String(claimed.shape) === String(other.claimed.shape) && claimed.data.every((x, at) => x === other.claimed.data[at])
    );
  });

/** Whether the claimed tables are the transposes of the right ones. */
export const areTransposes = (pairs: readonly Pair[]): boolean =>
  pairs.every(({ claimed, right }) => (claimed.isColumn || claimed.shape.length >= 2) && agrees(transposed(claimed), right));

/** Whether the claimed vectors have the elements of the right tables, which have other axes. */
export const areFlat = (pairs: readonly Pair[]): boolean =>
  pairs.every(
    ({ claimed, right }) => claimed.shape.length === 1 && right.shape.length > 1 && agrees(claimed, { ...right, shape: [right.data.length] }),
  );

/** What the claimed tables are times the right ones: `by` times the number of rows to the power `rows`. */
export interface Factor {
  readonly by: number;
  readonly rows: -2 | -1 | 0 | 1 | 2;
}

function factorAt({ claimed, right }: Pair): number | undefined {
  if (!sameShape(claimed, right) || isZero(right)) return undefined;
  const at = right.data.reduce((best, value, i) => (Math.abs(value) > Math.abs(right.data[best] as number) ? i : best), 0);
  const factor = valueAt(claimed, at) / (right.data[at] as number);
  return factor !== 0 && agrees(claimed, right, factor) ? factor : undefined;
}

/** The number that all claimed tables are of the right ones; undefined where there is none. */
export function factorOf(pairs: readonly Pair[]): Factor | undefined {
  const factors = pairs.map(factorAt);
  for (const rows of [0, 1, -1, 2, -2] as const) {
    const shares = factors.map((factor, i) => (factor === undefined ? Number.NaN : factor / (pairs[i]?.rows ?? 1) ** rows));
    const [by = Number.NaN] = shares;
    if (shares.every((share) => Math.abs(share - by) <= 1e-5 * Math.abs(by))) return { by, rows };
  }
  return undefined;
}

/** The first place at which two tables differ, with both numbers. */
export interface Difference {
  readonly index: readonly number[];
  readonly claimed: number;
  readonly right: number;
}

export function firstDifference({ claimed, right }: Pair): Difference | undefined {
  const limit = tolerance * largest(right.data) + rounding;
  const at = right.data.findIndex((value, i) => !(Math.abs(valueAt(claimed, i) - value) <= limit));
  if (at < 0 || !sameShape(claimed, right)) return undefined;
  let rest = at;
  const index = [...right.shape].reverse().map((size) => {
    const position = rest % size;
    rest = Math.floor(rest / size);
    return position;
  });
  return { index: index.reverse(), claimed: valueAt(claimed, at), right: right.data[at] as number };
}
