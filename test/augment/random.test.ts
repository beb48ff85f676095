// What is drawn: a function of the seed alone, by its probabilities, and never a change of what was given.
import { describe, expect, test } from "vitest";
import {
  apply,
  autoAugment,
  cutmix,
  cutout,
  featureDropout,
  type Image,
  magnitudes,
  mixup,
  type OpName,
  policies,
  randAugment,
  randomNumbers,
  type Seed,
  signedOps,
  tabularNoise,
  trivialAugmentWide,
} from "../../augment/index.ts";
import { imageFrom, images } from "./images.ts";

const drawn: Readonly<Record<string, (image: Image, seed: Seed) => Image>> = {
  autoAugment: (image, seed) => autoAugment(image, { seed }),
  cifar10: (image, seed) => autoAugment(image, { policy: "cifar10", seed }),
  svhn: (image, seed) => autoAugment(image, { policy: "svhn", seed }),
  randAugment: (image, seed) => randAugment(image, { seed }),
  trivialAugmentWide: (image, seed) => trivialAugmentWide(image, { seed }),
  cutout: (image, seed) => cutout(image, 7, { seed }),
};

const rows = Array.from({ length: 60 }, (_, row) => row);
const keyOf = ({ data }: Image): string => data.join();

describe.each(Object.entries(drawn))("%s", (_, augment) => {
  const inOrder = rows.map((row) => keyOf(augment(images.colour, [5, 2, row])));

  test("gives the same image for a seed, in whatever order", () => {
    const backwards = [...rows].reverse().map((row) => keyOf(augment(images.colour, [5, 2, row])));
    expect(backwards.reverse()).toEqual(inOrder);
  });

  test("gives others for other rows, epochs and seeds", () => {
    expect(new Set(inOrder).size).toBeGreaterThan(15);
    for (const seed of [
      [5, 3],
      [6, 2],
      [2, 5],
    ])
      expect(rows.map((row) => keyOf(augment(images.colour, [...seed, row])))).not.toEqual(inOrder);
  });

  test("leaves the image as it is, and shares nothing with it", () => {
    const before = keyOf(images.colour);
    for (const seed of rows) {
      const result = augment(images.colour, seed);
      expect(result.data.buffer).not.toBe(images.colour.data.buffer);
      expect(result).toMatchObject({ width: 17, height: 13, channels: 3 });
    }
    expect(keyOf(images.colour)).toBe(before);
  });
});

const signsOf = (op: OpName): readonly number[] => (signedOps.has(op) ? [1, -1] : [1]);

test("autoAugment gives what a sub-policy may give, each of them", () => {
  const image = imageFrom(9, 8, 3, (_y, _x, _c, r) => r);
  const strengths = magnitudes("autoAugment", 9, 8);
  const found = new Map<string, Set<number>>();
  policies.svhn.forEach((steps, at) => {
    let images = [image];
    for (const [op, , bin] of steps) {
      const after = (before: Image) => signsOf(op).map((sign) => apply(before, op, bin === null ? 0 : sign * ((strengths[op] ?? [])[bin] ?? 0)));
      images = images.flatMap((before) => [before, ...after(before)]);
    }
    for (const each of images) found.set(keyOf(each), (found.get(keyOf(each)) ?? new Set()).add(at));
  });
  const seen = new Set<number>();
  for (let seed = 0; seed < 400; seed++) {
    const possible = found.get(keyOf(autoAugment(image, { policy: "svhn", seed })));
    expect(possible).toBeDefined();
    if (possible?.size === 1) for (const at of possible) seen.add(at);
  }
  expect(seen.size).toBeGreaterThan(12);
});

test("randAugment applies so many ops", () => {
  expect(keyOf(randAugment(images.colour, { numOps: 0, seed: 1 }))).toBe(keyOf(images.colour));
  const strengths = magnitudes("randAugment", 13, 17);
  const possible = Object.entries(strengths).flatMap(([op, values]) =>
    signsOf(op as OpName).map((sign) => keyOf(apply(images.colour, op as OpName, sign * (values[values.length > 1 ? 20 : 0] as number)))),
  );
  for (const seed of rows) expect(possible).toContain(keyOf(randAugment(images.colour, { numOps: 1, magnitude: 20, seed })));
});

test("numbers of one's own are a sequence of the seed, apart from what else it draws", () => {
  const [next, again] = [randomNumbers([1, 2, 3]), randomNumbers([1, 2, 3])];
  const numbers = rows.map(next);
  expect(rows.map(again)).toEqual(numbers);
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(new Set(numbers).size).toBe(rows.length);
  expect(randomNumbers(1)()).toBe(randomNumbers([1])());
  expect(randomNumbers([1, 0])()).not.toBe(randomNumbers(1)());
  // The format of what was drawn: a run that goes on draws the same.
  expect(randomNumbers([7, 1, 3])() * 2 ** 24).toMatchInlineSnapshot(`2456735`);
});

describe("mixtures", () => {
  const batch = {
    images: rows.slice(0, 5).map((row) => imageFrom(6, 7, 3, (_y, _x, _c, r) => (r * (row + 1)) & 255)),
    labels: [0, 1, 2, 1, 0],
    classes: 3,
  };

  test.each([0.2, 1, 4])("mixup with alpha %d: each image and label with the one before it", (alpha) => {
    const { images, labels, lambda } = mixup(batch, { alpha, seed: 3 });
    images.forEach(({ data }, row) => {
      const own = batch.images[row]?.data ?? [];
      const other = batch.images[(row + 4) % 5]?.data ?? [];
      data.forEach((level, at) => {
        expect(Math.abs(level - (lambda * (own[at] as number) + (1 - lambda) * (other[at] as number)))).toBeLessThanOrEqual(0.5001);
      });
    });
    expect(labels[0]?.[0]).toBeCloseTo(1, 6);
    expect(labels[1]?.[1]).toBeCloseTo(lambda, 6);
    expect(labels[1]?.[0]).toBeCloseTo(1 - lambda, 6);
  });

  test("cutmix: the share of a label is that of its pixels", () => {
    const plain = rows.slice(0, 4).map((row) => imageFrom(8, 6, 1, () => row * 10));
    let mixed = 0;
    for (const seed of rows) {
      const { images, labels, lambda } = cutmix({ images: plain, labels: [[1, 0], [0, 1], [1, 0], Float32Array.of(0, 1)] }, { seed });
      images.forEach(({ data }, row) => {
        expect([...data].filter((level) => level === row * 10)).toHaveLength(Math.round(lambda * 48));
      });
      expect(labels[1]?.[1]).toBeCloseTo(lambda, 6);
      mixed += lambda < 1 ? 1 : 0;
    }
    expect(mixed).toBeGreaterThan(30);
  });

  // The variance of Beta(a, a) is 1 / (4 (2a + 1)); tolerances are four deviations of the mean of 2000.
  test.each([0.01, 0.2, 1, 1.5, 8])("shares for alpha %d are those of a beta distribution", (alpha) => {
    const shares = Array.from({ length: 2000 }, (_, seed) => mixup({ images: [imageFrom(1, 1, 1, () => 0)], labels: [[1]] }, { alpha, seed }).lambda);
    const variance = 1 / (4 * (2 * alpha + 1));
    const mean = shares.reduce((sum, share) => sum + share, 0) / 2000;
    const found = shares.reduce((sum, share) => sum + (share - 0.5) ** 2, 0) / 2000;
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(variance / 2000));
    expect(Math.abs(found - variance)).toBeLessThan((4 * variance * Math.sqrt(2)) / Math.sqrt(2000));
  });
});

describe("rows of tables", () => {
  const row = Float32Array.from({ length: 4000 }, (_, at) => at % 7);

  test("noise has the deviation that is asked for", () => {
    const noise = tabularNoise(row, { deviation: 0.5, seed: [1, 2, 3] }).map((x, at) => x - (row[at] as number));
    const mean = noise.reduce((sum, x) => sum + x, 0) / 4000;
    const variance = noise.reduce((sum, x) => sum + x * x, 0) / 4000;
    expect(Math.abs(mean)).toBeLessThan((4 * 0.5) / Math.sqrt(4000));
    expect(Math.abs(variance - 0.25)).toBeLessThan((4 * 0.25 * Math.SQRT2) / Math.sqrt(4000));
    expect(tabularNoise([1, 2, 3], { deviation: [0, 1, 0], seed: 4 })).toMatchObject({ 0: 1, 2: 3 });
  });

  test("features are dropped by their probability", () => {
    const dropped = featureDropout(row, { p: 0.3, value: -1, seed: 8 }).filter((x) => x === -1).length;
    expect(Math.abs(dropped - 1200)).toBeLessThan(4 * Math.sqrt(4000 * 0.3 * 0.7));
    expect([...featureDropout([1, 2, 3], { p: [0, 1, 0], value: [7, 8, 9], seed: 1 })]).toEqual([1, 8, 3]);
    expect([...featureDropout([1, 2, 3], { p: 0, seed: 1 })]).toEqual([1, 2, 3]);
  });
});
