import { inferredWidth } from "../../../compiler/diagnostics/definitions.ts";
import { settingOutOfRange } from "../../../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../../../compiler/diagnostics/tensors.ts";
import * as build from "../../../compiler/ops/build.ts";
import { anything, checkOptions, flag } from "../../settings.ts";
import { float, type Tensor } from "../../tensor.ts";
import { createLayer, type Layer, type Named, namedKinds, type Tensors } from "../layer.ts";
import { twoForms } from "../two-forms.ts";
import { checkCount, type LayerInit, parameterExtent, scaleAndShift } from "../weights.ts";
import { axesFrom, byChannel, epsilon, normalise, scaleAndShifted, statisticsOf } from "./normalise.ts";

const attempt = 'Cannot apply "nn.groupNorm"';

/** Settings of `nn.groupNorm`. */
export interface GroupNormOptions extends Named {
  /** What is added below the root; 1e-5 unless stated. */
  readonly eps?: number;
  /** Whether there are parameters; true unless stated. */
  readonly affine?: boolean;
  readonly init?: LayerInit;
}

/**
 * `(x - mean) / √(variance + eps) ⊙ weight + bias` over each of `numGroups` groups of channels of each row (Wu & He 2018): x of
 * `[batch, channels, ...]` gives that shape. `weight` (ones at first) and `bias` (zeros) are [channels].
 * @throws GradcError `setting-out-of-range` where `numGroups` does not divide the channels, `inferred-width` where their number is given
 */
export const groupNorm = twoForms("groupNorm", (numGroups: number, options: GroupNormOptions = {}): Layer => {
  checkCount(attempt, "numGroups", numGroups);
  // PyTorch's second argument.
  if (typeof options === "number") throw inferredWidth("nn.groupNorm", `${numGroups}, ${options}`, `nn.groupNorm(${numGroups})`);
  checkOptions(attempt, options, { ...namedKinds, eps: epsilon, affine: flag, init: anything });
  const { eps = 1e-5, affine = true, init, name } = options;
  return createLayer({
    kind: "groupNorm",
    name,
    width: ([x]) => `[batch, ${x.shape[1]}, ...]`,
    parts: scaleAndShift("groupNorm", init, { weight: affine, bias: affine }, ([x]: Tensors) => [channelsOf(x, numGroups)]),
    apply([x], { weight, bias }) {
      const y = normalisedByGroup(float(attempt, x), numGroups, eps);
      return scaleAndShifted(y, weight && byChannel(weight, y), bias && byChannel(bias, y));
    },
  });
});

function channelsOf({ shape }: Tensor, numGroups: number): number {
  if (shape.length < 2) throw shapeMismatch(attempt, [shape], "[batch, channels, ...]");
  const channels = parameterExtent(attempt, shape, 1);
  if (channels % numGroups !== 0) throw settingOutOfRange(attempt, "numGroups", String(numGroups), `a divisor of ${channels} channels`);
  return channels;
}

function normalisedByGroup(x: Tensor, numGroups: number, eps: number): Tensor {
  const [batch = 1, , ...rest] = x.shape;
  const groups = build.reshape(x, [batch, numGroups, channelsOf(x, numGroups) / numGroups, ...rest]);
  return build.reshape(normalise(groups, statisticsOf(groups, axesFrom(groups, 2)), eps), x.shape);
}
