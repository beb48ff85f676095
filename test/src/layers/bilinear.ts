import { createLayer, type LayerOf } from "../../../src/nn/layer.ts";
import { twoForms } from "../../../src/nn/two-forms.ts";
import { checkCount, parameterExtent, type Weighted, weightAndBias, weightedKinds } from "../../../src/nn/weights.ts";
import { ops } from "../../../src/ops/index.ts";
import { checkOptions } from "../../../src/settings.ts";
import type { Tensor } from "../../../src/tensor.ts";

const attempt = 'Cannot apply "nn.bilinear"';

/** `x1ᵀ·weight·x2 + bias` as torch.nn.Bilinear: `weight` is [out, in1, in2], `bias` [out]; both start as U(±1/√in1). */
export const bilinear = twoForms("bilinear", create, { inputs: 2 });

function create(out: number, options: Weighted = {}): LayerOf<[x1: Tensor, x2: Tensor], Tensor> {
  checkCount(attempt, "out", out);
  checkOptions(attempt, options, weightedKinds);
  return createLayer({
    kind: "bilinear",
    name: options.name,
    inputs: (x1: Tensor, x2: Tensor) => [x1, x2],
    width: ([x1, x2]) => `[..., ${x1.shape.at(-1)}], [..., ${x2.shape.at(-1)}]`,
    parts: weightAndBias("bilinear", out, options, ([x1, x2]: readonly [Tensor, Tensor]) => {
      const [first, second] = [parameterExtent(attempt, x1.shape, -1), parameterExtent(attempt, x2.shape, -1)];
      return { shape: [out, first, second], fans: { in: first, out: out * second } };
    }),
    apply([x1, x2], { weight, bias }) {
      const y = ops.einsum("ni,oij,nj->no", x1, weight, x2);
      return bias ? ops.add(y, bias) : y;
    },
  });
}
