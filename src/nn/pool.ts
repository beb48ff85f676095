// Pooling of signals, images and volumes over windows that slide.

import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { product } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { coveredBy, type Windows, windowsOver } from "../ops/sliding.ts";
import { cellsOf, eachOf, type PerAxis, type Rank, wholesOf } from "../ops/spatial.ts";
import { checkOptions, checkSetting, flag, type Kinds } from "../settings.ts";
import { broadcastTo, float, type Tensor } from "../tensor.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { type TwoForms, twoForms } from "./two-forms.ts";

/** How a pooling window moves. */
interface PoolOptions<N extends Rank> extends Named {
  /** As large as the window unless stated. */
  readonly stride?: PerAxis<N>;
  /** Cells around x, at most half of the window, none unless stated: -infinity for the largest, 0 for the mean. */
  readonly padding?: PerAxis<N>;
  /** Whether windows may go beyond the end, so that no cell is left out; false unless stated. */
  readonly ceilMode?: boolean;
}

/** Settings of max-pools. */
export interface MaxPoolOptions<N extends Rank = Rank> extends PoolOptions<N> {
  /** Cells from one element of the window to the next; 1 unless stated. */
  readonly dilation?: PerAxis<N>;
}

/** Settings of average pools. */
export interface AvgPoolOptions<N extends Rank = Rank> extends PoolOptions<N> {
  /** Whether the cells of the padding count in the mean; true unless stated. */
  readonly countIncludePad?: boolean;
}

const poolKinds = (rank: Rank): Kinds<PoolOptions<Rank>> => ({
  ...namedKinds,
  stride: wholesOf(rank, 1),
  padding: wholesOf(rank, 0),
  ceilMode: flag,
});

/** Both kinds of pools: the settings that only one has, and what it makes of x with its windows. */
interface Pool<Options> {
  readonly kinds: (rank: Rank) => Kinds<Options>;
  readonly apply: (attempt: string, x: Tensor, windows: Windows, options: Options) => Tensor;
}

type Pooling<N extends Rank, Options> = TwoForms<[kernel: PerAxis<N>, options?: Options]>;

function pooling<N extends Rank, Options extends MaxPoolOptions>(kind: string, rank: N, { kinds, apply }: Pool<Options>): Pooling<N, Options> {
  const attempt = `Cannot apply "nn.${kind}"`;
  return twoForms(kind, (kernel: PerAxis<N>, options: Options = {} as Options): Layer => {
    checkSetting(attempt, "kernel", kernel, wholesOf(rank, 1));
    checkOptions(attempt, options, kinds(rank));
    const windowsFor = windowsOf(attempt, rank, kernel, options);
    return createLayer({
      kind,
      name: options.name,
      apply: ([x]) => apply(attempt, float(attempt, x), windowsFor(cellsOf(attempt, x, rank)), options),
    });
  });
}

/** The windows over given extents. @throws GradcError `setting-out-of-range` where the padding is more than half of the window */
function windowsOf(attempt: string, rank: Rank, kernel: PerAxis, options: MaxPoolOptions): (cells: readonly number[]) => Windows {
  const { stride = kernel, padding = 0, dilation = 1, ceilMode = false } = options;
  const [size, low] = [eachOf(rank, kernel), eachOf(rank, padding)];
  if (low.some((cells, axis) => cells * 2 > elementAt(size, axis))) {
    throw settingOutOfRange(attempt, "padding", shown(padding), "at most half of the window");
  }
  const windows = { kernel: size, stride: eachOf(rank, stride), dilation: eachOf(rank, dilation), low, high: low };
  return (cells) => (ceilMode ? toTheEnd(windows, cells) : windows);
}

/** `windows` with so much padding at the ends that the last one of each axis fits: no cell is left out, and none starts beyond the cells. */
function toTheEnd(windows: Windows, cells: readonly number[]): Windows {
  const covered = coveredBy(windows);
  const high = windows.high.map((after, axis) => {
    const [stride, window] = [elementAt(windows.stride, axis), elementAt(covered, axis)];
    const extent = elementAt(windows.low, axis) + elementAt(cells, axis);
    const last = Math.min(Math.ceil(Math.max(0, extent + after - window) / stride), Math.ceil(extent / stride) - 1);
    return Math.max(after, last * stride + window - extent);
  });
  return { ...windows, high };
}

/** The axes of a window among those of `windowsOver`. */
const withinOf = ({ kernel }: Windows): number[] => kernel.map((_, axis) => 2 + kernel.length + axis);

/** The first of the largest elements of each window, whose places are the last `rank` axes. */
export function largestOf(windows: Tensor, rank: number): Tensor {
  const [outside, within] = [windows.shape.slice(0, 2 + rank), windows.shape.slice(2 + rank)];
  return build.max(build.reshape(windows, [...outside, product(within)]), [outside.length], "first");
}

const largest: Pool<MaxPoolOptions> = {
  kinds: (rank) => ({ ...poolKinds(rank), dilation: wholesOf(rank, 1) }),
  apply(attempt, x, windows) {
    return largestOf(windowsOver(attempt, x, windows, Number.NEGATIVE_INFINITY), windows.kernel.length);
  },
};

const mean: Pool<AvgPoolOptions> = {
  kinds: (rank) => ({ ...poolKinds(rank), countIncludePad: flag }),
  apply(attempt, x, windows, { countIncludePad = true, padding = 0 }) {
    const total = ops.sum(windowsOver(attempt, x, windows, 0), { dim: withinOf(windows) });
    const around = countIncludePad ? eachOf(windows.kernel.length as Rank, padding) : windows.kernel.map(() => 0);
    return dividedBy(attempt, total, countedBy(total, windows, x.shape.slice(2) as number[], around));
  },
};

/** How many cells count in each window of `total` along each axis: those of x and `around` it. */
function countedBy(total: Tensor, windows: Windows, cells: readonly number[], around: readonly number[]): number[][] {
  return windows.kernel.map((size, axis) => {
    const [low, stride, beside] = [elementAt(windows.low, axis), elementAt(windows.stride, axis), elementAt(around, axis)];
    const [first, end] = [low - beside, low + elementAt(cells, axis) + beside];
    const starts = Array.from({ length: total.shape[axis + 2] as number }, (_, window) => window * stride);
    return starts.map((start) => Math.min(start + size, end) - Math.max(start, first));
  });
}

/** `total` by the product of what `counts` has along each axis. */
export function dividedBy(attempt: string, total: Tensor, counts: readonly (readonly number[])[]): Tensor {
  const isEven = counts.every((along) => along.every((count) => count === along[0]));
  if (isEven) return ops.div(total, product(counts.map((along) => elementAt(along, 0))) as number);
  const along = counts.map(
    (each, axis): Tensor =>
      build.constant(
        total.graph,
        each,
        counts.map((_, other) => (other === axis ? each.length : 1)),
      ),
  );
  return ops.div(total, broadcastTo(attempt, along.reduce(ops.mul), total.shape));
}

/**
 * The largest element of each window over signals: `[batch, channels, l]` gives `[batch, channels, l']`, where
 * `l' = ⌊(l + 2·padding - dilation·(kernel - 1) - 1) / stride⌋ + 1`, rounded up with `ceilMode`.
 * The gradient goes to the first of equal ones. NaN wins.
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`
 */
export const maxPool1d = pooling<1, MaxPoolOptions<1>>("maxPool1d", 1, largest);

/** The largest element of each window; the gradient goes to the first of equal ones in row-major order. NaN wins. */
export const maxPool2d = pooling<2, MaxPoolOptions<2>>("maxPool2d", 2, largest);

/**
 * The largest element of each window over volumes, along each axis as `nn.maxPool1d` has them; the gradient goes to the first of equal ones
 * in row-major order. NaN wins.
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`
 */
export const maxPool3d = pooling<3, MaxPoolOptions<3>>("maxPool3d", 3, largest);

/**
 * The mean of each window over signals: `[batch, channels, l]` gives `[batch, channels, l']`, where
 * `l' = ⌊(l + 2·padding - kernel) / stride⌋ + 1`, rounded up with `ceilMode`. The zeros of the padding count unless `countIncludePad`
 * is false; what `ceilMode` adds beyond them does not.
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`
 */
export const avgPool1d = pooling<1, AvgPoolOptions<1>>("avgPool1d", 1, mean);

/** The mean of each window over images, along each axis as `nn.avgPool1d` has them. @throws GradcError `shape-mismatch`, `setting-out-of-range` */
export const avgPool2d = pooling<2, AvgPoolOptions<2>>("avgPool2d", 2, mean);

/** The mean of each window over volumes, along each axis as `nn.avgPool1d` has them. @throws GradcError `shape-mismatch`, `setting-out-of-range` */
export const avgPool3d = pooling<3, AvgPoolOptions<3>>("avgPool3d", 3, mean);
