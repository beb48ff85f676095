// Pooling to a given number of windows, as even as they can be.

import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { cellsOf, eachOf, type PerAxis, type Rank, wholesOf } from "../ops/spatial.ts";
import { taken } from "../ops/taken.ts";
import { checkOptions, checkSetting } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { attemptOf } from "./activation.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { dividedBy, largestOf } from "./pool.ts";
import { type TwoForms, twoForms } from "./two-forms.ts";

/** Cells from `start` to before `end`. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/** The windows along one axis: they overlap where their number does not divide that of the cells, as in PyTorch. */
const partsOf = (cells: number, count: number): Part[] =>
  Array.from({ length: count }, (_, i) => ({ start: Math.floor((i * cells) / count), end: Math.ceil(((i + 1) * cells) / count) }));

/** The windows `parts` of `axis`: their places are a new last axis, with `fill` at the end of those that have one less. */
function windowsAlong(x: Tensor, axis: number, parts: readonly Part[], fill: number): Tensor {
  const cells = x.shape[axis] as number;
  if (cells % parts.length === 0) return build.window(x, axis, cells / parts.length, cells / parts.length, 1);
  const size = Math.max(...parts.map(({ start, end }) => end - start));
  const beyond = x.shape.map((_, each) => (each === axis ? 1 : 0));
  const padded = build.pad(
    x,
    beyond.map(() => 0),
    beyond,
    fill,
  );
  const places = parts.flatMap(({ start, end }) => Array.from({ length: size }, (_, place) => (start + place < end ? start + place : cells)));
  return build.window(taken(padded, axis, places), axis, size, size, 1);
}

/** What is made of windows whose places are the last axes; `counts` are the cells of each along each axis. */
interface Pool {
  readonly fill: number;
  readonly apply: (attempt: string, windows: Tensor, counts: readonly (readonly number[])[]) => Tensor;
}

function pooling<N extends Rank>(kind: string, rank: N, { fill, apply }: Pool): TwoForms<[outputSize: PerAxis<N>, options?: Named]> {
  const attempt = attemptOf(kind);
  return twoForms(kind, (outputSize: PerAxis<N>, options: Named = {}): Layer => {
    checkSetting(attempt, "outputSize", outputSize, wholesOf(rank, 1));
    checkOptions(attempt, options, namedKinds);
    return createLayer({
      kind,
      name: options.name,
      apply([x]) {
        const sizes = eachOf(rank, outputSize);
        const parts = cellsOf(attempt, x, rank).map((cells, axis) => partsOf(cells, elementAt(sizes, axis)));
        const windows = parts.reduce((y, along, axis) => windowsAlong(y, axis + 2, along, fill), float(attempt, x));
        return apply(
          attempt,
          windows,
          parts.map((along) => along.map(({ start, end }) => end - start)),
        );
      },
    });
  });
}

const mean: Pool = {
  fill: 0,
  apply(attempt, windows, counts) {
    const total = ops.sum(windows, { dim: counts.map((_, axis) => axis + 2 + counts.length) });
    return dividedBy(attempt, total, counts);
  },
};

const largest: Pool = { fill: Number.NEGATIVE_INFINITY, apply: (_, windows, counts) => largestOf(windows, counts.length) };

/**
 * The mean of `outputSize` windows over signals: `[batch, channels, l]` gives `[batch, channels, outputSize]`. Window i has the cells from
 * `⌊i·l / outputSize⌋` to before `⌈(i + 1)·l / outputSize⌉`, as in PyTorch.
 * @throws GradcError `shape-mismatch`, `dynamic-dimension`
 */
export const adaptiveAvgPool1d = pooling("adaptiveAvgPool1d", 1, mean);

/**
 * The mean of windows over images: `[batch, channels, h, w]` gives `[batch, channels, ...outputSize]`, along each axis as
 * `nn.adaptiveAvgPool1d` has them. `outputSize` 1 gives the mean of each channel.
 * @throws GradcError `shape-mismatch`, `dynamic-dimension`
 */
export const adaptiveAvgPool2d = pooling("adaptiveAvgPool2d", 2, mean);

/**
 * The largest element of `outputSize` windows over signals, as `nn.adaptiveAvgPool1d` has them; the gradient goes to the first of equal ones.
 * NaN wins.
 * @throws GradcError `shape-mismatch`, `dynamic-dimension`
 */
export const adaptiveMaxPool1d = pooling("adaptiveMaxPool1d", 1, largest);

/**
 * The largest element of windows over images, as `nn.adaptiveAvgPool2d` has them; the gradient goes to the first of equal ones in row-major
 * order. NaN wins.
 * @throws GradcError `shape-mismatch`, `dynamic-dimension`
 */
export const adaptiveMaxPool2d = pooling("adaptiveMaxPool2d", 2, largest);
