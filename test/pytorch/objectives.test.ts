import { losses, nn, type Tensor } from "gradc";
import { type Bodies, type Groups, type Operands, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("objectives");

const testLosses = (group: string, bodies: Bodies, coarse?: readonly string[]): void => testGroup(group, groups[group] ?? {}, bodies, coarse);

type Reduction = "mean" | "sum" | "none";
type Loss = (operands: Operands, reduction: Reduction) => Tensor;

/** A loss in each reduction. */
const reduced = (name: string, loss: Loss): Bodies => ({
  [`${name}Mean`]: (all) => loss(all, "mean"),
  [`${name}Sum`]: (all) => loss(all, "sum"),
  [`${name}None`]: (all) => loss(all, "none"),
});

testLosses("distances", {
  ...reduced("smoothL1", ({ x, y }, reduction) => losses.smoothL1(x, y, { reduction })),
  smoothL1Stated: ({ x, y }) => losses.smoothL1(x, y, { beta: 0.75 }),
  smoothL1Far: ({ x, y }) => losses.smoothL1(x, y, { reduction: "none" }),
  ...reduced("huber", ({ x, y }, reduction) => losses.huber(x, y, { reduction })),
  huberStated: ({ x, y }) => losses.huber(x, y, { delta: 0.75 }),
  huberFar: ({ x, y }) => losses.huber(x, y, { reduction: "none" }),
  smoothL1Sharp: ({ x, y }) => losses.smoothL1(x, y, { beta: 0 }),
});

const columns = [0.5, 1.25, 3];

testLosses("weights", {
  bceWeighted: ({ x, y, z }) => losses.bce(x, y, { weight: z }),
  bceWeightedColumns: ({ x, y }) => losses.bce(x, y, { weight: columns, reduction: "sum" }),
  bceWithLogitsWeighted: ({ x, y, z }) => losses.bceWithLogits(x, y, { weight: z }),
  ...reduced("bceWithLogitsPositive", ({ x, y }, reduction) => losses.bceWithLogits(x, y, { posWeight: columns, reduction })),
  bceWithLogitsBoth: ({ x, y }) => losses.bceWithLogits(x, y, { weight: columns, posWeight: 3 }),
  bceWithLogitsPositiveFar: ({ x, y }) => losses.bceWithLogits(x, y, { posWeight: columns, reduction: "none" }),
});

const weight = [1.328125, 1.25, 1.53125, 1.734375];

testLosses("classes", {
  ...reduced("nll", ({ x, y }, reduction) => losses.nll(x, y, { reduction })),
  ...reduced("nllWeighted", ({ x, y }, reduction) => losses.nll(x, y, { reduction, weight })),
  nllIgnored: ({ x, y }) => losses.nll(x, y, { ignoreIndex: 3 }),
  nllImage: ({ x, y }) => losses.nll(x, y, { weight, dim: 1 }),
  nllOfSoftmax: ({ x, y }) => losses.nll(nn.logSoftmax(x), y),
  nllFar: ({ x, y }) => losses.nll(x, y, { reduction: "none" }),
  ...reduced("multiMargin", ({ x, y }, reduction) => losses.multiMargin(x, y, { reduction })),
  ...reduced("multiMarginSquared", ({ x, y }, reduction) => losses.multiMargin(x, y, { p: 2, margin: 0.5, weight, reduction })),
  multiMarginFar: ({ x, y }) => losses.multiMargin(x, y, { reduction: "none" }),
});

testLosses("margins", {
  ...reduced("hinge", ({ x, y }, reduction) => losses.hinge(x, y, { reduction })),
  hingeAnywhere: ({ x, y }) => losses.hinge(x, y, { reduction: "none" }),
  ...reduced("squaredHinge", ({ x, y }, reduction) => losses.squaredHinge(x, y, { reduction })),
  squaredHingeAnywhere: ({ x, y }) => losses.squaredHinge(x, y, { reduction: "none" }),
  ...reduced("perceptron", ({ x, y }, reduction) => losses.perceptron(x, y, { reduction })),
  perceptronAnywhere: ({ x, y }) => losses.perceptron(x, y, { reduction: "none" }),
  ...reduced("softMargin", ({ x, y }, reduction) => losses.softMargin(x, y, { reduction })),
  softMarginFar: ({ x, y }) => losses.softMargin(x, y, { reduction: "none" }),
  ...reduced("marginRanking", ({ x, y, z }, reduction) => losses.marginRanking(x, z, y, { reduction })),
  marginRankingStated: ({ x, y, z }) => losses.marginRanking(x, z, y, { margin: 0.5 }),
  marginRankingFar: ({ x, y, z }) => losses.marginRanking(x, z, y, { reduction: "none" }),
});

const kl: Bodies = Object.assign(
  {},
  ...(["Mean", "Sum", "None", "Batchmean"] as const).map((title): Bodies => {
    const reduction = title.toLowerCase() as Reduction | "batchmean";
    return {
      [`kl${title}`]: ({ x, y }) => losses.kl(x, y, { reduction }),
      [`klLog${title}`]: ({ x, y }) => losses.kl(x, y, { reduction, logTarget: true }),
    };
  }),
);

testLosses(
  "likelihoods",
  {
    ...kl,
    klFar: ({ x, y }) => losses.kl(x, y, { reduction: "none" }),
    ...reduced("poissonNll", ({ x, y }, reduction) => losses.poissonNll(x, y, { reduction })),
    poissonNllFull: ({ x, y }) => losses.poissonNll(x, y, { full: true }),
    poissonNllRate: ({ x, y }) => losses.poissonNll(x, y, { logInput: false, full: true }),
    poissonNllRateEps: ({ x, y }) => losses.poissonNll(x, y, { logInput: false, eps: 0.25 }),
    poissonNllFar: ({ x, y }) => losses.poissonNll(x, y, { reduction: "none" }),
    poissonNllRateFar: ({ x, y }) => losses.poissonNll(x, y, { logInput: false, reduction: "none" }),
    ...reduced("gaussianNll", ({ x, y, z }, reduction) => losses.gaussianNll(x, y, z, { reduction })),
    gaussianNllFull: ({ x, y, z }) => losses.gaussianNll(x, y, z, { full: true }),
    gaussianNllRows: ({ x, y, z }) => losses.gaussianNll(x, y, z),
    gaussianNllEps: ({ x, y, z }) => losses.gaussianNll(x, y, z, { eps: 1 }),
    gaussianNllFar: ({ x, y, z }) => losses.gaussianNll(x, y, z, { reduction: "none" }),
  },
  ["poissonNllFull", "poissonNllRate", "gaussianNllFull"],
);

testLosses(
  "embeddings",
  {
    ...reduced("cosineEmbedding", ({ x, y, z }, reduction) => losses.cosineEmbedding(x, z, y, { reduction })),
    cosineEmbeddingMargin: ({ x, y, z }) => losses.cosineEmbedding(x, z, y, { margin: 0.25 }),
    cosineEmbeddingFar: ({ x, y, z }) => losses.cosineEmbedding(x, z, y, { reduction: "none" }),
    ...reduced("tripletMargin", ({ x, y, z }, reduction) => losses.tripletMargin(x, y, z, { reduction })),
    tripletMarginOne: ({ x, y, z }) => losses.tripletMargin(x, y, z, { p: 1 }),
    tripletMarginThree: ({ x, y, z }) => losses.tripletMargin(x, y, z, { p: 3 }),
    tripletMarginLargest: ({ x, y, z }) => losses.tripletMargin(x, y, z, { p: Number.POSITIVE_INFINITY }),
    tripletMarginStated: ({ x, y, z }) => losses.tripletMargin(x, y, z, { margin: 2.5, eps: 0.25 }),
    tripletMarginSwap: ({ x, y, z }) => losses.tripletMargin(x, y, z, { swap: true, margin: 3 }),
    tripletMarginFar: ({ x, y, z }) => losses.tripletMargin(x, y, z, { reduction: "none" }),
  },
  ["tripletMarginThree"],
);
