import { evaluate as mathEvaluate } from "mathjs/number";
import { describe, expect, test } from "vitest";
import { toGraph } from "../../../../compiler/frontend/scalar/to-graph.ts";
import { literal } from "../../../../compiler/frontend/scalar/tree.ts";
import { evaluate, valueAt } from "../../../../compiler/interpret.ts";
import * as build from "../../../../compiler/ops/build.ts";
import { createGraph } from "../../../../compiler/ops/table.ts";
import { GradcError } from "../../../../runtime/error.ts";
import { parsers } from "../../../support/parsers.ts";

function formulaAt(text: string, values: Readonly<Record<string, number>>): number {
  const { parameters, body } = parsers.fromFormula(text);
  const graph = createGraph();
  const result = toGraph(
    body,
    parameters.map((name) => build.input(graph, name, "f32", [])),
    graph,
  );
  const sources = new Map(parameters.map((name) => [name, { shape: [], data: [values[name] as number] }]));
  return valueAt(evaluate([result], { sources }), result).data[0] as number;
}

function refusal(text: string): GradcError {
  try {
    parsers.fromFormula(text);
  } catch (error) {
    if (error instanceof GradcError) return error;
    throw error;
  }
  throw new Error(`${text.slice(0, 40)} was translated`);
}

describe("a formula means what mathjs says", () => {
  test.each([
    "(p - y)^2",
    "-p^2",
    "2 p / 3 y",
    "p^2^y",
    "1 / (1 + exp(-p))",
    "max(p, y, 1) - min(p, y)",
    "p < y ? p : y * 2",
    "sqrt(p) * log(y) + tanh(p - y)",
    "abs(p - y) >= 1 and p > 0 ? 1 : 0",
    "hypot(p, y)",
    "+p - -y",
    "pi * p + e",
  ])("%s", (text) => {
    for (const values of [
      { p: 0.5, y: 2 },
      { p: 3, y: 0.25 },
    ]) {
      // The graph's constants are f32.
      expect(formulaAt(text, values) / mathEvaluate(text, { ...values })).toBeCloseTo(1, 6);
    }
  });

  test("chains of comparisons", () => {
    const inside = parsers.fromFormula("0 < x <= 1").body;
    expect(inside).toMatchObject({ operation: "and", operands: [{ operation: "lt" }, { operation: "le" }] });
    expect([-1, 0, 0.5, 1, 2].map((x) => formulaAt("0 < x <= 1", { x }))).toEqual([0, 0, 1, 1, 0]);
  });
});

describe("names", () => {
  test("parameters stand in order of first appearance, constants left out", () => {
    expect(parsers.fromFormula("y * (p + delta) - y", { delta: 1 }).parameters).toEqual(["y", "p"]);
    expect(parsers.fromFormula("i + constructor + __proto__ + toString").parameters).toEqual(["i", "constructor", "__proto__", "toString"]);
  });

  test("pi and e are numbers unless there are arguments for them", () => {
    expect(parsers.fromFormula("pi * e").body).toEqual(literal(Math.PI * Math.E));
    expect(parsers.fromFormula("pi * e", {}, 2).parameters).toEqual(["pi", "e"]);
    expect(parsers.fromFormula("2 pi r", {}, 1).parameters).toEqual(["r"]);
    expect(parsers.fromFormula("e", { e: 1 }).body).toEqual(literal(1));
  });
});

describe("what is refused", () => {
  test.each([
    "gamma(x)",
    "toString(x)",
    "constructor(x)",
    "x!",
    "x % 2",
    "x'",
    "[x]",
    "x[1]",
    "x.y",
    "x = 2",
    "f(x) = x",
    "x; y",
    '"x"',
    "",
    "max()",
    "sin(x, y)",
    "import(x)",
    "(x -> x)(1)",
    "add(x, y)",
  ])("%s", (text) => {
    expect(["untranslatable", "syntax-error"]).toContain(refusal(text).code);
  });

  test.each([
    ["v×2", "×", "write * for a product"],
    ["v÷2", "÷", "write / for a quotient"],
    ["v − 2", "−", "write - for a difference"],
    ["5%", "%", "write / 100"],
    ["5% v", "%", "write / 100"],
    ["Math.sin(v)", "Math.sin", "write sin"],
    ["Math.PI * v", "Math.PI", "write pi"],
    ["exp(v)(3)", ")(", "write * between"],
    ["2 exp(v)(3)", ")(", "write * between"],
    ["-exp(v)(3)", ")(", "write * between"],
    ["(v + 1)(v - 1)", ")(", "write * between"],
    ["(v)(2) v", ")(", "write * between"],
  ])("%s: what it may not mean is said", (text, construct, reason) => {
    const { code, message } = refusal(text);
    expect([code, message]).toEqual([
      "untranslatable",
      expect.stringMatching(new RegExp(`^Cannot translate "${construct.replace(/\W/g, "\\$&")}" in .*: .*${reason.replace("*", "\\*")}`)),
    ]);
  });

  test.each(["2x", "2(x + 1)", "2 x y", "2 (x) - 1", "(x + 1) y", "2 exp(x)", "(x) exp(y)"])("%s is a product", (text) => {
    expect(() => parsers.fromFormula(text)).not.toThrow();
  });

  test.each(["", "  ", "\n", "# nothing"])("%j is empty", (text) => {
    expect(refusal(text)).toMatchObject({ code: "syntax-error", message: "Cannot read the formula: it is empty" });
  });

  test("text that is no formula, with the place", () => {
    const error = refusal("x + * 2");
    expect([error.code, error.message]).toEqual(["syntax-error", expect.stringContaining("char 5")]);
  });

  test("hostile texts, in bounded time", () => {
    const start = performance.now();
    const texts = [
      `${"(".repeat(4000)}x${")".repeat(4000)}`,
      `${"-".repeat(9000)}x`,
      `${"x^".repeat(4900)}x`,
      `${"x+".repeat(4900)}x`,
      `${"1/2(".repeat(900)}x${")".repeat(900)}`,
      `${"x?1:".repeat(2000)}x`,
      "x".repeat(1e6),
    ];
    for (const text of texts) expect(refusal(text).code).toBe("untranslatable");
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
