import { ops } from "../ops/index.ts";
import { checkOptions } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { createLayer, type Layer, type Tensors } from "./layer.ts";
import { type TwoForms, twoForms, type WidthIsInferred } from "./two-forms.ts";
import { checkCount, parameterExtent, type Weighted, weightAndBias, weightedKinds } from "./weights.ts";

const attempt = 'Cannot apply "nn.linear"';

type Linear = TwoForms<[out: number, options?: Weighted]> & PyTorchOrder;

interface PyTorchOrder {
  <Out extends number>(x: Tensor, inputs: number, out: WidthIsInferred<Out, `linear(x, ${Out})`>, ...rest: readonly unknown[]): never;
  <Out extends number>(inputs: number, out: WidthIsInferred<Out, `linear(${Out})`>, ...rest: readonly unknown[]): never;
}

/**
 * `x·weight + bias` along the last axis: `x: [..., in]` gives `[..., out]`. `weight` is [in, out], `bias` [out];
 * both start as U(±1/√in).
 */
export const linear: Linear = twoForms("linear", create, { infersWidth: true }) as Linear;

function create(out: number, options: Weighted = {}): Layer {
  checkCount(attempt, "out", out);
  checkOptions(attempt, options, weightedKinds);
  return createLayer({
    kind: "linear",
    name: options.name,
    width: ([x]) => `[..., ${x.shape.at(-1)}]`,
    parts: weightAndBias("linear", out, options, ([x]: Tensors) => {
      const width = parameterExtent(attempt, x.shape, -1);
      return { shape: [width, out], fans: { in: width, out } };
    }),
    apply([x], { weight, bias }) {
      const y = ops.matmul(x, weight);
      return bias ? ops.add(y, bias) : y;
    },
  });
}
