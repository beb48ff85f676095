// Convolutions of signals, images and volumes, and their transposes.

import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import {
  type ConvolutionOptions,
  convolutionKinds,
  convolve,
  convolveTransposed,
  type TransposedOptions,
  transposedKinds,
  type WithBias,
} from "../ops/convolution.ts";
import { axesText, checkSpatial, eachOf, type PerAxis, type Rank, wholesOf } from "../ops/spatial.ts";
import { checkOptions, checkSetting, type Kinds } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import type { Fans } from "./init.ts";
import { createLayer, type Layer, type Tensors } from "./layer.ts";
import { type TwoForms, twoForms, type WidthIsInferred } from "./two-forms.ts";
import { checkCount, parameterExtent, type Weighted, weightAndBias, weightedKinds } from "./weights.ts";

type PyTorchOrder<Kind extends string> = <Out extends number, Kernel extends number>(
  channels: number,
  out: Out,
  kernel: WidthIsInferred<Kernel, `${Kind}(${Out}, ${Kernel})`>,
  ...rest: readonly unknown[]
) => never;

type Convolution<Kind extends string, N extends Rank, Options> = TwoForms<[out: number, kernel: PerAxis<N>, options?: Weighted & Options]> &
  PyTorchOrder<Kind>;

/** What a convolution and its transpose do not have in common. */
interface Way {
  kinds(rank: Rank): Kinds<ConvolutionOptions>;
  /** The first two extents of the weight, and the fans at one place of the kernel. */
  weight(channels: number, out: number, groups: number): { readonly shape: readonly [number, number]; readonly fans: Fans };
  apply(attempt: string, rank: Rank, x: Tensor, weight: Tensor, options: ConvolutionOptions & WithBias): Tensor;
}

const forth: Way = {
  kinds: convolutionKinds,
  weight: (channels, out, groups) => ({ shape: [out, channels / groups], fans: { in: channels / groups, out } }),
  apply: convolve,
};

const back: Way = {
  kinds: transposedKinds,
  // The fans are those of PyTorch, which counts along the same axes as for a convolution.
  weight: (channels, out, groups) => ({ shape: [channels, out / groups], fans: { in: out / groups, out: channels } }),
  apply: convolveTransposed,
};

function convolution<Kind extends string, N extends Rank, Options extends ConvolutionOptions>(kind: Kind, rank: N, way: Way) {
  const create = (out: number, kernel: PerAxis<N>, options: Weighted & ConvolutionOptions = {}) => layer(kind, rank, way, out, kernel, options);
  return twoForms(kind, create, { infersWidth: true }) as unknown as Convolution<Kind, N, Options>;
}

function layer(kind: string, rank: Rank, way: Way, out: number, kernel: PerAxis, options: Weighted & ConvolutionOptions): Layer {
  const attempt = `Cannot apply "nn.${kind}"`;
  checkCount(attempt, "out", out);
  checkSetting(attempt, "kernel", kernel, wholesOf(rank, 1));
  checkOptions<Weighted & ConvolutionOptions>(attempt, options, { ...weightedKinds, ...way.kinds(rank) });
  const { name, init, bias: hasBias, ...moves } = options;
  const sizes = eachOf(rank, kernel);
  const places = sizes.reduce((product, size) => product * size, 1);
  return createLayer({
    kind,
    name,
    width: ([x]) => `[batch, ${x.shape[1]}, ${axesText(rank)}]`,
    parts: weightAndBias(kind, out, options, ([x]: Tensors) => {
      const { groups = 1 } = moves;
      const { shape, fans } = way.weight(channelsOf(attempt, x, rank, groups, out), out, groups);
      return { shape: [...shape, ...sizes], fans: { in: fans.in * places, out: fans.out * places } };
    }),
    apply: ([x], { weight, bias }) => way.apply(attempt, rank, x, weight, { ...moves, bias }),
  });
}

/** @throws GradcError `shape-mismatch`, `dynamic-dimension`, `setting-out-of-range` */
function channelsOf(attempt: string, x: Tensor, rank: Rank, groups: number, out: number): number {
  checkSpatial(attempt, x, rank);
  const channels = parameterExtent(attempt, x.shape, 1);
  if (channels % groups !== 0) throw settingOutOfRange(attempt, "groups", String(groups), `a divisor of ${channels} channels`);
  if (out % groups !== 0) throw settingOutOfRange(attempt, "groups", String(groups), `a divisor of ${out} channels of the result`);
  return channels;
}

/**
 * Convolution of signals with `out` kernels: `[batch, channels, l]` gives `[batch, out, l']`, where
 * `l' = ⌊(l + 2·padding - dilation·(kernel - 1) - 1) / stride⌋ + 1`.
 * `weight` is [out, channels / groups, k], `bias` [out]; both start as U(±1/√(channels / groups · k)).
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`, `inferred-width`
 */
export const conv1d = convolution<"conv1d", 1, ConvolutionOptions<1>>("conv1d", 1, forth);

/**
 * Convolution with `out` kernels: `[batch, channels, h, w]` gives `[batch, out, h', w']`.
 * `weight` is [out, channels / groups, kh, kw], `bias` [out]; both start as U(±1/√(channels / groups · kh · kw)).
 */
export const conv2d = convolution<"conv2d", 2, ConvolutionOptions<2>>("conv2d", 2, forth);

/**
 * Convolution of volumes with `out` kernels: `[batch, channels, d, h, w]` gives `[batch, out, d', h', w']`.
 * `weight` is [out, channels / groups, kd, kh, kw], `bias` [out]; both start as U(±1/√(channels / groups · kd · kh · kw)).
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`, `inferred-width`
 */
export const conv3d = convolution<"conv3d", 3, ConvolutionOptions<3>>("conv3d", 3, forth);

/**
 * Transposed convolution of signals, the adjoint of `nn.conv1d`: `[batch, channels, l]` gives `[batch, out, l']`, where
 * `l' = (l - 1)·stride - 2·padding + dilation·(kernel - 1) + outputPadding + 1`.
 * `weight` is [channels, out / groups, k], `bias` [out]; both start as U(±1/√(out / groups · k)), as in PyTorch.
 * Dumoulin and Visin 2016, chapter 4.
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`, `inferred-width`
 */
export const convTranspose1d = convolution<"convTranspose1d", 1, TransposedOptions<1>>("convTranspose1d", 1, back);

/**
 * Transposed convolution of images, the adjoint of `nn.conv2d`: `[batch, channels, h, w]` gives `[batch, out, h', w']`, along each axis as
 * `nn.convTranspose1d` does. `weight` is [channels, out / groups, kh, kw], `bias` [out]; both start as U(±1/√(out / groups · kh · kw)).
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`, `inferred-width`
 */
export const convTranspose2d = convolution<"convTranspose2d", 2, TransposedOptions<2>>("convTranspose2d", 2, back);

/**
 * Transposed convolution of volumes, the adjoint of `nn.conv3d`: `[batch, channels, d, h, w]` gives `[batch, out, d', h', w']`, along each
 * axis as `nn.convTranspose1d` does. `weight` is [channels, out / groups, kd, kh, kw], `bias` [out]; both start as
 * U(±1/√(out / groups · kd · kh · kw)).
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`, `inferred-width`
 */
export const convTranspose3d = convolution<"convTranspose3d", 3, TransposedOptions<3>>("convTranspose3d", 3, back);
