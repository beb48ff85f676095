// Activations in pieces, with the slope of PyTorch's kernels at each kink and at NaN.
import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { finite, nonzero } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { activation, activationWith, attemptOf, floatActivation } from "./activation.ts";
import type { Named } from "./layer.ts";

const { abs, add, clamp, compare, div, expm1, maximum, minimum, mul, where } = ops;

/** 0 where `x <= 0`, else x: NaN stays, and the gradient at 0 is 0. */
export const relu = floatActivation("relu", (x) => where(compare(x, 0, "le"), 0, x));

/** -1, 0 or 1; gradient 0. */
export const sign = activation("sign", ops.sign);

/** 1 where `x >= 0`, else 0; gradient 0, and 0 for NaN. */
export const step = floatActivation("step", (x) => where(compare(x, 0, "ge"), 1, 0));

type LeakyRelu = [negativeSlope?: number | (Named & { readonly negativeSlope?: number }), options?: Named];

/** x where `x > 0`, else `negativeSlope · x` (0.01): that is the slope at 0 too. Maas, Hannun and Ng 2013. */
export const leakyRelu = activationWith<LeakyRelu, "negativeSlope">(
  "leakyRelu",
  { negativeSlope: { is: finite, unless: 0.01 } },
  (x, { negativeSlope }) => where(compare(x, 0, "gt"), x, mul(x, negativeSlope)),
);

type Alpha = [alpha?: number | (Named & { readonly alpha?: number }), options?: Named];

/** x where `x > 0`, else `alpha · (e^x - 1)`, alpha 1: slope alpha at 0. Clevert, Unterthiner and Hochreiter 2016, equation 15. */
export const elu = activationWith<Alpha, "alpha">("elu", { alpha: { is: finite, unless: 1 } }, (x, { alpha }) =>
  where(compare(x, 0, "le"), alpha === 1 ? expm1(x) : mul(alpha, expm1(x)), x),
);

/** x where `x > 0`, else `alpha · (e^(x/alpha) - 1)`, alpha 1: slope 1 at 0 whatever alpha is. Barron 2017, equation 2. */
export const celu = activationWith<Alpha, "alpha">("celu", { alpha: { is: nonzero, unless: 1 } }, (x, { alpha }) =>
  where(compare(x, 0, "le"), alpha === 1 ? expm1(x) : mul(alpha, expm1(div(x, alpha))), x),
);

// The fixed point of mean 0 and variance 1: Klambauer et al. 2017, equation 14.
const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/** `1.0507 · x` where `x > 0`, else `1.7581 · (e^x - 1)`: the latter's slope at 0. Klambauer, Unterthiner, Mayr and Hochreiter 2017. */
export const selu = floatActivation("selu", (x) => where(compare(x, 0, "le"), mul(seluScale * seluAlpha, expm1(x)), mul(seluScale, x)));

/** x between `low` and `high`, which it is held at: NaN stays, and the slope is 0 on the bounds. */
const held = (x: Tensor, low: number, high: number): Tensor => where(compare(x, low, "le"), low, where(compare(x, high, "ge"), high, x));

type Hardtanh = [
  minVal?: number | (Named & { readonly minVal?: number; readonly maxVal?: number }),
  maxVal?: number | (Named & { readonly maxVal?: number }),
  options?: Named,
];

/** x held between `minVal` and `maxVal` (-1 and 1); the slope on the bounds is 0. Collobert 2004. */
export const hardtanh = activationWith<Hardtanh, "minVal" | "maxVal">(
  "hardtanh",
  { minVal: { is: finite, unless: -1 }, maxVal: { is: finite, unless: 1 } },
  (x, { minVal, maxVal }) => held(x, minVal, maxVal),
  ({ minVal, maxVal }) => {
    if (minVal >= maxVal) throw settingOutOfRange(attemptOf("hardtanh"), "maxVal", String(maxVal), `a number above minVal, which is ${minVal}`);
  },
);

/** x held between 0 and 6; the slope on the bounds is 0. Krizhevsky 2010. */
export const relu6 = floatActivation("relu6", (x) => held(x, 0, 6));

/** `x/6 + ½`, held between 0 and 1; the slope at ±3 and at NaN is 0. Courbariaux, Bengio and David 2015. */
export const hardsigmoid = floatActivation("hardsigmoid", (x) => {
  const line = add(div(x, 6), 0.5);
  return where(compare(abs(x), 3, "lt"), line, build.stopGradient(minimum(maximum(line, 0), 1)));
});

/** `x · max(x + 3, 0) / 6` where `x <= 3`, else x: slope -½ at -3 and 1½ at 3. Howard et al. 2019, section 5.2. */
export const hardswish = floatActivation("hardswish", (x) => where(compare(x, 3, "le"), div(mul(x, clamp(add(x, 3), { min: 0 })), 6), x));
