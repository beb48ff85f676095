import { createLayer, type Named, namedKinds } from "../../../src/nn/layer.ts";
import type { Part } from "../../../src/nn/parts.ts";
import { twoForms } from "../../../src/nn/two-forms.ts";
import { checkCount, parameterExtent } from "../../../src/nn/weights.ts";
import { ops } from "../../../src/ops/index.ts";
import { checkOptions } from "../../../src/settings.ts";
import type { Tensor } from "../../../src/tensor.ts";

const attempt = 'Cannot apply "nn.attention"';

/** `softmax(q·Q·(k·K)ᵀ/√size)·v·V` of `[batch, length, width]` each; as a layer, k and v are q unless given. */
export const attention = twoForms("attention", create, { inputs: 3 });

function create(size: number, options: Named = {}) {
  checkCount(attempt, "size", size);
  checkOptions(attempt, options, namedKinds);
  const projection = (x: Tensor, letter: string): Part => {
    const width = parameterExtent(attempt, x.shape, -1);
    return { shape: [width, size], init: "xavierUniform", fans: { in: width, out: size }, letter };
  };
  return createLayer({
    kind: "attention",
    name: options.name,
    inputs: (q: Tensor, k: Tensor = q, v: Tensor = k) => [q, k, v],
    width: (inputs) => inputs.map((x) => `[..., ${x.shape.at(-1)}]`).join(", "),
    parts: {
      q_proj_weight: ([q]) => projection(q, "Q"),
      k_proj_weight: ([, k]) => projection(k, "K"),
      v_proj_weight: ([, , v]) => projection(v, "V"),
    },
    apply([q, k, v], { q_proj_weight, k_proj_weight, v_proj_weight }) {
      const queries = ops.div(ops.matmul(q, q_proj_weight), Math.sqrt(size));
      const scores = ops.matmul(queries, ops.permute(ops.matmul(k, k_proj_weight), [0, 2, 1]));
      return ops.matmul(ops.softmax(scores, { dim: -1 }), ops.matmul(v, v_proj_weight));
    },
  });
}
