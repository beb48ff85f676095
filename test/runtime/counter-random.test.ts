// The quality of the random numbers, each statistic against its value under true randomness. The numbers are fixed, so that nothing is flaky.
import { describe, expect, test } from "vitest";
import { randomKey, uniform } from "../../runtime/counter-random.ts";

const samples = 1 << 16;
/** Four standard deviations of a mean of `samples` numbers, in units of one number's. */
const four = 4 / Math.sqrt(samples);

const drawn = (key: number, offset = 0) => Array.from({ length: samples }, (_, i) => uniform(key, i + offset));
const mean = (xs: readonly number[]) => xs.reduce((total, x) => total + x, 0) / xs.length;

/** The correlation of two lists of numbers uniform in [0, 1), with their true mean ½ and variance 1/12. */
const correlation = (xs: readonly number[], ys: readonly number[]) => mean(xs.map((x, i) => 12 * (x - 0.5) * ((ys[i] as number) - 0.5)));

const keys: [string, number][] = [
  ["seed 0, step 0, stream 0", randomKey(0, 0, 0)],
  ["seed 1, step 0, stream 0", randomKey(1, 0, 0)],
  ["seed 42, step 1000, stream 7", randomKey(42, 1000, 7)],
  ["seed -1, step -1, stream 0", randomKey(-1, -1, 0)],
  ["key 0", 0],
];

describe.each(keys)("%s", (_, key) => {
  const xs = drawn(key);

  test("is in [0, 1) with 24 bits", () => {
    expect(xs.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 24))).toBe(true);
  });

  test("has mean ½ and variance 1/12 within four standard deviations", () => {
    expect(Math.abs(mean(xs) - 0.5)).toBeLessThan(four * Math.sqrt(1 / 12));
    expect(Math.abs(mean(xs.map((x) => (x - 0.5) ** 2)) - 1 / 12)).toBeLessThan(four * Math.sqrt(1 / 180));
  });

  test("fills 256 cells evenly: χ² within four standard deviations of 255", () => {
    const cells = new Array<number>(256).fill(0);
    for (const x of xs) cells[Math.floor(x * 256)] = (cells[Math.floor(x * 256)] as number) + 1;
    const expected = samples / 256;
    const chiSquare = cells.reduce((total, found) => total + (found - expected) ** 2 / expected, 0);
    expect(Math.abs(chiSquare - 255)).toBeLessThan(4 * Math.sqrt(2 * 255));
  });

  test.each([1, 2, 4, 64, 1024])("elements %d apart do not correlate", (distance) => {
    expect(Math.abs(correlation(xs, drawn(key, distance)))).toBeLessThan(four);
  });
});

test.each([
  ["streams", randomKey(0, 0, 0), randomKey(0, 0, 1)],
  ["steps", randomKey(0, 0, 0), randomKey(0, 1, 0)],
  ["seeds", randomKey(0, 0, 0), randomKey(1, 0, 0)],
  ["keys", 0, 1],
])("neighbouring %s do not correlate, also shifted by the difference of their keys", (_, a, b) => {
  expect(Math.abs(correlation(drawn(a), drawn(b)))).toBeLessThan(four);
  expect(Math.abs(correlation(drawn(a, (b - a) | 0), drawn(b)))).toBeLessThan(four);
});

test("the keys of 100 seeds, 20 steps and 20 streams differ", () => {
  const keys = new Set<number>();
  for (let seed = 0; seed < 100; seed++)
    for (let step = 0; step < 20; step++) for (let stream = 0; stream < 20; stream++) keys.add(randomKey(seed, step, stream));
  // Of 40,000 keys in 2^32, 0.2 pairs coincide on average.
  expect(keys.size).toBeGreaterThan(39_997);
});

test("the numbers are part of the format of saved runs and never change", () => {
  const key = randomKey(7, 1, 3);
  expect([key, ...[0, 1, 2].map((i) => uniform(key, i) * 2 ** 24)]).toMatchInlineSnapshot(`
    [
      1713833904,
      1616764,
      980693,
      926847,
    ]
  `);
});
