import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differentiate } from "../../../../compiler/calculus/differentiate.ts";
import { toGraph } from "../../../../compiler/frontend/scalar/to-graph.ts";
import type { ScalarFunction } from "../../../../compiler/frontend/scalar/tree.ts";
import { evaluate, valueAt } from "../../../../compiler/interpret.ts";
import type { Node } from "../../../../compiler/ir/node.ts";
import * as build from "../../../../compiler/ops/build.ts";
import { scalars } from "../../../../compiler/ops/elementwise.ts";
import { createGraph } from "../../../../compiler/ops/table.ts";
import { stabilise } from "../../../../compiler/passes/stabilise.ts";
import { parsers } from "../../../support/parsers.ts";

type Columns = readonly (readonly number[])[];

function sourcesOf(names: readonly string[], columns: Columns) {
  return new Map(names.map((name, i) => [name, { shape: [columns[i]?.length ?? 0], data: columns[i] ?? [] }]));
}

/** Values of the function's graph, one for each row of `columns`. */
function run({ parameters, body }: ScalarFunction, columns: Columns, round?: "f32"): number[] {
  const graph = createGraph();
  const args = parameters.map((name) => build.input(graph, name, "f32", [columns[0]?.length ?? 0]));
  const result = toGraph(body, args, graph);
  return [...valueAt(evaluate([result], { sources: sourcesOf(parameters, columns), ...(round && { round }) }), result).data];
}

/** d f / d x of a function of x at `points`. */
function slope({ body }: ScalarFunction, points: readonly number[], round?: "f32"): number[] {
  const graph = createGraph();
  const x = build.input(graph, "x", "f32", [points.length]);
  const [gradient] = differentiate(build.sum(toGraph(body, [x], graph), [0]), [x]);
  const values = evaluate([gradient as Node], { sources: sourcesOf(["x"], [points]), ...(round && { round }) });
  return [...valueAt(values, gradient as Node).data];
}

const special = [0, -0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 1, -1, 2, -3, 1e-10, -1e-10, 0.1, 7.25, -19.5, Infinity, -Infinity, NaN];
const anyNumber = fc.float({ noNaN: true });
const points = [...special, ...fc.sample(anyNumber, { seed: 7, numRuns: 60 })];
const pairs = [
  ...special.flatMap((x) => special.map((y) => [x, y] as const)),
  ...fc.sample(fc.tuple(anyNumber, anyNumber), { seed: 8, numRuns: 200 }),
];

/** Equal, with the sign of zero; 1e-7 relative, because constants of the graph are f32. */
function expectSame(actual: number, expected: number, where: string): void {
  if (!Number.isFinite(expected) || expected === 0) expect(actual, where).toBe(expected);
  else expect(Math.abs(actual - expected) / Math.abs(expected), `${where}: ${actual} for ${expected}`).toBeLessThan(1e-7);
}

type Unary = (x: number) => number;
type Binary = (x: number, y: number) => number;

/** The functions of `Math` that are ops, as arrows. */
const ofMath = Object.values(scalars).flatMap(({ name, inMath }) => (inMath ? [new Function(`return (x) => Math.${name}(x)`)() as Unary] : []));

const unary: readonly Unary[] = [
  ...ofMath,
  (x) => Math.log10(x),
  (x) => Math.round(x),
  (x) => Math.sign(x),
  (x) => Math.tan(x),
  (x) => x ** 2,
  (x) => x ** -1,
  (x) => x ** 0,
  (x) => 1 ** x,
  (x) => (-1) ** x,
  (x) => 2 ** x,
  (x) => Math.PI * x,
  (x) => x / Math.E,
  (x) => -x,
  (x) => +x,
  (x) => (x ? 1 : 2),
  (x) => (!x ? 1 : 2),
  (x) => x && 3,
  (x) => x || 3,
  (x) => (x > 0 && x < 2 ? x : -x),
  (x) => (x === Infinity || !(x < 1) ? 5 : x),
  (x) => (1 - 0.999) * x,
  (x) => Math.hypot(x),
  (x) => {
    if (x > 1) return x;
    const square = x * x;
    if (square > 0.1) {
      if (x < 0) return square;
    } else return 7;
    return 1 + square;
  },
];

const binary: readonly Binary[] = [
  (x, y) => x + y,
  (x, y) => x - y,
  (x, y) => x * y,
  (x, y) => x / y,
  (x, y) => x ** y,
  (x, y) => Math.max(x, y),
  (x, y) => Math.min(x, y, 1),
  (x, y) => Math.hypot(x, y),
  (x, y) => (x < y ? 1 : x <= y ? 2 : x >= y ? 3 : 4),
  (x, y) => (x === y ? 1 : x !== -y ? 2 : 0),
  (x, y) => (x && y ? 1 : x || y ? 2 : 3),
];

describe("the graph of an arrow gives what the arrow gives", () => {
  test.each(unary.map((f) => [String(f), f] as const))("%s", (text, f) => {
    const actual = run(parsers.fromFunction(f), [points]);
    for (const [i, x] of points.entries()) expectSame(actual[i] as number, f(x), `${text} at ${Object.is(x, -0) ? "-0" : x}`);
  });

  test.each(binary.map((f) => [String(f), f] as const))("%s", (text, f) => {
    const actual = run(parsers.fromFunction(f), [pairs.map(([x]) => x), pairs.map(([, y]) => y)]);
    for (const [i, [x, y]] of pairs.entries()) expectSame(actual[i] as number, f(x, y), `${text} at ${x}, ${y}`);
  });
});

describe("in f32", () => {
  test("Math.round is right just below a half and where every number is whole", () => {
    const points = [0.49999997, -0.49999997, 8388609, -8388609, 16777215, 4194304.5];
    expect(
      run(
        parsers.fromFunction((x: number) => Math.round(x)),
        [points],
        "f32",
      ),
    ).toEqual([0, -0, 8388609, -8388609, 16777215, 4194305]);
  });

  test("Math.hypot, cosh and sinh do not overflow before their results do", () => {
    expect(
      run(
        parsers.fromFunction((x: number) => Math.hypot(x, x)),
        [[1e30, 1e-30]],
        "f32",
      ).map((y, i) => y / ([1e30, 1e-30][i] as number)),
    ).toEqual([expect.closeTo(Math.SQRT2, 6), expect.closeTo(Math.SQRT2, 6)]);
    const ends = [89, -89];
    expect(
      run(
        parsers.fromFunction((x: number) => Math.cosh(x)),
        [ends],
        "f32",
      ).every(Number.isFinite),
    ).toBe(true);
    expect(
      run(
        parsers.fromFunction((x: number) => Math.sinh(x)),
        [ends],
        "f32",
      ).every(Number.isFinite),
    ).toBe(true);
  });

  test("Math.sinh keeps its relative accuracy near 0", () => {
    const [value] = run(
      parsers.fromFunction((x: number) => Math.sinh(x)),
      [[1e-6]],
      "f32",
    );
    expect((value as number) / 1e-6).toBeCloseTo(1, 6);
  });
});

const sigma = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

describe("a power of e is exp: what is made of it is recognised, in f32", () => {
  const far = [-100, -1, 0, 1, 100];
  const forms: readonly [string | Unary, Unary, Unary][] = [
    ["1/(1+e^(-x))", sigma, (x) => sigma(x) * sigma(-x)],
    ["x/(1+e^-x)", (x) => x * sigma(x), (x) => sigma(x) + x * sigma(x) * sigma(-x)],
    ["x*e^x/(1+e^x)", (x) => x * sigma(x), (x) => sigma(x) + x * sigma(x) * sigma(-x)],
    ["log(1+e^x)", softplus, sigma],
    ["log(1+pow(e, x))", softplus, sigma],
    ["log(1+exp(1)^x)", softplus, sigma],
    ["(e^x-e^(-x))/(e^x+e^(-x))", Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
    ["e^(-e^(-x^2))", (x) => Math.exp(-Math.exp(-x * x)), (x) => 2 * x * Math.exp(-x * x) * Math.exp(-Math.exp(-x * x))],
    [(x) => 1 / (1 + Math.E ** -x), sigma, (x) => sigma(x) * sigma(-x)],
    [(x) => 1 / (1 + Math.E ** -x), sigma, (x) => sigma(x) * sigma(-x)],
  ];
  test.each(forms.map(([f, ...rest]) => [String(f), f, ...rest] as const))("%s", (_, f, value, derivative) => {
    const read = typeof f === "string" ? parsers.fromFormula(f) : parsers.fromFunction(f);
    const graph = createGraph();
    const x = build.input(graph, "x", "f32", [far.length]);
    const { image } = stabilise([toGraph(read.body, [x], graph)]);
    const stable = image(toGraph(read.body, [x], graph));
    const values = valueAt(evaluate([stable], { sources: sourcesOf(["x"], [far]), round: "f32" }), stable).data;
    const slopes = slope(read, far, "f32");
    for (const [i, at] of far.entries()) {
      expect(values[i], `at ${at}`).toBeCloseTo(value(at), 5);
      expect(slopes[i], `slope at ${at}`).toBeCloseTo(derivative(at), 5);
    }
  });

  test("e alone is a number, and e^80 has the error of exp(80)", () => {
    expect(parsers.fromFormula("e").body).toEqual({ kind: "literal", value: Math.E });
    const [value] = run(parsers.fromFormula("e^x"), [[80]], "f32");
    expect((value as number) / Math.exp(80)).toBeCloseTo(1, 7);
  });
});

describe("slopes of exponentials, in f32", () => {
  const small = [1e-6, -1e-3, 0.1];
  const large = [-89, 89];
  test.each<[string, Unary, Unary, readonly number[]]>([
    ["cosh", (x) => Math.cosh(x), Math.sinh, [...small, ...large]],
    ["sinh", (x) => Math.sinh(x), Math.cosh, [...small, ...large]],
    ["expm1", (x) => Math.expm1(x), Math.exp, [...small, -80, -20, 88]],
    ["log(cosh)", (x) => Math.log(Math.cosh(x)), Math.tanh, [-1e4, -100, -1, 1, 100, 1e4]],
  ])("%s", (_, f, derivative, at) => {
    const slopes = slope(parsers.fromFunction(f), at, "f32");
    // Of log(cosh) 1e-7 of an absolute 1, of the others 1e-7 relative.
    for (const [i, x] of at.entries()) expect((slopes[i] as number) / derivative(x), `at ${x}`).toBeCloseTo(1, 6);
  });

  test("at infinity they are infinite", () => {
    for (const f of [Math.cosh, Math.sinh]) {
      const slopes = slope(parsers.fromFormula(`${f.name}(x)`), [-1e4, 1e4], "f32");
      expect(slopes.map(Math.abs)).toEqual([Infinity, Infinity]);
    }
  });
});

describe("gradients at kinks", () => {
  test("steps have none, Math.sign neither", () => {
    for (const f of [Math.round, Math.ceil, Math.sign].map((step) => new Function("x", `return Math.${step.name}(x) + 0 * x`) as Unary)) {
      expect(slope(parsers.fromFunction(f), [0, -0, 0.5, 3]), String(f)).toEqual([0, 0, 0, 0]);
    }
  });

  test("Math.hypot has 0 at the origin and x/h elsewhere", () => {
    const [origin, positive, negative] = slope(
      parsers.fromFunction((x: number) => Math.hypot(x, 2 * x)),
      [0, 3, -3],
    );
    expect(origin).toBe(0);
    expect(positive).toBeCloseTo(Math.sqrt(5), 12);
    expect(negative).toBeCloseTo(-Math.sqrt(5), 12);
  });
});

describe("dtypes", () => {
  test("a comparison gives bool, a bool counts as 0 and 1 in arithmetic, an i32 as f32", () => {
    const graph = createGraph();
    const count = build.input(graph, "count", "i32", [2]);
    const compared = toGraph(parsers.fromFunction((x: number) => x > 1).body, [count], graph);
    const counted = toGraph(parsers.fromFormula("(x > 1) + x").body, [count], graph);
    expect([compared.dtype, counted.dtype]).toEqual(["bool", "f32"]);
    const sources = new Map([["count", { dtype: "i32" as const, shape: [2], data: [1, 2] }]]);
    expect([...valueAt(evaluate([counted], { sources }), counted).data]).toEqual([1, 3]);
  });

  test("a tree that shares its parts stays small", () => {
    const lines = Array.from({ length: 60 }, (_, i) => `const a${i + 1} = a${i} + a${i};`).join("");
    const f = new Function("a0", `${lines} return a60`) as Unary;
    expect(run(parsers.fromFunction(f), [[1]])).toEqual([2 ** 60]);
  });
});
