import type { Item } from "../definition.ts";
import { ops } from "../ops/index.ts";
import { checkOptions, checkSetting, type Kind } from "../settings.ts";
import { read, type Tensor } from "../tensor.ts";
import { createLayer, itemOf, type Layer, type Named, namedKinds } from "./layer.ts";
import { own } from "./own.ts";
import type { Step } from "./sequential.ts";
import { hasTwoForms } from "./two-forms.ts";

const attempt = 'Cannot apply "nn.residual"';

const aStep: Kind = { fits: (value) => typeof value === "function", expected: "a layer or a function of a tensor" };

/**
 * The layer `x + f(x)` (He et al. 2016, equation 1), f a layer or any function of a tensor that gives its shape. Parameters are f's, named
 * as those of f alone.
 * @throws GradcError `setting-out-of-range` for what is no function
 */
export function residual(f: Step, options: Named = {}): Layer {
  checkSetting(attempt, "f", f, aStep);
  checkOptions(attempt, options, namedKinds);
  // `nn.tanh` is a layer here as `nn.tanh()` is.
  const step = hasTwoForms(f) ? f() : f;
  const layer = createLayer({ kind: "residual", name: options.name, apply: ([x]): Tensor => ops.add(x, read(attempt, step(x))) });
  const whole = itemOf(layer) as Item;
  const positions = own(step, whole)?.positions;
  if (positions !== undefined) whole.positions = positions;
  return layer;
}
