import { defaultInit } from "../../../src/nn/init.ts";
import { createLayer, type Named, namedKinds } from "../../../src/nn/layer.ts";
import { twoForms } from "../../../src/nn/two-forms.ts";
import { checkCount, parameterExtent } from "../../../src/nn/weights.ts";
import { ops } from "../../../src/ops/index.ts";
import { checkOptions } from "../../../src/settings.ts";
import type { Tensor } from "../../../src/tensor.ts";

const attempt = 'Cannot apply "nn.cell"';

/** `h' = tanh(x·weight_ih + h·weight_hh + bias)`: gives h' as `next`, and `output = log(1 + h'²)`. */
export const cell = twoForms("cell", create, { inputs: 2 });

function create(size: number, options: Named = {}) {
  checkCount(attempt, "size", size);
  checkOptions(attempt, options, namedKinds);
  const init = defaultInit(size);
  return createLayer({
    kind: "cell",
    name: options.name,
    inputs: (x: Tensor, h: Tensor) => [x, h],
    width: ([x]) => `[..., ${x.shape.at(-1)}], [..., ${size}]`,
    parts: {
      weight_ih: ([x]) => ({ shape: [parameterExtent(attempt, x.shape, -1), size], init, letter: "W" }),
      weight_hh: () => ({ shape: [size, size], init, letter: "U" }),
      bias: () => ({ shape: [size], init }),
    },
    apply([x, h], { weight_ih, weight_hh, bias }) {
      const next = ops.tanh(ops.add(ops.add(ops.matmul(x, weight_ih), ops.matmul(h, weight_hh)), bias));
      return { output: ops.log1p(ops.square(next)), next };
    },
  });
}
