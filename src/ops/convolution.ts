// Convolution as sliding windows and a contraction, and its transpose.

import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import { anything, checkOptions, count, type Kind, type Kinds } from "../settings.ts";
import { broadcastTo, float, type Operand, originNotes, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { coveredBy, type Windows, windowsOver } from "./sliding.ts";
import { axesText, cellsOf, eachOf, type PerAxis, type Rank, wholesOf } from "./spatial.ts";

/** How a kernel moves over signals, images or volumes. */
export interface ConvolutionOptions<N extends Rank = Rank> {
  /** Cells from one place of the kernel to the next; 1 unless stated. */
  readonly stride?: PerAxis<N>;
  /** Zeros around x, none unless stated; "same": so many that the extents stay, where the stride is 1. */
  readonly padding?: PerAxis<N> | "same";
  /** Cells from one element of the kernel to the next; 1 unless stated. */
  readonly dilation?: PerAxis<N>;
  /** Channels are convolved in so many separate groups; 1 unless stated. */
  readonly groups?: number;
}

/** How the kernel of a transposed convolution moves over its result. */
export interface TransposedOptions<N extends Rank = Rank> extends ConvolutionOptions<N> {
  /** Cells that the result is cut by at each end, which the convolution has as zeros; none unless stated. */
  readonly padding?: PerAxis<N>;
  /** Cells that the result has more, at the end of each axis: extents that a convolution makes alike differ by it; none unless stated. */
  readonly outputPadding?: PerAxis<N>;
}

/** The bias of a convolution: [out], or what is repeated to its result. */
export type WithBias = { readonly bias?: Operand | undefined };

const orSame = ({ fits, expected }: Kind): Kind => ({ fits: (value) => value === "same" || fits(value), expected: `${expected}, or "same"` });

/** What the settings of a convolution along `rank` axes may be. */
export const convolutionKinds = (rank: Rank): Kinds<ConvolutionOptions> => ({
  stride: wholesOf(rank, 1),
  padding: orSame(wholesOf(rank, 0)),
  dilation: wholesOf(rank, 1),
  groups: count,
});

/** The same for a transposed one. */
export const transposedKinds = (rank: Rank): Kinds<TransposedOptions> => ({
  ...convolutionKinds(rank),
  padding: wholesOf(rank, 0),
  outputPadding: wholesOf(rank, 0),
});

/**
 * The convolution (cross-correlation) of images `x: [batch, channels, h, w]` with `weight: [out, channels / groups, kh, kw]`,
 * giving `[batch, out, h', w']`.
 * @throws GradcError `shape-mismatch`
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvolutionOptions<2> & { readonly bias?: Operand } = {}): Tensor {
  checkOptions(attempt("conv2d"), options, { ...convolutionKinds(2), bias: anything });
  return convolve(attempt("conv2d"), 2, x, weight, options);
}

/** The convolution along `rank` axes in a call that errors name as `what`; its options have been checked. */
export function convolve(what: string, rank: Rank, x: Tensor, weight: Tensor, { bias, groups = 1, ...moves }: ConvolutionOptions & WithBias): Tensor {
  const [cells, kernel] = [float(what, x), float(what, weight)];
  const [out, depth, ...sizes] = kernel.shape as readonly [number, number, ...number[]];
  checkShapes(what, rank, [cells, kernel], cells.shape[1] === depth * groups && out % groups === 0, `out, channels / ${groups}`, groups);
  const windows = windowsOver(what, cells, windowsOf(what, rank, sizes, moves), 0);
  const { at, within } = labelsOf(rank);
  if (groups === 1) return withBias(what, build.contract(windows, kernel, `bc${at}${within},oc${within}->bo${at}`), bias);
  const y = build.contract(apart(windows, 1, groups), apart(kernel, 0, groups), `bgc${at}${within},goc${within}->bgo${at}`);
  return withBias(what, together(y, 1), bias);
}

/**
 * The transposed convolution along `rank` axes: what the gradient of `convolve` with respect to its input makes of x. Each cell of
 * `x: [batch, channels, h, w]` adds its products with `weight: [channels, out / groups, kh, kw]` to the window that it stands for.
 */
export function convolveTransposed(
  what: string,
  rank: Rank,
  x: Tensor,
  weight: Tensor,
  { bias, groups = 1, ...moves }: TransposedOptions & WithBias,
): Tensor {
  const [cells, kernel] = [float(what, x), float(what, weight)];
  const [channels, , ...sizes] = kernel.shape as readonly [number, number, ...number[]];
  checkShapes(what, rank, [cells, kernel], cells.shape[1] === channels && channels % groups === 0, `channels, out / ${groups}`, groups);
  cellsOf(what, cells, rank);
  const { at, within } = labelsOf(rank);
  const products =
    groups === 1
      ? build.contract(cells, kernel, `bc${at},co${within}->bo${at}${within}`)
      : together(build.contract(apart(cells, 1, groups), apart(kernel, 0, groups), `bgc${at},gco${within}->bgo${at}${within}`), 1);
  return withBias(what, added(what, rank, products, sizes, moves), bias);
}

/** Windows `products: [b, o, h, w, kh, kw]` added up where they lie, without the padding. */
function added(what: string, rank: Rank, products: Tensor, kernel: readonly number[], moves: Omit<TransposedOptions, "groups">): Tensor {
  const { stride, dilation, low } = windowsOf(what, rank, kernel, moves);
  const more = eachOf(rank, moves.outputPadding ?? 0);
  checkMore(what, moves.outputPadding, more, stride, dilation);
  const covered = coveredBy({ kernel, dilation });
  const extents = products.shape
    .slice(2, 2 + rank)
    .map((count, axis) => ((count as number) - 1) * elementAt(stride, axis) + elementAt(covered, axis));
  const whole = extents.reduceRight(
    (y: Tensor, extent, axis) => build.fold(y, axis + 2, extent, elementAt(stride, axis), elementAt(dilation, axis)),
    products,
  );
  return cut(what, whole, low, more);
}

/** x without `low` cells at each end of its axes but `more` at their ends: of those that are not there, zeros. */
function cut(what: string, x: Tensor, low: readonly number[], more: readonly number[]): Tensor {
  const zeros = low.map((cells, axis) => Math.max(0, elementAt(more, axis) - cells));
  const extents = low.map((cells, axis) => (x.shape[axis + 2] as number) - 2 * cells + elementAt(more, axis));
  if (extents.some((extent) => extent < 1)) throw settingOutOfRange(what, "padding", shown(low), "a padding that leaves cells of the result");
  const padded = zeros.some((cells) => cells > 0) ? build.pad(x, [0, 0, ...low.map(() => 0)], [0, 0, ...zeros], 0) : x;
  const isWhole = extents.every((extent, axis) => extent === padded.shape[axis + 2]);
  return isWhole ? padded : build.slice(padded, [0, 0, ...low], [...padded.shape.slice(0, 2), ...extents]);
}

function checkMore(what: string, given: PerAxis | undefined, more: readonly number[], stride: readonly number[], dilation: readonly number[]): void {
  const isTooLarge = more.some((cells, axis) => cells > 0 && cells >= Math.max(elementAt(stride, axis), elementAt(dilation, axis)));
  if (isTooLarge) throw settingOutOfRange(what, "outputPadding", shown(given), "less than the stride or the dilation");
}

/** The windows of a kernel of `sizes`. */
function windowsOf(what: string, rank: Rank, kernel: readonly number[], { stride = 1, padding = 0, dilation = 1 }: ConvolutionOptions): Windows {
  const moves = { kernel, stride: eachOf(rank, stride), dilation: eachOf(rank, dilation) };
  if (padding !== "same") return { ...moves, low: eachOf(rank, padding), high: eachOf(rank, padding) };
  if (moves.stride.some((step) => step !== 1)) throw settingOutOfRange(what, "padding", '"same"', "a number of zeros where the stride is not 1");
  const more = coveredBy(moves).map((cells) => cells - 1);
  // As in PyTorch, the end has one more where the number is odd.
  return { ...moves, low: more.map((cells) => Math.floor(cells / 2)), high: more.map((cells) => Math.ceil(cells / 2)) };
}

/** Letters of the cells and of the places in the kernel. */
const labelsOf = (rank: Rank) => ({ at: "zyx".slice(3 - rank), within: "hij".slice(3 - rank) });

function checkShapes(what: string, rank: Rank, tensors: readonly [Tensor, Tensor], fits: boolean, first: string, groups: number): void {
  const [cells, { shape }] = tensors;
  const isKernel = shape.length === rank + 2 && shape.every((dim) => typeof dim === "number");
  if (isKernel && cells.shape.length === rank + 2 && fits) return;
  const [whole] = first.split(",");
  const expected = `[batch, channels, ${axesText(rank)}] and [${first}, ${axesText(rank, "k")}], ${whole} a multiple of ${groups}`;
  throw shapeMismatch(what, [cells.shape, shape], expected + originNotes(tensors));
}

/** x with `axis` as `groups` and what is in each. */
const apart = (x: Tensor, axis: number, groups: number): Tensor =>
  build.reshape(x, [...x.shape.slice(0, axis), groups, (x.shape[axis] as number) / groups, ...x.shape.slice(axis + 1)]);

/** x with `axis` and the next as one. */
const together = (x: Tensor, axis: number): Tensor =>
  build.reshape(x, [...x.shape.slice(0, axis), (x.shape[axis] as number) * (x.shape[axis + 1] as number), ...x.shape.slice(axis + 2)]);

function withBias(what: string, y: Tensor, bias: Operand | undefined): Tensor {
  if (bias === undefined) return y;
  const offsets = float(what, bias);
  const channels = [y.shape[1] as number, ...y.shape.slice(2).map(() => 1)];
  return build.add(y, broadcastTo(what, offsets.shape.length === 1 ? build.reshape(offsets, channels) : offsets, y.shape));
}
