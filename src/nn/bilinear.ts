import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import { ops } from "../ops/index.ts";
import { checkOptions } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { createLayer, type LayerOf } from "./layer.ts";
import { twoForms } from "./two-forms.ts";
import { checkCount, parameterExtent, type Weighted, weightAndBias, weightedKinds } from "./weights.ts";

const attempt = 'Cannot apply "nn.bilinear"';

/**
 * `x1ᵀ·weight·x2 + bias` for each output: x1 of `[..., in1]` and x2 of `[..., in2]` give `[..., out]`. `weight` is [out, in1, in2],
 * `bias` [out]; both start as U(±1/√in1).
 * @throws GradcError `shape-mismatch` where the axes before the last differ
 */
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
      const y = product(float(attempt, x1), weight, float(attempt, x2));
      return bias ? ops.add(y, bias) : y;
    },
  });
}

function product(x1: Tensor, weight: Tensor, x2: Tensor): Tensor {
  if (!sameShape(x1.shape.slice(0, -1), x2.shape.slice(0, -1))) throw shapeMismatch(attempt, [x1.shape, x2.shape], "equal axes before the last");
  const rows = "abcdefgh".slice(0, x1.shape.length - 1);
  return ops.einsum(`${rows}i,oij,${rows}j->${rows}o`, x1, weight, x2);
}
