import { expect, test } from "vitest";
import { differentiate } from "../../../compiler/calculus/differentiate.ts";
import { formulaOf, reference } from "../../../compiler/describe/outline.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { toGraph } from "../../../compiler/frontend/scalar/to-graph.ts";
import * as build from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import { simplify } from "../../../compiler/passes/simplify.ts";
import { parsers } from "../../support/parsers.ts";

const { fromFormula, fromFunction } = parsers;

/** The derivatives of a formula by x and by y, where it has one, as they are printed. */
function slopes(f: string | ((x: number, y: number) => number)): string[] {
  const { parameters, body } = typeof f === "string" ? fromFormula(f) : fromFunction(f);
  const graph = createGraph();
  const args = parameters.map((name) => build.input(graph, name, "f32", [3]));
  const gradients = differentiate(build.sum(toGraph(body, args, graph), [0]), args);
  const names = new Map(args.map((node, i) => [node, reference(node, parameters[i] as string)]));
  return gradients.map((node) => print(formulaOf(simplify([node]).image(node), names), text));
}

// A guard that always holds or never is not printed, and 1^NaN is a matter of JavaScript's `**` alone.
test.each([
  ["e^x", ["exp(x)"]],
  ["2^x", ["log(2)·2^x"]],
  ["x^3", ["3·x²"]],
  ["x^y", ["y ⊙ x^(y − 1) ⊙ [y ≠ 0]", "x^y ⊙ log(x) ⊙ [¬and(y ≥ 0, x = 0)]"]],
  ["pow(x, y)", ["y ⊙ x^(y − 1) ⊙ [y ≠ 0]", "x^y ⊙ log(x) ⊙ [¬and(y ≥ 0, x = 0)]"]],
  ["x > 0 ? log(x) : 0", ["[x > 0] / x"]],
  ["not (x > 0) ? 0 : sqrt(x)", ["[x > 0] / (2·√(x))"]],
] as const)("%s", (formula, printed) => {
  expect(slopes(formula)).toEqual(printed);
});

test("x ** y of JavaScript has one test, of |x| = 1", () => {
  expect(slopes((x, y) => x ** y)[0]).toBe("y ⊙ x^(y − 1) ⊙ [or(|x| ≠ 1, |y| < ∞)] ⊙ [y ≠ 0]");
});
