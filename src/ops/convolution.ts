// Convolution as sliding windows and a contraction.

import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import type { Dim } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import { anything, checkOptions, count, type Kind, type Kinds } from "../settings.ts";
import { broadcastTo, float, type Operand, originNotes, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { helpForChannelsLast } from "./image-layout.ts";

/** The numbers of a convolution along height and width. */
export type Pair = number | readonly [number, number];

/** How a kernel moves over an image. */
export interface ConvolutionOptions {
  readonly stride?: Pair;
  /** Zeros around the image. */
  readonly padding?: Pair;
  readonly dilation?: Pair;
  /** Channels are convolved in so many separate groups. */
  readonly groups?: number;
}

/** One whole number of at least `least`, or two. */
const pairs = (least: number): Kind => {
  const fits = (value: unknown) => Number.isInteger(value) && (value as number) >= least;
  return {
    fits: (value) => fits(value) || (Array.isArray(value) && value.length === 2 && value.every(fits)),
    expected: `a whole number of at least ${least}, or two as [height, width]`,
  };
};

/** The extents of a kernel or a window. */
export const extents: Kind = pairs(1);

/** What the numbers of a convolution may be. */
export const convolutionKinds: Kinds<ConvolutionOptions> = { stride: pairs(1), padding: pairs(0), dilation: pairs(1), groups: count };

/** Both numbers of a pair. */
export const pairOf = (pair: Pair): readonly [number, number] => (typeof pair === "number" ? [pair, pair] : pair);

/** Windows over the last two axes of `x: [b, c, h, w]`, giving `[b, c, h', w', kh, kw]`; `fill` stands around the image. */
export function windows2d(
  what: string,
  x: Tensor,
  kernel: readonly [number, number],
  { stride = 1, padding = 0, dilation = 1 }: Omit<ConvolutionOptions, "groups">,
  fill: number,
): Tensor {
  const [sy, sx] = pairOf(stride);
  const [py, px] = pairOf(padding);
  const [dy, dx] = pairOf(dilation);
  checkWithin(what, x, kernel, [py, px], [dy, dx]);
  const padded = py === 0 && px === 0 ? x : build.pad(x, [0, 0, py, px], [0, 0, py, px], fill);
  return build.window(build.window(padded, 2, kernel[0], sy, dy), 3, kernel[1], sx, dx);
}

type Numbers = readonly [number, number];

function checkWithin(what: string, x: Tensor, kernel: Numbers, padding: Numbers, dilation: Numbers): void {
  const padded = padding.map((around, i) => (x.shape[i + 2] as number) + 2 * around);
  const covered = kernel.map((extent, i) => dilation[i as 0 | 1] * (extent - 1) + 1);
  // Comparisons with an extent that is known only when the model runs are false.
  if (!covered.some((extent, i) => extent > elementAt(padded, i))) return;
  const expected = `a window within ${padded.join(" x ")} cells, of which this covers ${covered.join(" x ")}`;
  throw settingOutOfRange(what, "kernel", shown(kernel), expected, helpForChannelsLast(x.shape));
}

/**
 * The convolution (cross-correlation) of images `x: [batch, channels, h, w]` with `weight: [out, channels / groups, kh, kw]`,
 * giving `[batch, out, h', w']`.
 * @throws GradcError `shape-mismatch`
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvolutionOptions & { readonly bias?: Operand } = {}): Tensor {
  checkOptions(attempt("conv2d"), options, { ...convolutionKinds, bias: anything });
  return convolve(attempt("conv2d"), x, weight, options);
}

/** `conv2d` for a call that errors name as `what`; its options have been checked. */
export function convolve(
  what: string,
  x: Tensor,
  weight: Tensor,
  { bias, groups = 1, ...moves }: ConvolutionOptions & { readonly bias?: Operand },
): Tensor {
  const [image, kernel] = [float(what, x), float(what, weight)];
  const [out, depth, kh, kw] = checkedKernel(what, image, kernel, groups);
  const windows = windows2d(what, image, [kh, kw], moves, 0);
  const y = groups === 1 ? build.contract(windows, kernel, "bcyxij,ocij->boyx") : grouped(windows, kernel, groups, [out, depth, kh, kw]);
  if (bias === undefined) return y;
  const offsets = float(what, bias);
  return build.add(y, broadcastTo(what, offsets.shape.length === 1 ? build.reshape(offsets, [out, 1, 1]) : offsets, y.shape));
}

function checkedKernel(what: string, image: Tensor, kernel: Tensor, groups: number): [number, number, number, number] {
  const { shape } = kernel;
  const numeric = shape.length === 4 && shape.every((dim) => typeof dim === "number");
  const [out, depth] = shape as [number, number];
  if (!numeric || image.shape.length !== 4 || image.shape[1] !== depth * groups || out % groups !== 0) {
    const expected = `[batch, channels, h, w] and [out, channels / ${groups}, kh, kw], out a multiple of ${groups}`;
    throw shapeMismatch(what, [image.shape, shape], expected + originNotes([image, kernel]));
  }
  return shape as unknown as [number, number, number, number];
}

function grouped(windows: Tensor, kernel: Tensor, groups: number, [out, depth, kh, kw]: readonly [number, number, number, number]): Tensor {
  const [batch, , h, w] = windows.shape as [Dim, Dim, Dim, Dim];
  const x = build.reshape(windows, [batch, groups, depth, h, w, kh, kw]);
  const k = build.reshape(kernel, [groups, out / groups, depth, kh, kw]);
  return build.reshape(build.contract(x, k, "bgcyxij,gocij->bgoyx"), [batch, out, h, w]);
}
