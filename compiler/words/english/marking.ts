// What is said of formulas by hand: mistakes, and how far a claim is from what is right.

/** Parts of formulas in a sentence. */
const parts = {
  factor: (factor: string): string => `the factor ${factor}`,
  term: (term: string): string => `the term ${term}`,
  terms: (terms: readonly string[]): string => `what is added to it, ${terms.join(" and ")},`,
  exponent: (exponent: string): string => `the exponent ${exponent}`,
  outer: "the outer product",
  choice: (condition: string): string => `the choice by ${condition}`,
  division: (by: string): string => `the division by ${by}`,
  /** A sum over axes, or over all where none are given; and the same behind another sum. */
  sum: (axes: string | undefined): string => `the sum over ${axes ?? "all"}`,
  otherSum: (axes: string | undefined): string => `that over ${axes ?? "all"}`,
  beforeActivation: (value: string): string => `the value before the activation, ${value},`,
  gradient: "the gradient",
  /** What comes of a mistake that was said before. */
  given: "what that gives",
};

/** Single mistakes. */
const mistakes = {
  missing: (part: string): string => `${part} is missing`,
  tooMany: (part: string): string => `${part} is one too many`,
  twice: (part: string): string => `${part} stands twice`,
  instead: (given: string, right: string): string => `${given} stands where ${right} belongs`,
  sign: (of: string): string => `the sign of ${of} is wrong`,
  wholeSign: "the sign is wrong",
  order: (first: string, second: string): string => `${first} and ${second} are in the wrong order`,
  exchanged: (first: string, second: string): string => `${first} and ${second} are exchanged`,
  upsideDown: (above: string, below: string): string => `${above} and ${below} are upside down`,
  multiplied: (by: string): string => `a multiplication by ${by} stands where the division belongs`,
  mean: "the mean over the rows stands where their sum belongs",
  condition: (condition: string): string => `the condition ${condition} is turned round`,
  cases: (cases: string): string => `the cases of ${cases} are exchanged`,
  /** A mistake in the line of another name. */
  inLine: (name: string, mistake: string): string => `in ${name}: ${mistake}`,
  and: (mistake: string, other: string): string => `${mistake}, and ${other}`,
  andTransposed: (mistake: string): string => `${mistake}, and it is transposed`,
};

/** What a claim is of what is right. */
const claims = {
  times: (factor: string, right: string): string => `it is ${factor} times ${right}`,
  transposed: (right: string): string => `it is the transpose of ${right}`,
  zero: "it is 0",
  shape: (claimed: string, what: string, right: string): string => `its shape is ${claimed}, that of ${what} ${right}`,
  noValue: (points: number): string => `it has no finite value at any of ${points} points`,
  noSingle: "no single mistake in the derivation gives it",
  carried: (line: number, name: string): string => `error carried forward from line ${line}: it is right with the right ${name}`,
  rightWith: (part: string, inPlaceOf: string): string => `it is right with ${part} in place of ${inPlaceOf}`,
  /** The first number that differs; `at` is its place in a table. */
  differs: (at: string | undefined, claimed: string, right: string): string => `${at ?? "it"} is ${claimed}, right is ${right}`,
  /** In which signs a file of claims was read, where nobody said it. */
  readAs: (option: string): string => `note: the claims are read in the signs of ${option}`,
  nothingFor: (file: string, names: readonly string[]): string => `note: "${file}" gives nothing for ${names.join(", ")}`,
};

export const marking = {
  /** Kinds of mistakes, for who wants no more. */
  kinds: {
    sign: "a sign",
    factor: "a factor",
    transpose: "a transpose",
    missing: "a missing part",
    exchanged: "an exchanged part",
    extra: "a part too many",
    shape: "shapes that do not fit",
    domain: "no finite value",
    other: "no single mistake",
    unreadable: "it cannot be read",
  },
  /** Said in place of a kind. */
  carried: "error carried forward",
  parts,
  mistakes,
  claims,
};
