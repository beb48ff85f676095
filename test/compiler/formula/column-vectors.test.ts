// A page with vectors as columns, evaluated: every matrix given as its transpose, what it says are the transposes of the interpreter's numbers.
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { pageOfColumns } from "../../../compiler/formula/column-vectors.ts";
import { writePage } from "../../../compiler/formula/page.ts";
import type { Formula } from "../../../compiler/formula/tree.ts";
import { readable } from "../../../compiler/index.ts";
import { partsToRead } from "../../../src/described.ts";
import { f32, i32, losses, type Model, model, nn } from "../../../src/index.ts";
import { interpretProgram } from "../../../src/interpret.ts";
import { openDefinition } from "../../../src/open.ts";

/** A number, a vector as one column, or a matrix by its rows. */
type Matrix = readonly (readonly number[])[];

const tabulate = (rows: number, columns: number, at: (i: number, j: number) => number): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(i, j)));
const widthOf = (x: Matrix): number => (x[0] as readonly number[]).length;
const at = (x: Matrix, i: number, j: number): number => (x[x.length === 1 ? 0 : i] as readonly number[])[widthOf(x) === 1 ? 0 : j] as number;

/** Element by element; a number goes everywhere, a column along all examples. */
function zip(f: (...xs: readonly number[]) => number, ...args: readonly Matrix[]): Matrix {
  const [rows, columns] = [Math.max(...args.map((x) => x.length)), Math.max(...args.map(widthOf))];
  return tabulate(rows, columns, (i, j) => f(...args.map((x) => at(x, i, j))));
}

const transposed = (x: Matrix): Matrix => tabulate(widthOf(x), x.length, (i, j) => (x[j] as readonly number[])[i] as number);

/** What the letters of a contraction say: a vector has one. */
function contracted(spec: string, x: Matrix, y: Matrix): Matrix {
  const [, first, second, result] = spec.match(/^(\w*),(\w*)->(\w*)$/) as unknown as [string, string, string, string];
  const sizes = new Map<string, number>();
  for (const [letters, value] of [
    [first, x],
    [second, y],
  ] as const)
    for (const [axis, letter] of [...letters].entries()) sizes.set(letter, axis === 0 ? value.length : widthOf(value));
  const summed = [...sizes.keys()].filter((letter) => !result.includes(letter));
  const sum = (known: ReadonlyMap<string, number>, left: readonly string[]): number => {
    const [letter, ...rest] = left;
    if (letter !== undefined)
      return Array.from({ length: sizes.get(letter) as number }, (_, value) => sum(new Map([...known, [letter, value]]), rest)).reduce(
        (a, b) => a + b,
      );
    const of = (letters: string, value: Matrix) =>
      (value[known.get(letters[0] ?? "") ?? 0] as readonly number[])[known.get(letters[1] ?? "") ?? 0] as number;
    return of(first, x) * of(second, y);
  };
  const size = (letter: string | undefined) => sizes.get(letter ?? "") ?? 1;
  return tabulate(size(result[0]), size(result[1]), (i, j) =>
    sum(
      new Map([
        [result[0] ?? "", i],
        [result[1] ?? " ", j],
      ]),
      summed,
    ),
  );
}

const functions: Readonly<Record<string, (x: number) => number>> = { tanh: Math.tanh, sigmoid: (x) => 1 / (1 + Math.exp(-x)), exp: Math.exp };

function evaluate(formula: Formula, known: ReadonlyMap<string, Matrix>): Matrix {
  const go = (part: Formula): Matrix => evaluate(part, known);
  switch (formula.kind) {
    case "number":
      return [[formula.value]];
    case "variable": {
      const value = known.get(formula.name);
      if (!value) throw new Error(`Nothing is known of ${formula.name}`);
      return value;
    }
    case "view":
    case "group":
    case "indicator":
      return go(formula.body);
    case "transpose":
      return transposed(go(formula.body));
    case "contraction":
      return contracted(formula.spec, go(formula.args[0]), go(formula.args[1]));
    case "sum": {
      const x = go(formula.body);
      return formula.over[0] === "batch"
        ? x.map((row) => [row.reduce((a, b) => a + b)])
        : transposed(transposed(x).map((column) => [column.reduce((a, b) => a + b)]));
    }
    case "operator": {
      const args = formula.args.map(go);
      const by: Readonly<Record<string, (...xs: readonly number[]) => number>> = {
        "+": (...xs) => xs.reduce((a, b) => a + b),
        "*": (...xs) => xs.reduce((a, b) => a * b),
        "-": (x = 0, y = 0) => x - y,
        "/": (x = 0, y = 0) => x / y,
        "^": (x = 0, y = 0) => x ** y,
        neg: (x = 0) => -x,
        ">": (x = 0, y = 0) => Number(x > y),
        "≠": (x, y) => Number(x !== y),
      };
      return zip(by[formula.op] as (...xs: readonly number[]) => number, ...args);
    }
    case "call": {
      const x = go(formula.args[0] as Formula);
      if (formula.name === "softmax") {
        const e = zip(Math.exp, x);
        const sums = transposed(e).map((column) => column.reduce((a, b) => a + b));
        return tabulate(e.length, widthOf(e), (i, j) => at(e, i, j) / (sums[j] as number));
      }
      // Three classes, a column for each example.
      if (formula.name === "onehot") return tabulate(3, widthOf(x), (i, j) => Number((x[0] as readonly number[])[j] === i));
      return zip(functions[formula.name] as (x: number) => number, x);
    }
    default:
      throw new Error(`No value of ${formula.kind}`);
  }
}

const numbers = (count: number, seed: number): number[] => Array.from({ length: count }, (_, at) => Math.round(Math.sin(seed + at * 1.7) * 64) / 64);
const table = (rows: number, columns: number, seed: number): number[][] => Array.from({ length: rows }, (_, row) => numbers(columns, seed + row * 9));

const net = (shape: (width: number) => ReturnType<typeof f32>): Model =>
  model("net", { x: shape(3), y: shape(2) }, ({ x, y }) => {
    const out = nn.sigmoid(nn.linear(nn.tanh(nn.linear(x, 4, { name: "one" })), 2, { name: "two" }));
    return { outputs: { out }, loss: losses.mse(out, y) };
  }) as Model;
const classes = model("classes", { x: f32("batch", 3), y: i32("batch") }, ({ x, y }) => {
  const z = nn.linear(nn.tanh(nn.linear(x, 4, { name: "one" })), 3, { name: "two" });
  return { outputs: { z }, loss: losses.crossEntropy(z, y) };
}) as Model;

test.each([
  ["one example", net((width) => f32(width)), { x: numbers(3, 1), y: numbers(2, 5) }, 2],
  ["a batch", net((width) => f32("batch", width)), { x: table(5, 3, 1), y: table(5, 2, 5) }, 2],
  ["classes", classes, { x: table(5, 3, 1), y: [0, 2, 1, 1, 0] }, 3],
] as const)("of %s", async (_, definition, inputs, out) => {
  const { program } = await openDefinition(definition);
  const parameters = { "one.weight": table(3, 4, 2), "one.bias": numbers(4, 3), "two.weight": table(4, out, 4), "two.bias": numbers(out, 6) };
  const expected = interpretProgram(program, inputs as never, { parameters });
  const column = (data: readonly number[]): Matrix => data.map((value) => [value]);
  const turned = (data: readonly number[] | readonly (readonly number[])[]): Matrix =>
    Array.isArray(data[0]) ? transposed(data as Matrix) : column(data as number[]);
  const isClasses = definition === classes;
  const known = new Map<string, Matrix>([
    ["x", turned(inputs.x)],
    // A number for each example stands in a row.
    ["y", isClasses ? [inputs.y as readonly number[]] : turned(inputs.y)],
    ["batch", [[inputs.x.length]]],
    ...Object.entries(parameters).map(([name, data]): [string, Matrix] => [
      name.replace(/(.*)\.(.)\w*/, (_, layer, kind) => `${kind === "w" ? "W" : "b"}_${layer}`),
      turned(data),
    ]),
  ]);
  const page = pageOfColumns(pageOf(partsToRead(readable(program))));
  const lines = [...page.forward, ...page.errors, ...page.gradients].filter(({ left }) => left.kind !== "variable" || left.name !== "loss");
  let compared = 0;
  for (const { left, right } of lines) {
    const value = evaluate(right, known);
    if (left.kind === "variable") known.set(left.name, value);
    if (left.kind !== "derivative") continue;
    const name = left.by.replace(/^(.)_(.*)/, (_, kind, layer) => `${layer}.${kind === "W" ? "weight" : "bias"}`);
    const gradient = expected.gradients.get(name) as Float64Array;
    const own = left.by.startsWith("W") ? transposed(value).flat() : value.flat();
    expect(own).toHaveLength(gradient.length);
    for (const [position, each] of own.entries()) expect(each).toBeCloseTo(gradient[position] as number, 9);
    compared++;
  }
  expect(compared).toBe(4);
  expect(writePage(page, "text")).toMatch(/W_one·x \+ b_one/);
});

test("the conventions say nothing of rows", async () => {
  const { conventions } = pageOfColumns(pageOf(partsToRead(readable((await openDefinition(classes)).program))));
  expect(conventions.filter((each) => /rows|along the last ones/.test(each))).toEqual([]);
  expect(conventions.join("\n")).toContain("Σ_batch over the examples");
});
