import { describe, expect, test } from "vitest";
import { shuffle } from "../../runtime/shuffle.ts";

const order = (length: number, seed: number, stream: number) => [
  ...shuffle(
    Int32Array.from({ length }, (_, row) => row),
    seed,
    stream,
  ),
];

describe("shuffle", () => {
  test("gives a permutation: the same for the same seed and stream, another for others", () => {
    const first = order(50, 3, 1);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, row) => row));
    expect(order(50, 3, 1)).toEqual(first);
    expect(order(50, 3, 2)).not.toEqual(first);
    expect(order(50, 4, 1)).not.toEqual(first);
  });

  test("gives the orders that other engines give", () => {
    expect(order(8, 0, 0)).toEqual([0, 7, 1, 2, 5, 3, 6, 4]);
    expect(order(8, 7, 3)).toEqual([3, 6, 4, 7, 1, 0, 5, 2]);
  });

  test("gives each of the 24 orders of four rows about as often", () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 240; seed++) {
      for (let stream = 0; stream < 10; stream++) counts.set(order(4, seed, stream).join(), (counts.get(order(4, seed, stream).join()) ?? 0) + 1);
    }
    // Each count of 2400 draws is 100 ± 10: five deviations.
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(50);
  });

  test("leaves nothing and a single row as they are", () => {
    expect([order(0, 1, 1), order(1, 1, 1)]).toEqual([[], [0]]);
  });
});
