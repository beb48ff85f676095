import { describe, expect, test } from "vitest";
import { evaluate, valueAt } from "../../../compiler/interpret.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { withoutBodies } from "../../../compiler/ir/walk.ts";
import * as b from "../../../compiler/ops/build.ts";
import type { Op } from "../../../compiler/ops/op.ts";
import { opOf, ops } from "../../../compiler/ops/table.ts";
import { smoothRules } from "../../../compiler/passes/rules/smooth.ts";
import { stabilise } from "../../../compiler/passes/stabilise.ts";
import { rewrite } from "../../../compiler/rewrite/rewrite.ts";
import { cases } from "./rule-cases.ts";
import { softmax } from "./rule-graphs.ts";
import { sourcesOf } from "./sources.ts";

// Zeros of both signs, ties within a row, and both ends of the range where the naive formula still has a gradient in f64.
const grid = [0, -0, 1, 1, 1, -0.5, 20, -20, 3];

/** The gradient of the sum of y by x, by the chain rule alone: `differentiate` would stabilise first. */
function chainRule(y: Node, x: Node): Node {
  const adjoints = new Map<Node, Node>([[y, b.fill(y, 1)]]);
  for (const node of withoutBodies([y]).reverse()) {
    const g = adjoints.get(node);
    const gradients = g ? ((ops[opOf(node)] as unknown as Op).gradient?.(g, node.inputs, node, node.params as never) ?? []) : [];
    for (const [i, part] of gradients.entries()) {
      const input = node.inputs[i] as Node;
      const known = adjoints.get(input);
      if (part) adjoints.set(input, known ? b.add(known, part) : part);
    }
  }
  return adjoints.get(x) as Node;
}

const valuesAt = (roots: readonly Node[], data: readonly number[], round?: "f32") => {
  const sources = new Map(["x", "y"].map((name) => [name, { shape: [3, 3], data }]));
  const values = evaluate(roots, { sizes: { batch: 3 }, sources, ...(round ? { round } : {}) });
  return roots.map((root) => valueAt(values, root).data);
};

describe.each(smoothRules)("$name", (rule) => {
  const before = cases[rule.name]?.fires(sourcesOf()) as Node;
  const after = rewrite([before], [rule]).image(before);

  test("value and gradient are those of the formula, relative error < 1e-8 in f64", () => {
    const { x } = sourcesOf();
    const [value, gradient, stable, stableGradient] = valuesAt([before, chainRule(before, x), after, chainRule(after, x)], grid) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    // At ±20 the formula itself has lost e^20·2^-53 = 5e-8 of an absolute 1.
    for (const at of value.keys()) {
      expect(Math.abs((stable[at] as number) - (value[at] as number))).toBeLessThan(1e-8 * Math.max(1, Math.abs(value[at] as number)) + 1e-7);
      expect(Math.abs((stableGradient[at] as number) - (gradient[at] as number))).toBeLessThan(
        1e-8 * Math.max(1, Math.abs(gradient[at] as number)) + 1e-7,
      );
    }
  });
});

describe("stabilise", () => {
  test.each([
    ["x/(1 + e^-x)", (x: Node) => b.div(x, b.add(b.fill(x, 1), b.exp(b.neg(x))))],
    ["log(e^x/Σe^x)", cases["log(e/Σe) = x - log(Σe)"]?.fires as unknown as (x: Node) => Node],
    ["log Σ e^x", (x: Node) => b.log(b.sum(b.exp(x), [1]))],
    ["e^-x/Σe^-x", (x: Node) => softmax(b.neg(x))],
    ["log(1/(1 + e^-x))", (x: Node) => b.log(b.div(b.fill(x, 1), b.add(b.fill(x, 1), b.exp(b.neg(x)))))],
    ["(e^2x - 1)/(e^2x + 1)", (x: Node) => b.div(b.sub(b.exp(b.add(x, x)), b.fill(x, 1)), b.add(b.exp(b.add(x, x)), b.fill(x, 1)))],
  ] as const)("%s has a finite f32 gradient at -450 and 450", (name, formula) => {
    const { x } = sourcesOf();
    const y = name === "log(e^x/Σe^x)" ? (formula as unknown as (sources: unknown) => Node)(sourcesOf()) : formula(x);
    const stable = stabilise([y]).image(y);
    const data = [-450, 450, 0, 450, 450, -450, -450, -450, -450];
    const [gradient] = valuesAt([chainRule(stable, x)], data, "f32") as [Float64Array];
    expect([...gradient].every(Number.isFinite)).toBe(true);
  });

  test("values that are differentiated by stay", () => {
    const { x } = sourcesOf();
    const e = b.exp(b.neg(x));
    const y = b.div(b.fill(x, 1), b.add(b.fill(x, 1), e));
    expect(withoutBodies([stabilise([y]).image(y)])).not.toContain(e);
    expect(withoutBodies([stabilise([y, e], [e]).image(y)])).toContain(e);
  });
});
