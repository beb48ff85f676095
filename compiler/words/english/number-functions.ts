// What functions of single numbers mean, in the words and the grammar of a page.
import type { Meaning } from "../meaning.ts";

/** `name_2(x) is …` of the number below the name, or of the usual one where none stands there. */
const withNumbers =
  (name: string, usual: readonly string[], meaning: (...numbers: string[]) => string): Meaning =>
  (settings) => {
    const below = settings.length > 0 ? `_${settings.join(",")}` : "";
    const numbers = usual.map((number, at) => (settings[at] ?? number).replace("-", "−"));
    return `${name}${below}(x) is ${meaning(...numbers)}`;
  };

/** What conventions say wherever the function stands. */
export const numberFunctions: Readonly<Record<string, Meaning>> = {
  floor: "floor(x) is the largest whole number that is not above x",
  ceil: "ceil(x) is the smallest whole number that is not below x",
  round: "round(x) is the whole number nearest to x, the even one where two are as near",
  trunc: "trunc(x) is x without its fraction, rounded towards 0",
  step: "step(x) is {1 if x > 0, else {1/2 if x = 0, else 0}}",
  and: "and(a, b) is a ⊙ b, of what is 0 or 1",
  or: "or(a, b) is a + b − a ⊙ b, of what is 0 or 1",
  min: "min(x, y) is the smaller of both, element by element",
  index: "index(batch) is the place of a row, from 0",
};

/** What conventions say where no line has said it. */
export const formFunctions: Readonly<Record<string, Meaning>> = {
  silu: "silu(x) is x/(1 + exp(−x))",
  mish: "mish(x) is x ⊙ tanh(log(1 + exp(x)))",
  gelu: ([how]) =>
    how === "tanh"
      ? "gelu_tanh(x) is x/2 ⊙ (1 + tanh(√(2/π)·(x + 0.044715·x³)))"
      : "gelu(x) is x/2 ⊙ (1 + erf(x/√2)), where erf(x) is 2/√π times the integral of exp(−t²) from 0 to x",
  elu: withNumbers("elu", ["1"], (alpha) => `{x if x > 0, else ${alpha === "1" ? "exp(x) − 1" : `${alpha}·(exp(x) − 1)`}}`),
  celu: withNumbers("celu", ["1"], (alpha) => `{x if x > 0, else ${alpha}·(exp(x/${alpha}) − 1)}`),
  selu: "selu(x) is {1.050701·x if x > 0, else 1.758099·(exp(x) − 1)}",
  leakyRelu: withNumbers("leakyRelu", ["0.01"], (slope) => `{x if x > 0, else ${slope}·x}`),
  prelu: "prelu(x, a) is {x if x > 0, else a ⊙ x}",
  relu6: "relu6(x) is min(max(x, 0), 6)",
  hardtanh: withNumbers("hardtanh", ["-1", "1"], (low, high) => `min(max(x, ${low}), ${high})`),
  hardsigmoid: "hardsigmoid(x) is min(max(x/6 + 1/2, 0), 1)",
  hardswish: "hardswish(x) is x ⊙ min(max(x + 3, 0), 6)/6",
  softsign: "softsign(x) is x/(1 + |x|)",
  tanhshrink: "tanhshrink(x) is x − tanh(x)",
  glu: ([axis]) =>
    `glu${axis ? `_${axis}` : ""}(x) is a/(1 + exp(−b)), element by element, where x is concat(a, b) of two halves along ${axis ? `its axis ${axis}` : "its last axis"}`,
  cosineSimilarity: "cosineSimilarity(x, y) is Σ x ⊙ y / (√(Σ x² + 10⁻¹²)·√(Σ y² + 10⁻¹²)), each sum along the last axis",
  standardize: "standardize(x) is (x − mean) / deviation with the mean and the deviation of the rows that it was prepared with",
};
