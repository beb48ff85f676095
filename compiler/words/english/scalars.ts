// Titles and conventions of a page of scalars.

/** The neurons of a layer by their numbers. */
const range = (first: number, last: number): string => (first === last ? String(first) : `${first} to ${last}`);

export const scalars = {
  titles: {
    functions: "Activations",
    slopes: "Derivatives of the activations",
    expanded: "Written out",
    numbers: "Numbers put in",
  },
  /** The title of what a step of that rate does. */
  afterStep: (rate: string): string => `After one step, w ← w − ε·∂L/∂w with ε = ${rate}`,
  /** How neurons are numbered, by the first and the last of each layer. */
  neurons: (layers: readonly (readonly [first: number, last: number])[], hasActivations: boolean): string =>
    `neurons are numbered through the network: ${layers.map(([first, last]) => range(first, last)).join(", then ")}; a stands before the activation${hasActivations ? ", z after it" : ""}`,
  indices: "the indices of w count in each layer from 1",
  /** The modules of a layer by their numbers; `error` is what δ is. */
  modules: (layers: readonly (readonly [linear: string, activation: string | undefined])[], error: string | undefined): string => {
    const named = layers.map(([linear, activation]) => `M${linear} linear${activation === undefined ? "" : `, M${activation} activation`}`);
    return `modules: ${named.join(", ")}; z⁽ᵐ⁾ is the output of module m${error === undefined ? "" : `, ${error}`}`;
  },
  /** A sign that stands for a parameter, a state or a name. */
  is: (sign: string, name: string): string => `${sign} is ${name}`,
  /** The same of a weight, with the ranges of its indices. */
  isWeight: (sign: string, name: string, [i, j]: readonly [string, string], ranges: string): string =>
    `${sign} is ${name}, from ${i} to ${j} (${ranges})`,
  standardized: (sign: string, states: readonly string[]): string => `${sign} is the standardised input, ${states.join(", ")}`,
  /** What `n` is, and N where it counts them. */
  example: (ignored: string, isCounted: boolean): string =>
    `n is the example${ignored}${isCounted ? `; N is how many examples ${ignored === "" ? "there are" : "are left"}` : ""}`,
  oneExample: "the page is of one example",
  /** What becomes of the losses of a batch; of data alone where L has penalties, and perhaps with the weights of classes. */
  oneOfBatch: (reduction: "mean" | "sum", ignored: string, { isOfData, isWeighed }: Readonly<Record<"isOfData" | "isWeighed", boolean>>): string => {
    const what = isOfData ? "what is made of data in L and in the gradients is" : "L and the gradients are";
    const weighed = isWeighed ? ", each with the weight of its class," : "";
    return `the page is of one example: of a batch, ${what} the ${reduction} over its examples${weighed}${ignored}`;
  },
  classWeights: (sign: string, weights: string): string => `${sign} is the weight of class k: ${weights}`,
  /** The class that marks an example that does not count. */
  ignored: (label: string): string => `, those of class ${label} left out`,
  truth: (sign: string, isOfN: boolean): string =>
    `${sign} is 1 where k is the class${isOfN ? " of n" : ""}, else 0; classes are counted from 1, in the data from 0`,
  /** The letters that the lines of a page stand for all values of. */
  letters: "a line with i, j, k or l stands for every number that these can be, and Σ runs over them",
};
