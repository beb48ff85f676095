// Layers over images [batch, channels, height, width].

import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import type { Dim } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import { type ConvolutionOptions, convolutionKinds, convolve, extents, type Pair, pairOf, windows2d } from "../ops/convolution.ts";
import { checkOptions, checkSetting, type Kinds } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { createLayer, type Layer, type Named, namedKinds, type Tensors } from "./layer.ts";
import { type TwoForms, twoForms, type WidthIsInferred } from "./two-forms.ts";
import { checkCount, parameterExtent, type Weighted, weightAndBias, weightedKinds } from "./weights.ts";

type Conv2d = TwoForms<[out: number, kernel: Pair, options?: Weighted & ConvolutionOptions]> & PyTorchOrder;

type PyTorchOrder = <Out extends number, Kernel extends number>(
  channels: number,
  out: Out,
  kernel: WidthIsInferred<Kernel, `conv2d(${Out}, ${Kernel})`>,
  ...rest: readonly unknown[]
) => never;

/**
 * Convolution with `out` kernels: `[batch, channels, h, w]` gives `[batch, out, h', w']`.
 * `weight` is [out, channels / groups, kh, kw], `bias` [out]; both start as U(±1/√(channels / groups · kh · kw)).
 */
export const conv2d: Conv2d = twoForms("conv2d", createConv2d, { infersWidth: true }) as Conv2d;

function createConv2d(out: number, kernel: Pair, options: Weighted & ConvolutionOptions = {}): Layer {
  const attempt = 'Cannot apply "nn.conv2d"';
  checkCount(attempt, "out", out);
  checkSetting(attempt, "kernel", kernel, extents);
  checkOptions(attempt, options, { ...weightedKinds, ...convolutionKinds });
  const { name, init, bias: hasBias, ...moves } = options;
  const [kh, kw] = pairOf(kernel);
  return createLayer({
    kind: "conv2d",
    name,
    width: ([x]) => `[batch, ${x.shape[1]}, h, w]`,
    parts: weightAndBias("conv2d", out, options, ([x]: Tensors) => {
      const channels = imageChannels(attempt, x);
      const depth = channels / (moves.groups ?? 1);
      if (!Number.isInteger(depth)) throw settingOutOfRange(attempt, "groups", String(moves.groups), `a divisor of ${channels} channels`);
      return { shape: [out, depth, kh, kw], fans: { in: depth * kh * kw, out: out * kh * kw } };
    }),
    apply: ([x], { weight, bias }) => convolve(attempt, x, weight, bias ? { ...moves, bias } : moves),
  });
}

function imageChannels(attempt: string, x: Tensor): number {
  if (x.shape.length !== 4) throw shapeMismatch(attempt, [x.shape], "[batch, channels, h, w]", "ops.reshape gives a table the shape of images");
  return parameterExtent(attempt, x.shape, 1);
}

/** How a pooling window moves. */
export interface PoolOptions extends Named {
  /** As large as the window unless stated. */
  readonly stride?: Pair;
  /** -infinity around the image; at most half of the window. */
  readonly padding?: Pair;
}

const poolKinds: Kinds<PoolOptions> = { ...namedKinds, stride: convolutionKinds.stride, padding: convolutionKinds.padding };

/** The largest element of each window; the gradient goes to the first of equal ones in row-major order. NaN wins. */
export const maxPool2d = twoForms("maxPool2d", (kernel: Pair, options: PoolOptions = {}): Layer => {
  const attempt = 'Cannot apply "nn.maxPool2d"';
  checkSetting(attempt, "kernel", kernel, extents);
  checkOptions(attempt, options, poolKinds);
  const { name, stride = kernel, padding = 0 } = options;
  const [size, around] = [pairOf(kernel), pairOf(padding)];
  if (around.some((extent, axis) => extent * 2 > elementAt(size, axis))) {
    throw settingOutOfRange(attempt, "padding", shown(padding), "at most half of the window");
  }
  return createLayer({
    kind: "maxPool2d",
    name,
    apply([x]) {
      imageChannels(attempt, x);
      return largest(windows2d(attempt, float(attempt, x), size, { stride, padding }, Number.NEGATIVE_INFINITY), size);
    },
  });
});

function largest(windows: Tensor, [kh, kw]: readonly [number, number]): Tensor {
  const [batch, channels, h, w] = windows.shape as [Dim, Dim, Dim, Dim];
  return build.max(build.reshape(windows, [batch, channels, h, w, kh * kw]), [4], "first");
}
