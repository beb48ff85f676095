import { describe, expect, test } from "vitest";
import { overflowOf } from "../../../../compiler/frontend/scalar/overflow.ts";
import { parsers } from "../../../support/parsers.ts";

const { fromFormula } = parsers;
const found = (formula: string, slopes = true) => overflowOf(fromFormula(formula), slopes);

describe("a formula that f32 loses is found, with the part that is not finite first", () => {
  test.each([
    ["1/cosh(v)^2", "slope", NaN, "v = 100", "cosh(v)", Infinity],
    ["1/cosh(v)", "slope", NaN, "v = 100", "sinh(v)", Infinity],
    ["sqrt(v*v)", "slope", NaN, "v = 0", "1 / (2·√(v²))", Infinity],
    ["abs(v)^0.5", "slope", NaN, "v = 0", "1 / √(|v|)", Infinity],
    ["exp(-exp(v))", "slope", NaN, "v = 100", "exp(v)", Infinity],
    ["exp(v)/(exp(v)+exp(-v))", "value", NaN, "v = 100", "exp(v)", Infinity],
    ["exp(v)*exp(-v)", "value", Infinity, "v = 100", "exp(v)", Infinity],
    ["v < 200 ? 1/(exp(v) - 1) : 0", "slope", NaN, "v = 100", "exp(v)", Infinity],
    ["log(v + sqrt(v^2 + 1))", "value", -Infinity, "v = -10000", "log(v + √(v² + 1))", -Infinity],
    ["1/(1 + v^12)", "slope", NaN, "v = 10000", "v¹¹", Infinity],
    ["exp(-1/v)", "slope", NaN, "v = 0", "−1/v", -Infinity],
    ["sqrt(a*a + b*b)", "slope by a", NaN, "a = 0, b = 0", "1 / (2·√(a² + b²))", Infinity],
  ] as const)("%s", (formula, what, result, at, part, is) => {
    expect(found(formula)).toEqual({ what, result, at, part, is });
  });

  test("slopes are looked at only where they are wanted", () => {
    expect(found("1/cosh(v)^2", false)).toBeUndefined();
    expect(found("exp(v)*exp(-v)", false)).toBeDefined();
  });
});

// Beyond f32 or without a value in f64 too: the function's own affair. The others are recognised, or fine as they are.
describe("usual formulas are not", () => {
  test.each([
    ...["exp(v)", "cosh(v)", "v^10", "1/v", "log(v)", "v*log(v)", "sqrt(v)", "sqrt(1-v^2)", "v^(2/3)", "tan(v)", "x^y", "a/b", "a*exp(-b)"],
    ...["log(cosh(v))", "v*exp(v)/(1+exp(v))", "1/(1+exp(-v))", "log(1+e^v)", "v*tanh(log(1+exp(v)))", "2/(1+exp(-2v))-1", "log(1+exp(-v*y))"],
    ...["v > 0 ? v : exp(v)-1", "v == 0 ? 1 : sin(v)/v", "v > 0 ? v*log(v) : 0", "max(0,v)", "abs(v)", "v/(1+abs(v))", "log(abs(v)+1)"],
    ...["0.5*v*(1+tanh(0.79*(v+0.044*v^3)))", "exp(-v^2/2)", "exp(-((x-m)/s)^2)", "(p-y)^2", "abs(p-y)", "-(y*log(p)+(1-y)*log(1-p))"],
    ...["sqrt(v^2+1)-1", "p - y*log(p)", "exp(p) - y*p", "hypot(a,b)", "2", "v > 0"],
  ])("%s", (formula) => {
    expect(found(formula)).toBeUndefined();
  });
});
