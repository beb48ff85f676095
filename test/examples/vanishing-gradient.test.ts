// The example vanishing-gradient, small: what it says of stacks of layers and of the search space holds.
import { describe, expect, test } from "vitest";
import { contour, gridOf, spaced } from "../../examples/contours.ts";
import { accuracyOf, measure, readDigits } from "../../examples/vanishing-gradient/measure.ts";

describe("a stack of six layers", () => {
  test("has next to no gradient below with sigmoids, and all of it with a batch norm or a fitting start", async () => {
    const { training, rest } = await readDigits(60, 180);
    const shareOf = async (...args: Parameters<typeof measure>) => {
      const { built, gradients } = await measure(...args);
      expect(gradients).toHaveLength(7);
      return { built, share: (gradients[0] as number) / (gradients.at(-1) as number) };
    };
    const [sigmoid, residual, kaiming] = [
      await shareOf("sigmoid", 6, training),
      await shareOf("sigmoid, residual", 6, training),
      await shareOf("relu, Kaiming", 6, training),
    ];
    expect(sigmoid.share).toBeLessThan(1e-4);
    expect(residual.share).toBeGreaterThan(1e-2);
    expect(kaiming.share).toBeGreaterThan(0.3);
    expect(await accuracyOf(kaiming.built, training, rest, 60)).toBeGreaterThan(0.5);
    expect(await accuracyOf(sigmoid.built, training, rest, 60)).toBeLessThan(0.3);
  });
});

describe("contours", () => {
  const lengthOf = (line: readonly (readonly [number, number])[]) =>
    line.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - (line[i]?.[0] ?? 0), y - (line[i]?.[1] ?? 0)), 0);

  test("of a bowl are circles that close", () => {
    const [circle, ...others] = contour(
      gridOf(spaced(-2, 2, 81), spaced(-2, 2, 81), (x, y) => x * x + y * y),
      1,
    );
    expect(others).toEqual([]);
    expect(circle?.at(-1)).toEqual(circle?.[0]);
    for (const [x, y] of circle ?? []) expect(Math.hypot(x, y)).toBeCloseTo(1, 2);
    expect(lengthOf(circle ?? [])).toBeCloseTo(2 * Math.PI, 1);
  });

  test("of a saddle are two lines, and there is none outside of the values", () => {
    const saddle = gridOf(spaced(-2, 2, 40), spaced(-2, 2, 40), (x, y) => x * y);
    expect(contour(saddle, 1)).toHaveLength(2);
    expect(contour(saddle, 5)).toEqual([]);
  });
});
