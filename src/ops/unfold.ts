import { product } from "../../compiler/ir/dim.ts";
import * as build from "../../compiler/ops/build.ts";
import { checkOptions, checkSetting } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { windowsOver } from "./sliding.ts";
import { checkSpatial, eachOf, type PerAxis, wholesOf } from "./spatial.ts";

/** How the patches of `unfold` lie: a number for both axes, or `[height, width]`. */
export interface UnfoldOptions {
  readonly stride?: PerAxis<2>;
  /** Zeros around the images. */
  readonly padding?: PerAxis<2>;
  readonly dilation?: PerAxis<2>;
}

/**
 * The patches of `x: [batch, channels, h, w]` that a kernel of `[kh, kw]` slides over, as columns: `[batch, channels·kh·kw, h'·w']`, as torch.nn.Unfold.
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`
 */
export function unfold(x: Tensor, kernel: PerAxis<2>, options: UnfoldOptions = {}): Tensor {
  const what = attempt("unfold");
  checkSetting(what, "kernel", kernel, wholesOf(2, 1));
  checkOptions(what, options, { stride: wholesOf(2, 1), padding: wholesOf(2, 0), dilation: wholesOf(2, 1) });
  const value = float(what, x);
  checkSpatial(what, value, 2);
  const { stride = 1, padding = 0, dilation = 1 } = options;
  const around = eachOf(2, padding);
  const windows = { kernel: eachOf(2, kernel), stride: eachOf(2, stride), dilation: eachOf(2, dilation), low: around, high: around };
  const patches = build.permute(windowsOver(what, value, windows, 0), [0, 1, 4, 5, 2, 3]);
  const [batch, channels, kh, kw, h, w] = patches.shape as [string, number, number, number, number, number];
  return build.reshape(patches, [batch, product([channels, kh, kw]), product([h, w])]);
}
