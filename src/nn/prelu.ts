import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { anything, checkOptions, count } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { attemptOf } from "./activation.ts";
import type { Init } from "./init.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { twoForms } from "./two-forms.ts";

const attempt = attemptOf("prelu");

/** Settings of `prelu`. */
export interface PreluOptions extends Named {
  /** 1 unless stated: one slope for all, or one for each channel of axis 1. */
  readonly numParameters?: number;
  /** The slope at the start; 0.25 unless stated. */
  readonly init?: Init;
}

/**
 * x where `x > 0`, else `weight · x`, which is learned: `weight: [numParameters]` is one slope for all (unless stated) or one for each
 * channel of axis 1, and starts at 0.25. The slope at 0 is `weight`. He, Zhang, Ren and Sun 2015, equation 1.
 * @throws GradcError `shape-mismatch` for another number of channels
 */
export const prelu = twoForms("prelu", (options: PreluOptions = {}): Layer => {
  checkOptions(attempt, options, { ...namedKinds, numParameters: count, init: anything });
  const { name, numParameters = 1, init = 0.25 } = options;
  return createLayer({
    kind: "prelu",
    name,
    parts: { weight: () => ({ shape: [numParameters], init, letter: "a" }) },
    apply([x], { weight }) {
      const value = float(attempt, x);
      return ops.where(ops.compare(value, 0, "gt"), value, ops.mul(slopeFor(value, weight, numParameters), value));
    },
  });
});

/** `weight` along the channels of x. */
function slopeFor(x: Tensor, weight: Tensor, channels: number): Tensor {
  if (channels === 1) return weight;
  if (x.shape[1] !== channels) throw shapeMismatch(attempt, [x.shape], `${channels} channels on axis 1`);
  return build.broadcast(weight, x.shape, [1]);
}
