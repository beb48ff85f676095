// The rules of differentiation as a teacher says them. What stands before the first `,`, `:` or `;` is the name of a rule.

const summand = "sum: each term gets the derivative of the sum";
const factor = "product rule: the derivative is multiplied by the other factor";

/** Derivatives of functions that signs alone do not say. */
const slopes = {
  root: "√u has the derivative 1/(2·√u)",
  norm: "‖u‖ has the derivative u/‖u‖",
  logSumExp: "log Σ exp(u) has the derivative softmax(u)",
  leakyRelu: "leakyRelu′(u) = 1 for u > 0, else the slope",
  clamp: "max(u, low)′ = [u ≥ low]",
  elu: "elu′(u) = 1 for u > 0, else exp(u)",
  mish: "mish(u) = u·tanh(softplus(u)), by the product rule",
  silu: "silu′(u) = sigmoid(u) + u·sigmoid′(u), by the product rule",
  gelu: "gelu(u) = u·Φ(u): gelu′(u) = Φ(u) + u·Φ′(u), by the product rule",
  geluByTanh: "gelu(u) = u·Φ(u), Φ by tanh: gelu′(u) = Φ(u) + u·Φ′(u), by the product rule",
};

/** What is taken where a function has no derivative. */
const kinks = {
  zero: "0 is taken at u = 0",
  slope: "at 0 the slope",
  low: "1 is taken at u = low",
};

/** Rules of ops. Those of two operands are said for the first, for the second and for both. */
const ops = {
  add: { first: summand, second: summand, both: "sum over both paths, of which each gets the derivative" },
  sub: {
    first: summand,
    second: "difference: what is taken away gets the derivative with a minus",
    both: "difference: the second path has a minus",
  },
  mul: { first: factor, second: factor, both: "product rule, (u·v)′ = u′·v + u·v′: sum over both paths" },
  div: {
    first: "quotient, in the numerator: divide by the denominator",
    second: "quotient, in the denominator: u/v has the derivative −u/v² by v",
    both: "quotient rule, (u/v)′ = u′/v − u·v′/v²: sum over both paths",
  },
  pow: {
    base: (power: string, derivative: string): string => `power rule: ${power} has the derivative ${derivative}`,
    exponent: "exponential function: aᵘ has the derivative aᵘ·log(a)",
  },
  neg: "minus: the sign changes",
  minimum: "kink: the derivative goes to the smaller of the two, at a tie half to each",
  maximum: "kink: the derivative goes to the larger of the two, at a tie half to each",
  where: "choice: the derivative goes to the branch that is taken, the other gets 0",
  dropout: "dropout: what is kept gets the derivative, what is dropped 0",
  cast: "another type: the derivative stays",
  contract: {
    inner: "inner product: each factor gets the other one",
    first: "product of matrices, in the left factor: multiply by the right one, transposed",
    second: "product of matrices, in the right factor: multiply by the left one, transposed; this sums over the rows",
    secondOfOne: "product of matrices, in the right factor; for one example the outer product",
    both: "product rule, in both factors: sum over both paths",
  },
  sum: "sum: every element gets the derivative of the sum",
  max: {
    first: "kink: the derivative goes to the largest, of equal ones to the first",
    share: "kink: the derivative goes to the largest, of equal ones in equal parts",
  },
  reshape: "another shape: the derivative is brought back to the first",
  permute: "axes are exchanged: those of the derivative are exchanged back",
  broadcast: {
    rows: "stands in every row (broadcast), so its derivative is the sum over the rows",
    places: "stands in several places (broadcast), so its derivative is the sum over them",
  },
  slice: "a part is taken: it gets its derivative, the rest 0",
  pad: "padding: the derivative is cut to what was there before",
  flip: "the order is turned round: that of the derivative is turned back",
  concat: "side by side: each part gets its part of the derivative",
  window: "windows: an element that stands in several gets the sum of their derivatives",
  fold: "windows are added up: each gets the derivative of where it was added",
  gather: "rows that are read (embedding): a row gets the sum of the derivatives of where it was read",
  scatterAdd: "rows are added at places: each gets the derivative of its place",
  recompute: "computed again: the derivative stays",
  barrier: "kept: the derivative stays",
  withGradient: "a derivative that the definition states itself",
  loop: "a loop: through time, from the last step to the first; what every step uses gets the sum over the steps",
  stack: "all steps: each gets its part of the derivative",
  last: "the last step: the derivative begins there",
};

const ofLogSum = "log Σ exp(z): chain rule, log′(u) = 1/u, exp′(u) = exp(u): exp(z)/Σ exp(z) = softmax(z)";

/** Rules of named forms. */
const forms = {
  mean: "mean: every element gets 1/n of the derivative",
  variance: "variance: every element gets 2/n·(u − mean(u)); what goes through the mean adds up to 0",
  softmax: {
    whole: "Jacobian of the softmax, p = softmax(u): sum over two paths, so that g becomes p ⊙ (g − Σ g ⊙ p)",
    paths: ["i = k: ∂pₖ/∂uₖ = pₖ·(1 − pₖ)", "i ≠ k: ∂pᵢ/∂uₖ = −pᵢ·pₖ"],
  },
  logSoftmax: "logSoftmax: g becomes g − softmax(u) ⊙ Σ g",
  ofClass: "the element of the class gets the derivative, the others 0: times onehot(y)",
  classEntropy: {
    whole: "cross-entropy, log Σ exp(z) − z_y, y the class: sum over several paths",
    paths: ["−z_y: its derivative is −1 at the class, else 0: −onehot(y)", ofLogSum],
  },
  distributionEntropy: {
    whole: "cross-entropy, (Σ q)·log Σ exp(z) − Σ q·z: sum over several paths",
    paths: ["−Σ q·z: its derivative is −q", `(Σ q)·${ofLogSum}`],
  },
  standardize: "standardised: divide by the deviation",
  normalisation: {
    value: "normalisation: sum over three paths, through the value, its mean and its variance",
    affine:
      "normalisation, in scale or shift: the shift gets the derivative, the scale its product with what is normalised, summed up over where they stand",
  },
  attention: {
    queries: "attention, in the queries: through the softmax of the scores and the product of queries and keys",
    keys: "attention, in the keys: through the softmax of the scores and the product of queries and keys",
    values: "attention, in the values: multiply by the weights, transposed",
    several: "attention: sum over the paths through queries, keys and values",
  },
  heads: "heads: the derivative goes back to the columns",
  joined: "heads side by side: each gets the derivative of its columns",
  convolution: {
    first: "convolution, in the image: every weight brings its error back to where it read",
    second: "convolution, in the weights: the error times what was read, summed up over rows and places",
    both: "convolution, in image and weights: sum over both paths",
  },
  convTranspose: "transposed convolution: the error is read where values were written",
  maxPool: "pooling, kink: the derivative goes to the largest of a window, of equal ones to the first",
  avgPool: "pooling: every element of a window of n gets 1/n of its derivative",
  upsample: "upsampling: an element gets the sum of the derivatives of its copies",
  upsampleBetween: "upsampling: an element gets the derivatives of the cells that it has a share in, each times that share",
  held: "held from below: the derivative stays as it is",
  /** Where the largest value is taken away first. */
  shifted: "what runs has z − m for z, with m = max(z) held constant: m cancels, so that the derivative is this one, without overflow",
};

export const rules = {
  /** The chain rule with the derivative of a function of u, and what is taken at its kink. */
  chain: (derivative: string, kink: string | undefined): string => `chain rule, ${derivative}${kink === undefined ? "" : `; kink: ${kink}`}`,
  slopes,
  kinks,
  ops,
  forms,
};
