// What stands around the rules of a derivation.

export const derivation = {
  title: (gradient: string): string => `${gradient}, from the loss down`,
  /** Before the paths that lead to one value. */
  several: "sum over several paths",
  where: (line: string): string => `where ${line}`,
  /** The same line in the form that runs. */
  runs: (line: string): string => `what runs is ${line}: equal, without overflow`,
  /** By what a gradient is shorter than the line above it. */
  known: {
    oneHot: "a one-hot row holds one 1, so that it adds up to 1",
    cancels: "multiplied out, what stands in both products cancels",
  },
  through: (part: string): string => `through ${part}`,
};
