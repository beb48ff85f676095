import * as ops from "../ops/index.ts";
import { checkOptions } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { createLayer, type Layer, type TwoForms, twoForms, type WidthIsInferred } from "./layer.ts";
import { checkCount, declareWeights, initsOf, parameterExtent, type Weighted, weightedKinds } from "./weights.ts";

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
  const inits = initsOf("linear", options.init);
  return createLayer({
    kind: "linear",
    name: options.name,
    width: (x) => `[..., ${x.shape.at(-1)}]`,
    create(x, declare, graph) {
      const width = parameterExtent(attempt, x.shape, -1);
      return declareWeights(declare, graph, [width, out], out, { in: width, out }, inits, options.bias ?? true);
    },
    apply(x, { weight, bias }) {
      const y = ops.matmul(x, weight as typeof x);
      return bias ? ops.add(y, bias) : y;
    },
  });
}
