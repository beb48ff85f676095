// Claims that are meant to break something: each gives a word, in bounded work.
import { expect, test } from "vitest";
import { claimsIn } from "../../../src/marking/claims.ts";
import type { Verdict } from "../../../src/marking/verdict.ts";
import { nets } from "./nets.ts";

const marked = await nets();
const { mark } = marked.get("single") as NonNullable<ReturnType<typeof marked.get>>;

const said = (claim: string): string => {
  const [{ verdict, hint = "" }] = mark(`∂loss/∂W_h = ${claim}`) as [Verdict];
  return `${verdict}: ${hint.slice(0, 110)}`;
};

test("claims that are deep, long, or of huge or no values", () => {
  const deep = (open: string, close: string) => `${open.repeat(10_000)}x${close.repeat(10_000)}`;
  expect([
    said("(((("),
    said(")"),
    said("-".repeat(9_000)),
    said(deep("(", "")),
    said(deep("(", ")").slice(0, 19_000)),
    said(deep("exp(", "").slice(0, 19_000)),
    said(deep("√", "").slice(0, 19_000)),
    said(deep("[", "").slice(0, 19_000)),
    said("x^".repeat(5_000)),
    said(`x${"ᵀ".repeat(5_000)}`),
    said(`x${"ₙ".repeat(15_000)}a`),
    said("9^9^9^9"),
    said("9^9^9^9^9^9·x ⊗ δ_h"),
    said("x ⊗ δ_h / 0"),
    said("0/0·(x ⊗ δ_h)"),
    said("∞·(x ⊗ δ_h)"),
    said("1e999·(x ⊗ δ_h)"),
    said("x ⊗ x ⊗ x ⊗ x"),
    said(`x ⊗ ${"concat(".repeat(40)}x${")".repeat(40)}`),
    said("constructor(x)"),
    said("__proto__"),
    said("x ⊗ hasOwnProperty"),
    said("softmax(x, x)"),
    said("onehot(x)"),
    said("slice_0:99(x)"),
    said("x[i,i]"),
    said("Σ_q x"),
    said("x ⊗ δ_h \u0000"),
    said("\u202ex"),
  ]).toMatchInlineSnapshot(`
    [
      "unread: Cannot read the formula; got the end of the formula; expected a name, a number or a function; at line 1, colum",
      "unread: Cannot read the formula; got ")"; expected a name, a number or a function; at line 1, column 14",
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 165",
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 165",
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 165",
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 614",
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 164",
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 165",
      "unread: The formula is too large: parts within parts, 150 deep; at line 1, column 316",
      "unread: The formula is too large: more than 20 powers and transposes behind each other; at line 1, column 14",
      "unread: There is no value "xₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙₙ" on the page; at line 1, colum",
      "wrong: it has no finite value at any of 12 points",
      "wrong: it has no finite value at any of 12 points",
      "wrong: it has no finite value at any of 12 points",
      "wrong: it has no finite value at any of 12 points",
      "wrong: it has no finite value at any of 12 points",
      "wrong: it has no finite value at any of 12 points",
      "wrong: outer product of [3,3] and [3]",
      "wrong: x stands where δ_h belongs",
      "unread: There is no function "constructor" on the page; at line 1, column 14",
      "unread: Cannot read the formula; got "_"; expected a name, a number or a sign; at line 1, column 14",
      "unread: There is no value "hasOwnProperty" on the page; at line 1, column 18",
      "wrong: softmax of 2 arguments",
      "wrong: onehot beside nothing that tells how many columns it has",
      "wrong: slice_0:99 of [3]",
      "wrong: 2 letters for 1 axes",
      "wrong: the axis "q" of [3]",
      "unread: Cannot read the formula; got "\\u0000"; expected a name, a number or a sign; at line 1, column 22",
      "unread: Cannot read the formula; got "‮"; expected a name, a number or a sign; at line 1, column 14",
    ]
  `);
});

test("sums of thousands of terms, and tables that would be huge", () => {
  expect(said(`x ⊗ δ_h${" + x ⊗ δ_h".repeat(1_500)}`)).toBe("wrong: it is 1501 times the gradient");
  const doubled = Array.from({ length: 40 }, (_, i) => `a${i + 1} = concat(a${i}, a${i})`).join("\n");
  const verdicts = mark(`a0 = x\n${doubled}\n∂loss/∂W_h = outer(a20, a20)`);
  expect(verdicts.at(-1)).toMatchObject({ verdict: "unread", kind: "unreadable" });
  expect(verdicts.find(({ verdict }) => verdict === "unread")?.hint).toMatch(/^The formula is too large: it takes more than \d+ numbers/);
});

test("files that are too long are refused as a whole", () => {
  expect(() => claimsIn("x".repeat(1_000_000))).toThrow("The formula is too large: 1000000 characters; 100000 are read");
  expect(() => claimsIn("a = x\n".repeat(1_000))).toThrow("The formula is too large: 1000 claims; 300 are marked");
  expect(claimsIn("\uFEFF# only comments\r\n\r\n// and blank lines\r")).toEqual([]);
});

test("functions of windows, shapes and places with settings that nothing fits", () => {
  expect(
    [
      "patches_1000×1000(x)",
      "upsample_999999×999999(x)",
      "upsample_999999,999999(x)",
      "pad_999999:999999,999999:999999(x ⊗ δ_h)",
      "fold_i,999999(x ⊗ δ_h)",
      "maxPool_2×2×2×2×2×2×2×2×2(x)",
      "conv_stride=0,groups=0(x, W_h)",
      "patchesᵀ_1,cells=999999(x ⊗ δ_h)",
      "adaptiveAvgPool_99999×99999(x)",
      "reshape(x, [-1, -3])",
      "reshape(x, [1e9, 1e9])",
      "reshape(x)",
      "scatter_1e9(x, x)",
      "random_1()",
      "index(x)",
      "[k ≤ j]",
      "Σ_t x_t",
      "h_{t−1}",
    ].map((claim) => said(claim).replace(/; (at line|help).*/, "")),
  ).toMatchInlineSnapshot(`
    [
      "wrong: windows of 1000×1000 in [3]",
      "unread: The formula is too large: it takes more than 2000000 numbers",
      "wrong: its shape is [999999], that of the gradient [3,6]",
      "unread: The formula is too large: it takes more than 2000000 numbers",
      "wrong: its shape is [999999], that of the gradient [3,6]",
      "wrong: windows of 2×2×2×2×2×2×2×2×2 in [3]",
      "wrong: conv of [3] and [3,6]",
      "wrong: windows of 1 in the last axes of [3,6]",
      "wrong: 99999×99999 parts of [3]",
      "wrong: reshape of [3] to [-1,-3]",
      "wrong: reshape of [3] to [1000000000,1000000000]",
      "wrong: reshape of other than a value and a shape",
      "unread: The formula is too large: it takes more than 2000000 numbers",
      "unread: There is no function "random_1" on the page",
      "wrong: index of anything but batch",
      "unread: There is no value "k" on the page",
      "unread: There is no value "x_t" on the page",
      "unread: There is no value "h_{t−1}" on the page",
    ]
  `);
});
