// Several axes as one.
import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import { product } from "../../compiler/ir/dim.ts";
import { formatShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { axisOf } from "../ops/axes.ts";
import { axis } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { attemptOf, layerWith } from "./activation.ts";
import type { Named } from "./layer.ts";

/** How far the axes go, where it is not given by position. */
interface ToEnd extends Named {
  readonly endDim?: number;
}

type Flatten = [startDim?: number | (ToEnd & { readonly startDim?: number }), endDim?: number | ToEnd, options?: Named];

/**
 * The axes from `startDim` to `endDim` (1 and -1 unless stated) as one: `[n, ...rest]` as `[n, product of rest]`. What has no axis 1 gets one.
 * @throws GradcError `axis-out-of-range`, `setting-out-of-range`
 */
export const flatten = layerWith<Flatten, "startDim" | "endDim">(
  "flatten",
  { startDim: { is: axis, unless: 1 }, endDim: { is: axis, unless: -1 } },
  (x, { startDim, endDim }) => flattened(x, startDim, endDim),
);

function flattened(x: Tensor, startDim: number, endDim: number): Tensor {
  const attempt = attemptOf("flatten");
  const shape = x.shape.length < 2 && startDim === 1 ? [x.shape[0] ?? 1, 1] : x.shape;
  const [start, end] = [axisOf(attempt, shape, startDim), axisOf(attempt, shape, endDim)];
  if (start > end) throw settingOutOfRange(attempt, "startDim", String(startDim), `an axis up to axis ${end} of ${formatShape(shape)}`);
  return build.reshape(x, [...shape.slice(0, start), product(shape.slice(start, end + 1)), ...shape.slice(end + 1)]);
}
