// Values at the start, by kind.
import type { Init } from "../../../src/index.ts";

/** Each kind with what it is; `in` and `out` are the numbers of elements that an output sums over, and that an input reaches. */
export const initial: readonly (readonly [init: Init, distribution: string])[] = [
  [0.5, "the number"],
  ["zeros", "0"],
  ["ones", "1"],
  ["eye", "1 where both indices are equal, else 0"],
  [{ uniform: [-1, 1] }, "uniform between the two"],
  [{ normal: [0, 0.1] }, "normal of mean and deviation"],
  [{ truncatedNormal: [0, 1, -2, 2] }, "normal of mean and deviation, given that it is between the last two"],
  ["xavierUniform", "uniform between ±√(6 / (in + out))"],
  ["xavierNormal", "normal of mean 0 and deviation √(2 / (in + out))"],
  ["kaimingUniform", "uniform between ±√(6 / in)"],
  ["kaimingNormal", "normal of mean 0 and deviation √(2 / in)"],
  [{ sparse: [0.5, 0.01] }, "normal of the deviation, but 0 in so large a share of each column"],
  ["orthogonal", "rows or columns of length 1 at right angles, uniform among all such"],
];
