import { describe, expect, test } from "vitest";
import { shortest } from "../../../compiler/formula/decimals.ts";
import { html } from "../../../compiler/formula/html.ts";
import { latex } from "../../../compiler/formula/latex.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { call, type Formula, indicator, number, operator, sum, transpose, variable } from "../../../compiler/formula/tree.ts";

const [x, y, w] = ["x", "y", "W_hidden"].map((name) => variable(name)) as [Formula, Formula, Formula];
const lr: Formula = { kind: "variable", name: "lr", scalar: true };
const batch: Formula = { kind: "variable", name: "batch", scalar: true };
const product = (spec: string, a: Formula, b: Formula): Formula => ({ kind: "contraction", spec, args: [a, b] });
const written = (formula: Formula) => print(formula, text);

describe("text", () => {
  test.each<[string, Formula]>([
    ["(x + y) ⊙ x", operator("*", operator("+", x, y), x)],
    ["x + y + x", operator("+", x, operator("+", y, x))],
    ["x − (y − x)", operator("-", x, operator("-", y, x))],
    ["x − y − x", operator("-", operator("-", x, y), x)],
    ["−(x + y)", operator("neg", operator("+", x, y))],
    ["2·lr·x", operator("*", x, operator("*", lr, number(2)))],
    ["2·x ⊙ y", operator("*", number(2), operator("*", x, y))],
    ["2/(batch·3)·(x − y)", operator("*", operator("/", number(2), operator("*", batch, number(3))), operator("-", x, y))],
    ["(x − y) / (x + y)", operator("/", operator("-", x, y), operator("+", x, y))],
    ["exp(x) / Σ_j exp(x)", operator("/", call("exp", [x]), sum(["j"], call("exp", [x])))],
    ["(x / exp(y)) ⊙ x", operator("*", operator("/", x, call("exp", [y])), x)],
    ["1 − x²", operator("-", number(1), operator("^", x, number(2)))],
    ["(x + y)⁻²", operator("^", operator("+", x, y), number(-2))],
    ["x^0.5", operator("^", x, number(0.5))],
    ["x^(y + 1)", operator("^", x, operator("+", y, number(1)))],
    ["√(x + y)", call("sqrt", [operator("+", x, y)])],
    ["x ⊙ [y > 0]", operator("*", x, indicator(operator(">", y, number(0))))],
    ["{x if y ≤ 1, else −1}", { kind: "cases", condition: operator("≤", y, number(1)), value: x, otherwise: number(-1) }],
    ["0.5·Σ_j y", operator("*", sum(["j"], y), number(0.5))],
    ["(0.5·Σ_j y)·W_hidden", product("ik,kj->ij", operator("*", sum(["j"], y), number(0.5)), w)],
    ["(Σ_batch x) ⊙ y", operator("*", sum(["batch"], x), y)],
    ["x − Σ_j y", operator("-", x, sum(["j"], y))],
    ["−Σ_j x ⊙ y", operator("neg", sum(["j"], operator("*", x, y)))],
    ["Σ_batch x ⊙ y", sum(["batch"], operator("*", x, y))],
    ["max_batch,j(x)", call("max", [x], "batch,j")],
    ["(x + y)ᵀ", transpose(operator("+", x, y))],
    ["lr·∂loss/∂W_hidden", operator("*", lr, { kind: "derivative", of: "loss", by: "W_hidden" })],
  ])("%s", (expected, formula) => {
    expect(written(formula)).toBe(expected);
  });

  test.each<[string, string]>([
    ["ik,kj->ij", "x·W_hidden"],
    ["ki,kj->ij", "xᵀ·W_hidden"],
    ["ik,jk->ij", "x·W_hiddenᵀ"],
    ["ik,kj->ji", "W_hiddenᵀ·xᵀ"],
    ["kj,ik->ij", "W_hidden·x"],
    ["ik,k->i", "x·W_hidden"],
    ["k,jk->j", "x·W_hiddenᵀ"],
    ["i,i->", "x·W_hidden"],
    ["i,j->ij", "x ⊗ W_hidden"],
    ["i,j->ji", "W_hidden ⊗ x"],
    [",ij->ij", "x·W_hidden"],
    ["ij,->ji", "W_hidden·xᵀ"],
    ["ij,ij->ij", "x ⊙ W_hidden"],
    ["ij,ij->i", "Σ_j x ⊙ W_hidden"],
    ["bik,bkj->bij", "x·W_hidden"],
    ["bik,bjk->bij", "x·W_hiddenᵀ"],
    ["bik,kj->bij", "x·W_hidden"],
    ["bsi,bsj->ij", "Σ_k,l x[k,l,i]·W_hidden[k,l,j]"],
    ["ij,j->ij", "x[i,j]·W_hidden[j]"],
    ["bi,bi->b", "Σ_j x ⊙ W_hidden"],
  ])("contraction %s is %s", (spec, expected) => {
    expect(written(product(spec, x, w))).toBe(expected);
  });

  test("a product of matrices within other products", () => {
    expect(written(product("ik,kj->ij", operator("*", number(2), operator("-", x, y)), w))).toBe("2·(x − y)·W_hidden");
    expect(written(product("ki,kj->ij", x, operator("*", number(2), y)))).toBe("xᵀ·(2·y)");
    expect(written(operator("*", product("ik,kj->ij", x, w), y))).toBe("(x·W_hidden) ⊙ y");
    expect(written(operator("*", number(2), product("ik,kj->ij", x, w)))).toBe("2·x·W_hidden");
    expect(written(product("ik,kj->ij", x, product("ik,kj->ij", y, w)))).toBe("x·(y·W_hidden)");
  });
});

test("numbers are the shortest decimals of their f32", () => {
  expect([0.1, 1 / 3, 1e-5, 123456789, 0.5, 16777216].map((value) => shortest(Math.fround(value)))).toEqual([
    "0.1",
    "0.33333334",
    "0.00001",
    "123456792",
    "0.5",
    "16777216",
  ]);
  expect([1e-10, Infinity, NaN].map(shortest)).toEqual(["1e-10", "∞", "NaN"]);
});

const fraction = operator("*", operator("/", number(2), batch), product("ki,kj->ij", x, operator("-", variable("δ_out"), w)));

test("latex", () => {
  expect(print(fraction, latex)).toMatchInlineSnapshot(
    `"\\frac{2}{\\mathit{batch}} \\, x^{\\top} \\, \\left(\\delta_{\\mathit{out}} - W_{\\mathit{hidden}}\\right)"`,
  );
  expect(print(call("logSoftmax", [operator("^", variable("a_b_c"), number(2))]), latex)).toMatchInlineSnapshot(
    `"\\operatorname{logSoftmax}\\left(a_{b_{c}}^{2}\\right)"`,
  );
  expect(print({ kind: "derivative", of: "loss", by: "W_hidden" }, latex)).toMatchInlineSnapshot(
    `"\\frac{\\partial \\mathit{loss}}{\\partial W_{\\mathit{hidden}}}"`,
  );
});

test("html escapes what is not its own", () => {
  expect(print(fraction, html)).toMatchInlineSnapshot(
    `"2/<var>batch</var>·<var>x</var><sup>⊤</sup>·(<var>δ</var><sub><var>out</var></sub> − <var>W</var><sub><var>hidden</var></sub>)"`,
  );
  expect(print(indicator(operator("<", variable("a<b"), number(0))), html)).toMatchInlineSnapshot(`"[<var>a&lt;b</var> &lt; 0]"`);
});
