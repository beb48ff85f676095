// The list of rewrites between a page as it is derived and as it runs.

/** Rules whose names are no formulas, as traces have them. */
const named = [
  ...["a tensor of equal elements is a repeated number", "function of constants", "known extent", "training is known"],
  ...["constants to the right", "constants to the right of a comparison", "negation of a comparison"],
  ...["choice between truths", "truth beside a constant", "truth beside itself"],
  ...["contraction of permute, left", "contraction of permute, right", "permute of contraction", "sum of contraction"],
  ...["sum of products with repeated values", "sum over axes of extent 1", "sum over no axes", "broadcast along axes of extent 1"],
  ...["a product of numbers as they are told", "axes of extent 1 that change places", "axes that a value kept"],
  ...["movement of a stopped gradient", "movement that moves nothing", "slice or flip of a repeated number"],
];

/** The words for a rule by its name, where that is no formula. */
const rules: Readonly<Record<string, string>> = Object.fromEntries(named.map((name) => [name, name]));

export const rewrites = {
  /** Where there are none. */
  none: "No rule for speed or against overflow. Where the page as derived is another, signs, factors and shapes alone stand elsewhere.",
  rules,
  /** What a rule may change. */
  tags: { bits: "bits", reals: "reals", finite: "finite" },
};
