// The axes behind batch and channels: of signals one, of images two, of volumes three.

import { dynamicDimension, shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import type { Kind } from "../settings.ts";
import type { Tensor } from "../tensor.ts";

/** The number of axes behind batch and channels. */
export type Rank = 1 | 2 | 3;

type Lists = { readonly 1: readonly [number]; readonly 2: readonly [number, number]; readonly 3: readonly [number, number, number] };

/** One number for all axes, or one for each. */
export type PerAxis<N extends Rank = Rank> = number | Lists[N];

interface Space {
  /** What the axes are called in full, in shapes and in labels of contractions. */
  readonly names: readonly string[];
  readonly letters: readonly string[];
  readonly count: string;
  readonly what: string;
}

const spaces: Readonly<Record<Rank, Space>> = {
  1: { names: ["length"], letters: ["l"], count: "one", what: "signals" },
  2: { names: ["height", "width"], letters: ["h", "w"], count: "two", what: "images" },
  3: { names: ["depth", "height", "width"], letters: ["d", "h", "w"], count: "three", what: "volumes" },
};

/** The axes in shapes, each after `before`: `h, w`, or `kh, kw`. */
export const axesText = (rank: Rank, before = ""): string => spaces[rank].letters.map((letter) => before + letter).join(", ");

/** Numbers along the axes, of which `fits` says what each may be. */
function numbers(rank: Rank, fits: (value: unknown) => boolean, each: string): Kind {
  const { names, count } = spaces[rank];
  return {
    fits: (value) => fits(value) || (Array.isArray(value) && value.length === rank && value.every(fits)),
    expected: `${each}, or ${count} as [${names.join(", ")}]`,
  };
}

/** One whole number of at least `least`, or one for each axis. */
export const wholesOf = (rank: Rank, least: number): Kind =>
  numbers(rank, (value) => Number.isInteger(value) && (value as number) >= least, `a whole number of at least ${least}`);

/** One number above 0, or one for each axis. */
export const factorsOf = (rank: Rank): Kind =>
  numbers(rank, (value) => typeof value === "number" && value > 0 && Number.isFinite(value), "a number above 0");

/** The number of each axis. */
export const eachOf = (rank: Rank, value: PerAxis): readonly number[] => (typeof value === "number" ? Array(rank).fill(value) : value);

/** @throws GradcError `shape-mismatch` */
export function checkSpatial(attempt: string, { shape }: Tensor, rank: Rank): void {
  if (shape.length === rank + 2) return;
  const { what } = spaces[rank];
  throw shapeMismatch(attempt, [shape], `[batch, channels, ${axesText(rank)}]`, `ops.reshape gives a table the shape of ${what}`);
}

/** The extents behind batch and channels. @throws GradcError `shape-mismatch`, `dynamic-dimension` */
export function cellsOf(attempt: string, x: Tensor, rank: Rank): readonly number[] {
  checkSpatial(attempt, x, rank);
  return x.shape.slice(2).map((dim, axis) => {
    if (typeof dim === "string") throw dynamicDimension(attempt, axis + 2, x.shape);
    return dim;
  });
}
