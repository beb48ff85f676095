// The gradient rules of scalar ops against mathjs, which differentiates their formulas by rules of its own.
import { derivative } from "mathjs";
import { describe, expect, test } from "vitest";
import { evaluate, valueAt } from "../../../compiler/interpret.ts";
import { make } from "../../../compiler/ir/graph.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import * as build from "../../../compiler/ops/build.ts";
import { elementwise, fromScalars } from "../../../compiler/ops/elementwise.ts";
import type { Op } from "../../../compiler/ops/op.ts";
import type { ScalarRecord } from "../../../compiler/ops/scalar.ts";
import { createGraph } from "../../../compiler/ops/table.ts";

type ScalarOp = keyof typeof elementwise;

/** An op as mathjs writes it, in x and y, and where both have a slope. */
interface Judged {
  readonly formula: string;
  readonly x: readonly number[];
  readonly y?: readonly number[];
}

const smooth = [-3.7, -1.25, -0.5, -0.01, 0.02, 0.4, 1, 2.5, 6];
const positive = [0.01, 0.4, 1, 2.5, 30];
const others = [-2.3, -0.7, 0.3, 1.9, 4];

/** The operands of the samples at which finite differences can judge. */
const smoothArguments = (samples: ScalarRecord["samples"]) => samples.flatMap(({ smooth, inputs: [x] }) => (smooth !== false && x ? x.data : []));

function isKnown(formula: string): boolean {
  try {
    return derivative(formula, "x") !== undefined;
  } catch {
    return false;
  }
}

/** How mathjs writes each scalar op, or why it cannot judge it; where nothing is said, by the name of the op. */
const oracles: Readonly<Record<ScalarOp, Judged | string>> = {
  ...fromScalars(({ gradient, samples, domain }, name) => {
    if (!gradient) return "a step, which has no gradient";
    if (!isKnown(`${name}(x)`)) return "no derivative in mathjs: finite differences judge it";
    return { formula: `${name}(x)`, x: domain ? smoothArguments(samples) : smooth };
  }),
  compare: "a step, which has no gradient",
  add: { formula: "x + y", x: smooth, y: others },
  sub: { formula: "x - y", x: smooth, y: others },
  mul: { formula: "x * y", x: smooth, y: others },
  div: { formula: "x / y", x: smooth, y: others },
  pow: { formula: "x ^ y", x: positive, y: others },
  neg: { formula: "-x", x: smooth },
  minimum: { formula: "(x + y - abs(x - y)) / 2", x: smooth, y: others },
  maximum: { formula: "(x + y + abs(x - y)) / 2", x: smooth, y: others },
  log1p: { formula: "log(1 + x)", x: positive },
  expm1: { formula: "exp(x) - 1", x: smooth },
  sigmoid: { formula: "1 / (1 + exp(-x))", x: smooth },
  softplus: { formula: "log(1 + exp(x))", x: smooth },
  where: "no derivative of conditions in mathjs: kinks.test.ts judges it",
  cast: "f32 to f32 alone has a gradient, that of x itself",
};

/** All pairs of the values, as one column for each operand. */
function grid({ x, y }: Judged): number[][] {
  if (!y) return [[...x]];
  const pairs = x.flatMap((a) => y.map((b) => [a, b] as const));
  return [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
}

/** The gradient of each operand by the op's rule, for g = 1 everywhere. */
function gradients(op: ScalarOp, columns: readonly (readonly number[])[]): (readonly number[])[] {
  const graph = createGraph();
  const length = columns[0]?.length ?? 0;
  const xs = columns.map((_, i) => build.input(graph, `x${i}`, "f32", [length]));
  const y = make(op, xs, {} as never, graph);
  const nodes = (elementwise[op] as Op).gradient?.(build.fill(y, 1), xs, y, {}) ?? [];
  const sources = new Map(columns.map((data, i) => [`x${i}`, { shape: [length], data }]));
  const values = evaluate(nodes as Node[], { sources });
  return nodes.map((node) => [...valueAt(values, node as Node).data]);
}

const judged = Object.entries(oracles).flatMap(([op, oracle]): [ScalarOp, Judged][] =>
  typeof oracle === "string" ? [] : [[op as ScalarOp, oracle]],
);

// Both are a few operations in f64. Above 0, `log(1 + x)` loses no digits at these points.
const tolerance = 1e-13;

describe("gradients of scalar ops equal those of mathjs, to 1e-13 of their size", () => {
  test.each(judged)("%s", (op, oracle) => {
    const columns = grid(oracle);
    gradients(op, columns).forEach((gradient, operand) => {
      const slope = derivative(oracle.formula, operand === 0 ? "x" : "y", { simplify: false }).compile();
      gradient.forEach((value, i) => {
        const expected: number = slope.evaluate({ x: columns[0]?.[i], y: columns[1]?.[i] });
        expect(Math.abs(value - expected), `at ${columns.map((column) => column[i])}: ${value}, not ${expected}`).toBeLessThanOrEqual(
          tolerance * Math.max(1, Math.abs(expected)),
        );
      });
    });
  });
});

test("every scalar op is judged, or it is said why not", () => {
  expect(Object.keys(oracles).sort()).toEqual(Object.keys(elementwise).sort());
});
