// Histograms in the buckets that TensorBoard's writers use (tensorflow/core/lib/histogram/histogram.cc): limits 1e-12·1.1^k up to 1e20, their
// negatives, and 0 between.

/** What a histogram says of values. A bucket holds the values from the limit before its own, to below it. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/** All limits in order; what is beyond the last of them has a bucket up to the largest number. */
function allLimits(): Float64Array {
  const limits: number[] = [];
  for (let limit = 1e-12; limit < 1e20; limit *= 1.1) limits.push(limit);
  const beyond = [...limits, Number.MAX_VALUE];
  return Float64Array.from([...beyond.map((limit) => -limit).reverse(), 0, ...beyond]);
}

let known: Float64Array | undefined;

/** How many of the limits, which are in order, are not above `value`. */
function bucketOf(limits: Float64Array, value: number): number {
  let [low, high] = [0, limits.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < (limits[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The histogram of one or more finite numbers: the buckets from the first to the last that hold some, and an empty one before them. */
export function histogramOf(values: ArrayLike<number>): Histogram {
  known ??= allLimits();
  const counts = new Float64Array(known.length);
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    squares += value * value;
    const at = bucketOf(known, value);
    counts[at] = (counts[at] as number) + 1;
  }
  const [first, last] = [bucketOf(known, min), bucketOf(known, max)];
  const part = (of: Float64Array) => Array.from(of.subarray(first - 1, last + 1));
  return { min, max, count: values.length, sum, squares, limits: part(known), counts: part(counts) };
}
