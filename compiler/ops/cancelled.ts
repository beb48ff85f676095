// Sums that are 0 but for rounding: where terms cancel, numbers for people say 0.
import type { Value } from "./op.ts";

/** `sum` of terms whose sizes add up to `size`; 0 where it is no more than what rounding leaves of them. */
export const cancelled = (sum: number, size: number): number => (sum !== 0 && size < Infinity && Math.abs(sum) <= size * 2 ** -50 ? 0 : sum);

/** `value` with each of its elements so, by the sizes of the terms of each. */
export const cancelledIn = (value: Value, sizes: Value): Value => ({
  ...value,
  data: value.data.map((sum, i) => cancelled(sum, sizes.data[i] as number)),
});

/** The size of each element. */
export const sizesOf = (value: Value): Value => ({ ...value, data: value.data.map(Math.abs) });
