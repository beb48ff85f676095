import { nn, stopGradient } from "gradc";
import { type Bodies, type Groups, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("resampling");

const testResampling = (group: string, bodies: Bodies, coarse?: readonly string[]): void => testGroup(group, groups[group] ?? {}, bodies, coarse);

type OneAxis = typeof nn.adaptiveAvgPool1d;
type TwoAxes = typeof nn.adaptiveAvgPool2d;

const adaptive = (kind: string, one: OneAxis, two: TwoAxes, samples: Bodies): Bodies => ({
  [`${kind}1d`]: ({ x }) => one(x, 3),
  [`${kind}1dWider`]: ({ x }) => one(x, 9),
  [`${kind}2d`]: ({ x }) => two(x, [2, 3]),
  [`${kind}2dUneven`]: ({ x }) => two(x, [3, 4]),
  [`${kind}2dOne`]: ({ x }) => two(x, 1),
  [`${kind}2dTies`]: ({ x }) => two(x, [3, 5]),
  [`${kind}2dAnywhere`]: ({ x }) => two(x, 2),
  ...samples,
});

testResampling("adaptive", {
  ...adaptive("adaptiveAvgPool", nn.adaptiveAvgPool1d, nn.adaptiveAvgPool2d, {
    adaptiveAvgPool1dSample0: ({ x }) => nn.adaptiveAvgPool1d(x, 5),
    adaptiveAvgPool1dSample1: ({ x }) => nn.adaptiveAvgPool1d(x, 1),
    adaptiveAvgPool2dSample0: ({ x }) => nn.adaptiveAvgPool2d(x, [5, 7]),
    adaptiveAvgPool2dSample1: ({ x }) => nn.adaptiveAvgPool2d(x, 5),
  }),
  ...adaptive("adaptiveMaxPool", nn.adaptiveMaxPool1d, nn.adaptiveMaxPool2d, {
    adaptiveMaxPool1dSample0: ({ x }) => nn.adaptiveMaxPool1d(x, 3),
    adaptiveMaxPool1dSample1: ({ x }) => nn.adaptiveMaxPool1d(x, 1),
    adaptiveMaxPool2dSample0: ({ x }) => nn.adaptiveMaxPool2d(x, [2, 3]),
    adaptiveMaxPool2dSample1: ({ x }) => nn.adaptiveMaxPool2d(x, 1),
  }),
});

/** The sizes and factors of OpInfo. */
const sampled = [{ size: 3 }, { size: 5 }, { scaleFactor: 1.7 }, { scaleFactor: 0.6 }];
const bilinear = { mode: "bilinear" } as const;
const corners = { mode: "bilinear", alignCorners: true } as const;

testResampling(
  "resampling",
  {
    nearest1d: ({ x }) => nn.upsample(x, { scaleFactor: 2 }),
    nearest1dFewer: ({ x }) => nn.upsample(x, { size: 4 }),
    nearest2d: ({ x }) => nn.upsample(x, { scaleFactor: 2 }),
    nearest2dUneven: ({ x }) => nn.upsample(x, { scaleFactor: [1.5, 0.7] }),
    nearest2dSize: ({ x }) => nn.upsample(x, { size: [7, 3] }),
    nearest3d: ({ x }) => nn.upsample(x, { scaleFactor: [2, 1, 3] }),
    nearestAnywhere: ({ x }) => nn.upsample(x, { scaleFactor: 2 }),
    bilinear: ({ x }) => nn.upsample(x, { scaleFactor: 2, ...bilinear }),
    bilinearSize: ({ x }) => nn.upsample(x, { size: [7, 3], ...bilinear }),
    bilinearUneven: ({ x }) => nn.upsample(x, { scaleFactor: [1.7, 0.6], ...bilinear }),
    bilinearCorners: ({ x }) => nn.upsample(x, { scaleFactor: 2, ...corners }),
    bilinearCornersOne: ({ x }) => nn.upsample(x, { size: [1, 11], ...corners }),
    bilinearAnywhere: ({ x }) => nn.upsample(x, { scaleFactor: 2, ...bilinear }),
    bilinearStaying: ({ x }) => nn.upsample(x, { scaleFactor: [2, 1.1], ...bilinear }),
    nearestStaying: ({ x }) => nn.upsample(stopGradient(x), { scaleFactor: [2.5, 1.1] }),
    nearestStayingSignal: ({ x }) => nn.upsample(stopGradient(x), { scaleFactor: 1.1 }),
    ...Object.fromEntries(
      [...sampled, ...sampled].map((options, n) => [`nearestSample${n}`, ({ x }) => nn.upsample(x, options)]) as [string, Bodies[string]][],
    ),
    ...Object.fromEntries(
      sampled.map((options, n) => [`bilinearSample${n}`, ({ x }) => nn.upsample(x, { ...options, ...corners })]) as [string, Bodies[string]][],
    ),
  },
  [
    "bilinearSize",
    "bilinearUneven",
    "bilinearCorners",
    "bilinearCornersOne",
    "bilinearSample0",
    "bilinearSample1",
    "bilinearSample2",
    "bilinearSample3",
  ],
);

testResampling("shapes", {
  pixelShuffle: ({ x }) => nn.pixelShuffle(x, 2),
  pixelShuffleSample0: ({ x }) => nn.pixelShuffle(x, 1),
  pixelShuffleSample1: ({ x }) => nn.pixelShuffle(x, 3),
  flatten: ({ x }) => nn.flatten(x),
  flattenMiddle: ({ x }) => nn.flatten(x, 1, 2),
  flattenLast: ({ x }) => nn.flatten(x, -2),
  flattenRows: ({ x }) => nn.flatten(x, 0, { endDim: 1 }),
  flattenSample0: ({ x }) => nn.flatten(x, 0),
  flattenSample1: ({ x }) => nn.flatten(x, 1, -1),
  flattenSample2: ({ x }) => nn.flatten(x, 0),
  flattenSample3: ({ x }) => nn.flatten(x),
});
