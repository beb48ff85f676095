import { losses, nn, ops } from "gradc";
import { type Bodies, type Groups, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("losses");

const testLosses = (group: string, bodies: Bodies): void => testGroup(group, groups[group] ?? {}, bodies);

const reductions = { Mean: "mean", Sum: "sum", None: "none" } as const;
type Reduction = "mean" | "sum" | "none";

/** Cases of each reduction. */
const reduced = (make: (title: string, reduction: Reduction) => Bodies): Bodies =>
  Object.assign({}, ...Object.entries(reductions).map(([title, reduction]) => make(title, reduction)));

const regression = (name: "mse" | "l1"): Bodies => ({
  ...reduced((title, reduction) => ({ [name + title]: ({ x, y }) => losses[name](x, y, { reduction }) })),
  [`${name}Anywhere`]: ({ x, y }) => losses[name](x, y, { reduction: "none" }),
  [`${name}Equal`]: ({ x }) => losses[name](x, 1),
});

testLosses("regression", { ...regression("mse"), ...regression("l1") });

testLosses("binary", {
  ...reduced((title, reduction) => ({
    [`bceWithLogits${title}`]: ({ x, y }) => losses.bceWithLogits(x, y, { reduction }),
    [`bce${title}`]: ({ x, y }) => losses.bce(x, y, { reduction }),
    [`bceOfSigmoid${title}`]: ({ x, y }) => losses.bce(nn.sigmoid(x), y, { reduction }),
  })),
  bceWithLogitsFar: ({ x, y }) => losses.bceWithLogits(x, y, { reduction: "none" }),
  bceWithLogitsOdd: ({ x }) => losses.bceWithLogits(x, 0.5, { reduction: "none" }),
  bceBounds: ({ x }) => losses.bce(x, ops.round(x), { reduction: "none" }),
});

const weight = [1.328125, 1.25, 1.53125, 1.734375];

testLosses("entropies", {
  ...reduced((title, reduction) => {
    const name = `crossEntropy${title}`;
    return {
      [name]: ({ x, y }) => losses.crossEntropy(x, y, { reduction }),
      [`${name}Ignored`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction }),
      [`${name}IgnoredClass`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction, ignoreIndex: 3 }),
      [`${name}AllIgnored`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction }),
      [`${name}Weighted`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction, weight }),
      [`${name}Smooth`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction, labelSmoothing: 0.25 }),
      [`${name}SmoothWeighted`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction, weight, labelSmoothing: 0.25 }),
      [`${name}Soft`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction }),
      [`${name}SoftWeighted`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction, weight }),
      [`${name}SoftSmooth`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction, weight, labelSmoothing: 0.5 }),
      [`${name}Image`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction, dim: 1 }),
      [`${name}ImageWeighted`]: ({ x, y }) => losses.crossEntropy(x, y, { reduction, dim: 1, weight }),
    };
  }),
  crossEntropyOneClass: ({ x, y }) => losses.crossEntropy(x, y),
  crossEntropyFar: ({ x, y }) => losses.crossEntropy(x, y, { reduction: "none" }),
  crossEntropyMasked: ({ x, y }) => losses.crossEntropy(x, y, { reduction: "none" }),
  crossEntropyMaskedMean: ({ x, y }) => losses.crossEntropy(x, y),
  crossEntropyBad: ({ x, y }) => losses.crossEntropy(x, y, { reduction: "none" }),
  crossEntropyBadIgnored: ({ x, y }) => losses.crossEntropy(x, y),
});
