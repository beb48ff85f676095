// Smooth activations.
import { ops } from "../ops/index.ts";
import { checkOptions, finite, nonzero, oneOf } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { activation, attemptOf, floatActivation } from "./activation.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { twoForms } from "./two-forms.ts";

const { abs, add, compare, div, erf, mul, neg, sub, where } = ops;

/** The hyperbolic tangent. */
export const tanh = activation("tanh", ops.tanh);

/** `1 / (1 + e^-x)` */
export const sigmoid = activation("sigmoid", ops.sigmoid);

/** `log(1 / (1 + e^-x))`: slope `sigmoid(-x)`. */
export const logsigmoid = floatActivation("logsigmoid", (x) => neg(ops.softplus(neg(x))));

/** Settings of `softplus`. */
export interface SoftplusOptions extends Named {
  /** 1 unless stated. */
  readonly beta?: number;
  /** Above it `βx` is taken for `log(1 + e^βx)`; 20 unless stated, from where on f32 shows no difference. */
  readonly threshold?: number;
}

/** `log(1 + e^βx) / β`: slope `sigmoid(βx)`. With a threshold below 20, x where βx is above it. */
export const softplus = twoForms("softplus", (options: SoftplusOptions = {}): Layer => {
  checkOptions(attemptOf("softplus"), options, { ...namedKinds, beta: nonzero, threshold: finite });
  const { name, beta = 1, threshold = 20 } = options;
  return createLayer({ kind: "softplus", name, apply: ([x]) => softplusOf(float(attemptOf("softplus"), x), beta, threshold) });
});

function softplusOf(x: Tensor, beta: number, threshold: number): Tensor {
  const scaled = beta === 1 ? x : mul(beta, x);
  const curve = beta === 1 ? ops.softplus(x) : div(ops.softplus(scaled), beta);
  return threshold >= 20 ? curve : where(compare(scaled, threshold, "gt"), x, curve);
}

/** `x · sigmoid(x)`. Elfwing, Uchibe and Doya 2018. */
export const silu = floatActivation("silu", (x) => mul(x, ops.sigmoid(x)));

/** `x · tanh(log(1 + e^x))`. Misra 2020. */
export const mish = floatActivation("mish", (x) => mul(x, ops.tanh(ops.softplus(x))));

/** `x / (1 + |x|)`: slope 1 at 0. */
export const softsign = floatActivation("softsign", (x) => div(x, add(1, abs(x))));

/** `x - tanh(x)` */
export const tanhshrink = floatActivation("tanhshrink", (x) => sub(x, ops.tanh(x)));

/** Settings of `gelu`. */
export interface GeluOptions extends Named {
  /** `"none"` unless stated: the normal distribution by erf. */
  readonly approximate?: "none" | "tanh";
}

/**
 * `x · Φ(x)` with the normal distribution `Φ(x) = ½ (1 + erf(x/√2))`; with `approximate: "tanh"`,
 * `½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))`. Hendrycks and Gimpel 2016, section 2.
 */
export const gelu = twoForms("gelu", (options: GeluOptions = {}): Layer => {
  checkOptions(attemptOf("gelu"), options, { ...namedKinds, approximate: oneOf("none", "tanh") });
  const { name, approximate = "none" } = options;
  const share = approximate === "tanh" ? normalByTanh : normalByErf;
  return createLayer({ kind: "gelu", name, apply: ([x]) => gated(float(attemptOf("gelu"), x), share) });
});

/** `½ x (1 + share(x))` */
const gated = (x: Tensor, share: (x: Tensor) => Tensor): Tensor => mul(mul(0.5, x), add(1, share(x)));

const normalByErf = (x: Tensor): Tensor => erf(mul(x, Math.SQRT1_2));

const normalByTanh = (x: Tensor): Tensor => ops.tanh(mul(Math.sqrt(2 / Math.PI), add(x, mul(0.044715, mul(x, mul(x, x))))));
