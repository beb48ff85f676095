import { describe, expect, test } from "vitest";
import { scalars } from "../../../compiler/ops/elementwise.ts";
import { approximated, floatsByBits, ulpError, vectorFunction, worstOf } from "./accuracy.ts";
import { numbers } from "./harness.ts";

const unary = approximated.filter(({ arity }) => arity === 1);
const binary = approximated.filter(({ arity }) => arity === 2);

const edges = [
  0,
  -0,
  1,
  -1,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  Infinity,
  -Infinity,
  NaN,
  88.72284,
  -103.97,
  0.625,
  4,
  2 ** 20,
];

const sample = (() => {
  const byBits = floatsByBits(12345, 42949, 100_000);
  const byValue = numbers(100_000, 9).map((x) => 20 * x);
  return Float32Array.from([...byBits, ...byValue, ...edges]);
})();

describe("vector functions are this many units in the last place from the exact value, over 200,000 floats", () => {
  for (const { op, exact, ulp } of unary) {
    test(`${op}: ${ulp}`, async () => {
      const worst = worstOf(await vectorFunction(op, 1), exact, [sample]);
      expect(worst.error, `at ${worst.at} gives ${worst.got}`).toBeLessThanOrEqual(ulp);
    });
  }

  for (const { op, exact, ulp } of binary) {
    test(`${op}: ${ulp}`, async () => {
      const exponents = Float32Array.from(sample, (_, i) => (i % 3 === 0 ? (i % 41) - 20 : (((i * 7919) % 4001) - 2000) / 40));
      const worst = worstOf(await vectorFunction(op, 2), exact, [sample, exponents]);
      expect(worst.error, `at ${worst.at} gives ${worst.got}`).toBeLessThanOrEqual(ulp);
    });
  }
});

test.each(unary.filter(({ op }) => ["exp", "log", "tanh", "sigmoid", "erf"].includes(op)))(
  "$op is as exact with relaxed SIMD",
  async ({ op, exact, ulp }) => {
    const worst = worstOf(await vectorFunction(op, 1, "fast"), exact, [sample]);
    expect(worst.error, `at ${worst.at} gives ${worst.got}`).toBeLessThanOrEqual(ulp);
  },
);

test("pow treats zeros, ones, infinities and NaN as IEEE 754 does", async () => {
  const special = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, Infinity, -Infinity, NaN, 2 ** -149, 16777216, -16777217];
  const pairs = special.flatMap((x) => special.map((y) => [Math.fround(x), Math.fround(y)] as const));
  const compute = await vectorFunction("pow", 2);
  const got = compute(
    Float32Array.from(pairs, ([x]) => x),
    Float32Array.from(pairs, ([, y]) => y),
  );
  pairs.forEach(([x, y], i) => {
    expect(ulpError(got[i] as number, scalars.pow.f32.value(x, y, 0)), `pow(${x}, ${y}) = ${got[i]}`).toBeLessThanOrEqual(0.51);
  });
});

test("log2 is exact at powers of two", async () => {
  const exponents = Array.from({ length: 277 }, (_, i) => i - 149);
  expect([...(await vectorFunction("log2", 1))(Float32Array.from(exponents, (e) => 2 ** e))]).toEqual(exponents);
});

test("one value has the same bits in every lane and among every neighbours", async () => {
  for (const { op } of unary) {
    const compute = await vectorFunction(op, 1);
    const x = sample.subarray(99_000, 101_000);
    const reversed = compute(x.slice().reverse()).reverse();
    expect([...compute(x)], op).toEqual([...reversed]);
  }
});
