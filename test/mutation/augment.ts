// Mistakes of augmentations: pixels beside the right ones, and choices that depend on an order.
import type { Mutant } from "./mutant.ts";

const pixels = ["test/augment/torchvision.test.ts"];
const random = ["test/augment/random.test.ts"];

export const augmentMutants: readonly Mutant[] = [
  {
    name: "augment: halves are rounded up",
    file: "augment/round.ts",
    from: "=> x + whole - whole",
    to: "=> Math.floor(x + 0.5)",
    tests: pixels,
  },
  {
    name: "augment: a sum of products is rounded twice",
    file: "augment/round.ts",
    from: "fround(a * b + c)",
    to: "fround(fround(a * b) + c)",
    tests: pixels,
  },
  {
    name: "augment: a border of 0 is as dark as none",
    file: "augment/sample.ts",
    from: "fround(level * share) + ",
    to: "level + ",
    tests: pixels,
  },
  {
    name: "augment: the magnitudes are spaced from one end",
    file: "augment/spaces.ts",
    from: "at < count >> 1 ?",
    to: "at < count ?",
    tests: pixels,
  },
  {
    name: "augment: [1] and [1, 0] are one seed",
    file: "augment/random.ts",
    from: "randomKey(streams[stream], ...numbers)",
    to: "randomKey(streams[stream], ...numbers.filter((number) => number !== 0))",
    tests: random,
  },
  {
    name: "augment: an image that nothing is applied to is given as it is",
    file: "augment/policy.ts",
    from: "  }, image);\n  return result === image ? copyOf(image) : result;",
    to: "  }, image);\n  return result;",
    tests: random,
  },
  {
    name: "augment: shares of mixup are even for whatever alpha",
    file: "augment/distributions.ts",
    from: "return 1 / (1 + Math.exp(y - x));",
    to: "return draw.next();",
    tests: random,
  },
];
