import { createLayer, type Layer, type Named, namedKinds } from "../../../src/nn/layer.ts";
import { twoForms } from "../../../src/nn/two-forms.ts";
import { parameterExtent } from "../../../src/nn/weights.ts";
import { ops } from "../../../src/ops/index.ts";
import { checkOptions } from "../../../src/settings.ts";
import type { Tensor } from "../../../src/tensor.ts";
import { update } from "../../../src/variables.ts";

const attempt = 'Cannot apply "nn.scale"';

/** `γ·(x - mean) + β` with a running mean of the steps before; no weight decay draws γ or β to 0. */
export const scale = twoForms("scale", (options: Named = {}): Layer => {
  checkOptions(attempt, options, namedKinds);
  const shape = (x: Tensor) => [parameterExtent(attempt, x.shape, -1)];
  return createLayer({
    kind: "scale",
    name: options.name,
    width: ([x]) => `[..., ${x.shape.at(-1)}]`,
    parts: {
      weight: ([x]) => ({ shape: shape(x), init: "ones", letter: "γ", decays: false }),
      bias: ([x]) => ({ shape: shape(x), init: "zeros", letter: "β", decays: false }),
      running_mean: ([x]) => ({ shape: shape(x), init: "zeros", role: "state" }),
    },
    apply([x], { weight, bias, running_mean }) {
      const y = ops.add(ops.mul(ops.sub(x, running_mean), weight), bias);
      update(running_mean, ops.add(ops.mul(running_mean, 0.9), ops.mul(0.1, ops.mean(x, { dim: 0 }))));
      return y;
    },
  });
});
