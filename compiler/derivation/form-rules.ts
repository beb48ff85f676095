// The rules of named forms in words: what a teacher takes in one step although it is made of several ops. Forms that are not here are taken op by op.
import { byOperand, chain, type Saying } from "./rule.ts";

const affine =
  "normalisation, in scale or shift: the shift gets the derivative, the scale its product with what is normalised, summed up over where they stand";

const shifted = "what runs has z − m for z, with m = max(z) held constant: m cancels, so that the derivative is this one, without overflow";

const softmax: Saying = { words: "softmax, p = softmax(u): ∂pᵢ/∂uⱼ = pᵢ·([i = j] − pⱼ), so that g becomes p ⊙ (g − Σ g ⊙ p)", shifted };

const ofLogSum = "log Σ exp(z): chain rule, log′(u) = 1/u, exp′(u) = exp(u): exp(z)/Σ exp(z) = softmax(z)";

const attention: Saying = {
  words: (_, operands) =>
    operands.length > 1
      ? "attention: sum over the paths through queries, keys and values"
      : operands[0] === 2
        ? "attention, in the values: multiply by the weights, transposed"
        : `attention, in the ${operands[0] === 0 ? "queries" : "keys"}: through the softmax of the scores and the product of queries and keys`,
};

const between: Saying = { words: "upsampling: an element gets the derivatives of the cells that it has a share in, each times that share" };

/** By the name of the form. */
export const formRules: ReadonlyMap<string, Saying> = new Map<string, Saying>([
  ["square", { words: "power rule: u² has the derivative 2·u" }],
  ["mean", { words: "mean: every element gets 1/n of the derivative" }],
  ["variance", { words: "variance: every element gets 2/n·(u − mean(u)); what goes through the mean adds up to 0" }],
  ["norm", chain("‖u‖ has the derivative u/‖u‖")],
  ["norm of any vector", chain("‖u‖ has the derivative u/‖u‖", "0 is taken at u = 0")],
  ["relu", chain("relu′(u) = [u > 0]", "relu′(0) = 0")],
  ["leakyRelu", chain("leakyRelu′(u) = 1 for u > 0, else the slope", "at 0 the slope")],
  ["elu", chain("elu′(u) = 1 for u > 0, else exp(u)")],
  ["logsigmoid", chain("logsigmoid′(u) = sigmoid(−u)")],
  ["silu", chain("silu′(u) = sigmoid(u) + u·sigmoid′(u), by the product rule")],
  ["mish", chain("mish(u) = u·tanh(softplus(u)), by the product rule")],
  ["softsign", chain("softsign′(u) = 1/(1 + |u|)²")],
  ["tanhshrink", chain("tanhshrink′(u) = tanh(u)²")],
  ["gelu", chain("gelu(u) = u·Φ(u): gelu′(u) = Φ(u) + u·Φ′(u), by the product rule")],
  ["gelu by tanh", chain("gelu(u) = u·Φ(u), Φ by tanh: gelu′(u) = Φ(u) + u·Φ′(u), by the product rule")],
  ["softmax", softmax],
  ["softmax of logSoftmax", softmax],
  ["logSoftmax", { words: "logSoftmax: g becomes g − softmax(u) ⊙ Σ g", shifted }],
  ["logSoftmax by sum", { words: "logSoftmax: g becomes g − softmax(u) ⊙ Σ g", shifted }],
  ["logSumExp", { ...chain("log Σ exp(u) has the derivative softmax(u)"), shifted }],
  ["element of the class", { words: "the element of the class gets the derivative, the others 0: times onehot(y)", isQuiet: true }],
  [
    "cross-entropy of classes",
    {
      words: "cross-entropy, log Σ exp(z) − z_y, y the class: sum over several paths",
      paths: ["−z_y: its derivative is −1 at the class, else 0: −onehot(y)", ofLogSum],
      shifted,
    },
  ],
  [
    "cross-entropy of distributions",
    {
      words: "cross-entropy, (Σ q)·log Σ exp(z) − Σ q·z: sum over several paths",
      paths: ["−Σ q·z: its derivative is −q", `(Σ q)·${ofLogSum}`],
      shifted,
    },
  ],
  ["standardize", { words: "standardised: divide by the deviation" }],
  [
    "normalisation",
    {
      words: (_, [operand]) => (operand === 0 ? "normalisation: sum over three paths, through the value, its mean and its variance" : affine),
    },
  ],
  ["attention", attention],
  ["attention of heads", attention],
  ["heads", { words: "heads: the derivative goes back to the columns", isQuiet: true }],
  ["heads joined", { words: "heads side by side: each gets the derivative of its columns", isQuiet: true }],
  [
    "convolution",
    {
      words: byOperand(
        "convolution, in the image: every weight brings its error back to where it read",
        "convolution, in the weights: the error times what was read, summed up over rows and places",
        "convolution, in image and weights: sum over both paths",
      ),
    },
  ],
  ["transposed convolution", { words: "transposed convolution: the error is read where values were written" }],
  ["max-pool", { words: "pooling, kink: the derivative goes to the largest of a window, of equal ones to the first" }],
  ["average pool", { words: "pooling: every element of a window of n gets 1/n of its derivative" }],
  ["upsample between two", between],
  ["upsample between corners", between],
  ["upsample to the nearest", { words: "upsampling: an element gets the sum of the derivatives of its copies" }],
  ["clamp from below", chain("max(u, low)′ = [u ≥ low]", "1 is taken at u = low")],
  ["held above", { words: "held from below: the derivative stays as it is" }],
]);
