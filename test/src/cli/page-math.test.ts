// Formulas as MathML: well formed, with no text outside of the elements that hold texts, and the words of others written out.
import { expect, test } from "vitest";
import type { Line } from "../../../compiler/formula/equation.ts";
import { call, type Formula, number, operator, sum, variable } from "../../../compiler/formula/tree.ts";
import { lineOf } from "../../../src/cli/page/math.ts";

/** What stands outside of elements that hold texts, and elements that are not closed in their order. */
function faultsIn(html: string): string[] {
  const open: string[] = [];
  const faults: string[] = [];
  for (const [, end, tag = "", text = ""] of html.matchAll(/<(\/?)([a-z]+)[^>]*>([^<]*)/g)) {
    if (end && open.pop() !== tag) faults.push(`</${tag}>`);
    if (!end) open.push(tag);
    if (text !== "" && (end || !["mi", "mn", "mo", "mtext"].includes(tag))) faults.push(text);
  }
  return [...faults, ...open];
}

const line = (right: Formula, more: Partial<Line> = {}): Line => ({ left: variable("y"), sign: "=", right, where: [], ...more });

const [x, w] = [variable("x"), variable("W_hid<den")];

test.each<readonly [string, Formula, string]>([
  ["a product", { kind: "contraction", spec: "yx,xz->yz", args: [x, w] }, "<mo>·</mo><msub><mi>W</mi><mrow><mi>hid&lt;den</mi></mrow></msub>"],
  ["a fraction in brackets that grow", call("exp", [operator("/", x, number(2))]), "<mo>(</mo><mfrac><mrow>"],
  ["a negative power", operator("^", x, number(-2)), '<msup><mrow><mi>x</mi></mrow><mrow><mrow><mo form="prefix">−</mo><mn>2</mn>'],
  ["a root", call("sqrt", [x]), "<msqrt><mi>x</mi></msqrt>"],
  ["a sum", sum(["j"], x), "<munder><mo>∑</mo><mrow><mi>j</mi></mrow></munder>"],
  ["cases", { kind: "cases", condition: operator("<", x, number(0)), value: number(1), otherwise: x }, "<mtext>if </mtext>"],
])("%s", (_, right, part) => {
  const html = lineOf(line(right));
  expect(html).toContain(part);
  expect(faultsIn(html)).toEqual([]);
});

test("what the functions of a line mean stands below it", () => {
  const html = lineOf(line(x, { also: w, where: [{ left: w, right: number(0.5) }] }));
  expect(html.match(/<dd>/g)).toHaveLength(1);
  expect(faultsIn(html)).toEqual([]);
});
