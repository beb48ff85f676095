import { beforeAll, describe, expect, test } from "vitest";
import { load, type Net } from "../../runtime/index.ts";
import { codeOf } from "../support/code-of.ts";
import { tinyModule } from "../support/tiny-module.ts";

let net: Net;

const endless: unknown[] = [];
endless.push(endless);

beforeAll(async () => {
  net = await load(tinyModule(), { seed: 3 });
});

const price = (x: unknown, k: unknown = [0, 0]) => net.predict({ x, k } as never).price;
const rank = (k: unknown) => net.predict({ x: [1, 2, 3, 4], k } as never).rank;

describe("what a tensor is given as", () => {
  const expected = Float32Array.of(1, 5);

  test("flat, nested, typed, nested typed, array-like", () => {
    expect(price([1, 2, 3, 4])).toEqual(expected);
    expect(
      price([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual(expected);
    expect(price(Float32Array.of(1, 2, 3, 4))).toEqual(expected);
    expect(price(Float64Array.of(1, 2, 3, 4))).toEqual(expected);
    expect(price(Uint8Array.of(1, 2, 3, 4))).toEqual(expected);
    expect(price([Float32Array.of(1, 2), Float32Array.of(3, 4)])).toEqual(expected);
    expect(price({ length: 4, 0: 1, 1: 2, 2: 3, 3: 4 })).toEqual(expected);
    expect(
      price([
        [[1], [2]],
        [[3], [4]],
      ]),
    ).toEqual(expected);
  });

  test("i32 takes whole numbers from anywhere", () => {
    for (const k of [[1, 2], Int32Array.of(1, 2), Float32Array.of(1, 2), [[1], [2]], Uint8Array.of(1, 2)])
      expect(rank(k)).toEqual(Int32Array.of(2, 3));
    expect(rank([-0, 1])).toEqual(Int32Array.of(1, 2));
  });

  test("a typed array is not changed", () => {
    const x = Float32Array.of(1, 2, 3, 4);
    price(x);
    expect(x).toEqual(Float32Array.of(1, 2, 3, 4));
  });
});

describe("what is refused", () => {
  test.each([
    ["a length that is no multiple of a row", [1, 2, 3], "shape-mismatch"],
    [
      "rows of another length",
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      "shape-mismatch",
    ],
    [
      "a transposed matrix",
      [
        [1, 3, 5, 7],
        [2, 4, 6, 8],
      ],
      "shape-mismatch",
    ],
    ["ragged rows", [[1, 2], [3]], "bad-value"],
    ["rows and numbers mixed", [[1, 2], 3], "bad-value"],
    ["numbers and rows mixed", [1, 2, [3], 4], "bad-value"],
    ["a list that holds itself", endless, "shape-mismatch"],
    ["a text", "1234", "shape-mismatch"],
    ["a number", 7, "shape-mismatch"],
    ["a promise, which was not waited for", Promise.resolve([1, 2]), "bad-option"],
    ["a set", new Set([1, 2]), "bad-option"],
    ["texts", ["1", "2", "3", "4"], "bad-value"],
    ["a hole", [1, undefined, 3, 4], "bad-value"],
    ["null", [1, null, 3, 4], "bad-value"],
    ["null for a row", [[1, 2], null], "bad-value"],
    ["big integers", BigInt64Array.of(1n, 2n, 3n, 4n), "bad-value"],
    ["nothing", undefined, "missing-input"],
    ["null in place of data", null, "missing-input"],
  ])("%s", (_, x, code) => {
    expect(codeOf(() => price(x))).toBe(code);
  });

  test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, -(2 ** 31) - 1])("%d as i32", (value) => {
    expect(codeOf(() => rank([0, value]))).toBe("bad-value");
    expect(codeOf(() => rank(Float64Array.of(0, value)))).toBe("bad-value");
  });

  test("messages name input, row and value, and both shapes", () => {
    expect(() => rank([0, 1.5])).toThrow('"k", row 1: 1.5 is no i32');
    expect(() =>
      price([
        [1, 2],
        [3, "four"],
      ]),
    ).toThrow('"x", row 1: "four" is no f32');
    expect(() => price([[1, 2], [3]])).toThrow('"x", row 1: a list of 1 is no list of 2');
    expect(() => price([[1, 2, 3]])).toThrow("got       [1, 3]\n  expected  [batch, 2]");
  });

  test("unequal numbers of rows are shown for each input", () => {
    expect(codeOf(() => price([1, 2, 3, 4], [0, 0, 0]))).toBe("unequal-rows");
    expect(() => price([1, 2, 3, 4], [0, 0, 0])).toThrow('"x" 2, "k" 3');
  });

  test("an unknown name comes with the nearest known one", () => {
    expect(codeOf(() => net.predict({ x: [1, 2], K: [0] }))).toBe("unknown-input");
    expect(() => net.predict({ x: [1, 2], kk: [0] })).toThrow('the nearest is "k"');
  });

  test("no rows", () => {
    expect(codeOf(() => price([], []))).toBe("no-rows");
    expect(codeOf(() => price(new Float32Array(0), new Int32Array(0)))).toBe("no-rows");
  });
});
