import { expect, test } from "vitest";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { negated, tidy } from "../../../compiler/formula/tidy.ts";
import { type Formula, number, operator, sum, variable } from "../../../compiler/formula/tree.ts";

const [x, y] = ["x", "y"].map((name) => variable(name)) as [Formula, Formula];
const batch: Formula = { ...variable("batch"), scalar: true };
const seen = (body: Formula): Formula => ({ kind: "view", body, shape: [2, 3], axes: [0], from: [2] });
const negative = (formula: Formula) => operator("neg", formula);
const inverse = (formula: Formula) => operator("/", number(1), formula);
const positive = operator(">", x, number(0));
const product = (a: Formula, b: Formula): Formula => ({ kind: "contraction", spec: "ij,jk->ik", args: [a, b] });
const cases = (value: Formula, otherwise: Formula): Formula => ({ kind: "cases", condition: positive, value, otherwise });

test.each<[string, Formula]>([
  ["x − y", operator("+", x, negative(y))],
  ["x + y", operator("-", x, negative(y))],
  ["x − 2", operator("+", x, number(-2))],
  ["x + y", operator("+", x, y)],
  ["x", operator("+", operator("-", x, number(1)), number(1))],
  ["x + 2", operator("+", operator("+", x, number(1)), number(1))],
  ["x − 3", operator("-", operator("+", x, number(-1)), number(2))],
  ["x + 0.5 + 0.25", operator("+", operator("+", x, number(0.5)), number(0.25))],
  ["x + y + 1", operator("+", operator("+", x, y), number(1))],
  ["x", operator("*", number(1), x)],
  ["−x ⊙ y", operator("*", negative(x), y)],
  ["x ⊙ y", operator("*", negative(x), negative(y))],
  ["x/y", operator("*", x, inverse(y))],
  ["y/x", operator("*", inverse(x), y)],
  ["x²", operator("*", x, x)],
  ["−x/y", operator("/", negative(x), y)],
  ["2·x", operator("*", x, number(2))],
  ["batch·2", operator("*", batch, number(2))],
  ["2·x ⊙ y", operator("*", number(4), operator("*", seen(operator("*", number(0.5), x)), y))],
  ["1/(batch·3)", operator("/", operator("/", number(1), batch), number(3))],
  ["6/batch", operator("*", number(2), operator("/", number(3), batch))],
  ["6/batch·x ⊙ y", operator("*", operator("*", x, operator("/", number(3), batch)), operator("*", number(2), y))],
  ["Σ_batch x", operator("*", number(4), sum(["batch"], operator("/", x, number(4))))],
  ["0.01·x", operator("/", number(Math.fround(0.001)), operator("/", number(Math.fround(0.1)), x))],
  ["1 / (3/x)", operator("/", number(1), operator("/", number(3), x))],
  ["x", negative(negative(x))],
  ["x − (y + x)", operator("+", x, seen(operator("-", negative(y), x)))],
  ["1 − 2·x", operator("-", operator("-", number(1), x), x)],
  ["2·Σ_batch x", sum(["batch"], operator("*", number(2), x))],
  ["−6·x·y", product(operator("*", number(2), x), negative(operator("*", number(3), y)))],
  ["x·y", product(negative(x), negative(y))],
  ["x / (2·y²)", operator("/", operator("/", x, y), operator("*", number(2), y))],
  ["x / (3·y²)", operator("/", operator("/", x, operator("*", number(3), y)), y)],
  ["x²", operator("/", operator("*", number(0.5), operator("^", x, number(2))), number(0.5))],
  ["2/batch·x", operator("*", number(2), operator("/", x, batch))],
  ["x^(−2/3)", operator("^", x, number(Math.fround(Math.fround(1 / 3) - 1)))],
  ["x^1.2345678", operator("^", x, number(1.2345678))],
  ["x³", { ...cases(operator("^", x, number(3)), number(0)), condition: operator("≠", x, number(0)) } as Formula],
  ["x ⊙ [x > 0]", cases(x, number(0))],
  ["y ⊙ [x ≤ 0]", cases(number(0), y)],
  ["[x > 0]", cases(number(1), number(0))],
  ["{x if x > 0, else y}", cases(x, y)],
])("%s", (expected, formula) => {
  expect(print(tidy(formula), text)).toBe(expected);
});

test("a condition is negated to the relation that holds where it fails", () => {
  const relations = ["=", "≠", "<", "≤", ">", "≥"] as const;
  expect(relations.map((relation) => print(negated(operator(relation, x, y)), text))).toEqual(["x ≠ y", "x = y", "x ≥ y", "x > y", "x ≤ y", "x < y"]);
  expect(print(negated(x), text)).toBe("¬x");
});
