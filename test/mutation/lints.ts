// Mistakes in what is warned about: a slip that is not seen, and a sound network that is spoken of.
import type { Mutant } from "./mutant.ts";

const lint = (name: string) => `src/lints/${name}.ts`;
const predictions = ["test/src/lints/predictions.test.ts"];
const layers = ["test/src/lints/layers.test.ts", "test/src/lints/sound.test.ts"];

export const lintMutants: readonly Mutant[] = [
  {
    name: "lints: what is allowed is said",
    file: lint("lint"),
    from: "!allow.includes(code)",
    to: "code !== undefined",
    tests: predictions,
  },
  {
    name: "lints: nothing below the last activation is looked at",
    file: "compiler/calculus/comparisons.ts",
    from: "if (inner) found.add(inner);",
    to: "",
    tests: predictions,
  },
  {
    name: "lint softmax-before-cross-entropy: no sigmoid is seen",
    file: lint("softmax-before-cross-entropy"),
    from: "isSoftmax(node) : isSigmoid(node);",
    to: "isSoftmax(node) : false;",
    tests: predictions,
  },
  {
    name: "lint logits-as-probabilities: any logarithm is spoken of",
    file: lint("logits-as-probabilities"),
    from: ".filter(isLinear)",
    to: "",
    tests: predictions,
  },
  {
    name: "lint probabilities-as-logarithms: the probability of the class is a slip",
    file: lint("probabilities-as-logarithms"),
    from: '  is("neg", chosen),',
    to: '  is("neg", chosen),\n  is("mul", is("oneHot"), any("x")),',
    tests: predictions,
  },
  {
    name: "lint probabilities-as-logarithms: any difference from a logarithm is a distance",
    file: lint("probabilities-as-logarithms"),
    from: 'either("mul", any("t"), is("sub", is("log", any("t")), any("x")))',
    to: 'is("sub", any("x"), is("log", any("t")))',
    tests: predictions,
  },
  {
    name: "lint activation-after-logits: the link of the loss counts as an activation",
    file: lint("activation-after-logits"),
    from: "found.name !== by && ",
    to: "",
    tests: predictions,
  },
  {
    name: "lint squared-error-of-classes: numbers count as classes",
    file: lint("squared-error-of-classes"),
    from: "isOfClasses(target) ? [",
    to: "target ? [",
    tests: predictions,
  },
  {
    name: "lint two-linear-layers: a factor of low rank is spoken of",
    file: lint("two-linear-layers"),
    from: "first.width.out < first.width.in && first.width.out < second.width.out",
    to: "false",
    tests: layers,
  },
  {
    name: "lint bias-before-norm: a bias that is used elsewhere too is idle",
    file: lint("bias-before-norm"),
    from: " && isCentredEverywhere(centring, users)",
    to: "",
    tests: layers,
  },
  {
    name: "lint loss-mixes-rows: a softmax along the rows is not seen",
    file: lint("loss-mixes-rows"),
    from: "loss ? largestOfRows(loss).map(acrossRows) : []",
    to: "[]",
    tests: layers,
  },
  {
    name: "lint dead-parameter: one alone is not said",
    file: lint("dead-parameter"),
    from: "unused.length > 0",
    to: "unused.length > 1",
    tests: ["test/src/lints/document.test.ts", "test/src/unreached.test.ts"],
  },
];
