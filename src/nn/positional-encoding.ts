import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { ops } from "../ops/index.ts";
import { checkOptions } from "../settings.ts";
import { float } from "../tensor.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { twoForms } from "./two-forms.ts";
import { parameterExtent } from "./weights.ts";

const attempt = 'Cannot apply "nn.positionalEncoding"';

/** `x + ops.positionalEncoding(length, width)` of each row: x of `[..., length, width]` gives that shape. No parameters. */
export const positionalEncoding = twoForms("positionalEncoding", (options: Named = {}): Layer => {
  checkOptions(attempt, options, namedKinds);
  return createLayer({
    kind: "positionalEncoding",
    name: options.name,
    apply([given]) {
      const x = float(attempt, given);
      if (x.shape.length < 2) throw shapeMismatch(attempt, [x.shape], "[..., length, width]");
      const [length, width] = [-2, -1].map((axis) => parameterExtent(attempt, x.shape, axis)) as [number, number];
      return ops.add(x, ops.positionalEncoding(length, width));
    },
  });
});
