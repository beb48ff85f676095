// What stands in the picture of a network, and in that of a function.

/** Steps by what they are: layers, ops and named forms. What is not here is a function, which has its name. */
const steps: Readonly<Record<string, string>> = {
  input: "input",
  linear: "linear",
  attention: "attention",
  embedding: "embedding",
  dropout: "dropout",
  flatten: "flatten",
  loop: "loop",
  lookup: "lookup",
  choice: "choice",
  contract: "contract",
  square: "square",
  "element of the class": "element of the class",
  "cross-entropy of classes": "cross-entropy",
  "cross-entropy of distributions": "cross-entropy",
};

/** Settings of a layer by their names. */
const settings: Readonly<Record<string, string>> = { stride: "stride", groups: "groups", dilation: "dilation" };

const several = (count: number, one: string, more: string): string => (count === 1 ? one : more);

const boxes = {
  /** Numbers that are learnt in a layer. */
  weights: (count: number, isShared: boolean): string =>
    `${count.toLocaleString("en")} ${several(count, "weight", "weights")}${isShared ? " shared" : ""}`,
  steps: (count: number): string => `${count} ${several(count, "step", "steps")}`,
  gradients: (count: number): string => `${count} gradients`,
  /** Boxes alike that are one, and the error of each. */
  alike: (count: number, kind: string): string => `${count} layers in a row, each ${kind}`,
  errorOfEach: (shape: string): string => `δ of each: ${shape}`,
  /** The error of what has no name. */
  error: "error",
  legend: {
    forward: "forward, solid, downwards: the shape of each result",
    backward: "backward, dashed, upwards, in italics: δ, the error at a layer before its activation, and the gradients that it gives",
    withoutNumbers: "no numbers: these are drawn of chains of neurons alone",
  },
};

const neurons = {
  bias: (bias: string): string => `bias ${bias}`,
  loss: (sign: string): string => `loss ${sign}`,
  legend: {
    forward: "forward, above a line: w, the weight; in a circle: a | z, before | after the activation",
    /** `gradient` is one of the next two. */
    backward: (gradient: string): string => `backward, below, in italics: δ = ∂L/∂a; ${gradient}`,
    gradient: "below a line: ∂L/∂w of one example",
    numbers: "∂ = ∂L/∂w, for the line or bias it stands at",
    bias: "■ is a bias",
    widths: "a line is as wide as its weight is large: solid where it is positive, dashed where it is negative",
    others: "the other weights: point at their lines",
    rows: (count: number): string => `a, z, δ: of the first of ${count} examples, L and ∂: of all of them`,
  },
};

export const picture = {
  steps,
  settings,
  heads: (count: string): string => `attention, ${count} heads`,
  /** A second layer of one name. */
  again: (name: string): string => `${name} again`,
  /** What the picture shows, for who cannot see it. */
  description: (layers: readonly string[]): string => `A network, from its inputs to its results: ${layers.join("; ")}.`,
  boxes,
  neurons,
};

/** Titles of functions of several numbers, drawn as functions of one. */
export const plot = {
  firstOf: (values: string): string => `the first of ${values}`,
  halves: (value: string, meaning: string): string => `${value}, both halves x: ${meaning}`,
  derivative: "its derivative by x",
};
