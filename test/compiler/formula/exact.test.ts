// Numbers of many digits are told as fractions and roots where they are that.
import { expect, test } from "vitest";
import { exactOf } from "../../../compiler/formula/exact.ts";
import { latex } from "../../../compiler/formula/latex.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { number } from "../../../compiler/formula/tree.ts";

const written = (value: number): string => print(number(Math.fround(value)), text);

test("fractions and roots are told, decimals that one reads stay", () => {
  expect([2 / 9, 1 / 3, 5 / 7, Math.SQRT2, Math.SQRT1_2, 3 ** 0.5, 3 ** 0.5 / 2].map(written)).toEqual([
    "2/9",
    "1/3",
    "5/7",
    "√(2)",
    "1/√(2)",
    "√(3)",
    "√(3)/2",
  ]);
  expect([0.1, 0.999, 0.044715, 1e-8, 0.125, 3, 1e10].map(written)).toEqual(["0.1", "0.999", "0.044715", "1e-8", "0.125", "3", "10000000000"]);
  expect(written(-1 / 3)).toBe("−1/3");
});

test("numbers with π, as angles, the normal distribution and erf have them", () => {
  const { PI } = Math;
  expect([PI, 2 * PI, PI / 2, 1 / PI, 1 / Math.sqrt(2 * PI), 2 / Math.sqrt(PI), Math.sqrt(2 / PI), Math.log(2 * PI) / 2].map(written)).toEqual([
    "π",
    "2·π",
    "π/2",
    "1/π",
    "1/√(2·π)",
    "2/√(π)",
    "√(2/π)",
    "log(2·π)/2",
  ]);
  expect(written(-2 * PI)).toBe("−2·π");
  expect(print(number(1 / Math.sqrt(2 * PI)), latex)).toBe("\\frac{1}{\\sqrt{2 \\, \\pi}}");
});

test("few numbers are taken for one: of a thousand at random none in a hundred", () => {
  const taken = Array.from({ length: 1000 }, (_, i) => exactOf(Math.fround(Math.abs(Math.sin(i + 1)) * 3))).filter((exact) => exact !== undefined);
  expect(taken.length).toBeLessThan(10);
});

test("what is told rounds to the number", () => {
  for (let q = 2; q <= 64; q++) {
    const [p, below] = written(5 / q)
      .split("/")
      .map(Number) as [number, number | undefined];
    expect(Math.fround(below === undefined ? p : p / below)).toBe(Math.fround(5 / q));
  }
});
