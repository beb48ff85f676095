// Windows that slide over signals, images and volumes: what convolution and pooling are made of.

import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import type { Tensor } from "../tensor.ts";
import { helpForChannelsLast } from "./image-layout.ts";

/** Windows by their extents along each axis, and what lies around the cells that they slide over. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Cells before and after those of each axis. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The cells that a window covers along each axis, gaps included. */
export const coveredBy = ({ kernel, dilation }: Pick<Windows, "kernel" | "dilation">): number[] =>
  kernel.map((extent, axis) => elementAt(dilation, axis) * (extent - 1) + 1);

/** Windows over the axes of `x: [b, c, h, w]` behind batch and channels, giving `[b, c, h', w', kh, kw]`; `fill` stands around x. */
export function windowsOver(what: string, x: Tensor, windows: Windows, fill: number): Tensor {
  checkWithin(what, x, windows);
  const { kernel, stride, dilation, low, high } = windows;
  const isPadded = [...low, ...high].some((cells) => cells !== 0);
  const padded = isPadded ? build.pad(x, [0, 0, ...low], [0, 0, ...high], fill) : x;
  return kernel.reduce((y: Tensor, size, axis) => build.window(y, axis + 2, size, elementAt(stride, axis), elementAt(dilation, axis)), padded);
}

function checkWithin(what: string, x: Tensor, windows: Windows): void {
  const { kernel, low, high } = windows;
  const padded = kernel.map((_, axis) => (x.shape[axis + 2] as number) + elementAt(low, axis) + elementAt(high, axis));
  const covered = coveredBy(windows);
  // Comparisons with an extent that is known only when the model runs are false.
  if (!covered.some((extent, axis) => extent > elementAt(padded, axis))) return;
  const expected = `a window within ${padded.join(" x ")} cells, of which this covers ${covered.join(" x ")}`;
  throw settingOutOfRange(what, "kernel", shown(kernel), expected, kernel.length === 2 ? helpForChannelsLast(x.shape) : undefined);
}
