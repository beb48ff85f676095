// What is said of rules is so: each op with a gradient has one, each form is one that there is, and the derivatives in words are those of the ops.
import { evaluate } from "mathjs";
import { describe, expect, test } from "vitest";
import { formRules } from "../../../compiler/derivation/form-rules.ts";
import { nameOf } from "../../../compiler/derivation/latex.ts";
import { opRules } from "../../../compiler/derivation/op-rules.ts";
import { forms } from "../../../compiler/describe/forms.ts";
import { scalarNamed } from "../../../compiler/ops/elementwise.ts";
import { ops as records } from "../../../compiler/ops/table.ts";
import { f32, gradient, nn, ops, type Tensor } from "../../../src/index.ts";
import { outputOf, source } from "../../src/running.ts";

const opNames = Object.keys(records) as (keyof typeof records)[];
const textsOf = (words: unknown): string[] => (typeof words === "string" ? [words] : []);
const texts = [...Object.values(opRules), ...formRules.values()].flatMap((saying) => textsOf(saying?.words));

test("each op with a gradient has a rule, and no other", () => {
  // What a loop gives has its gradient by the loop.
  const ofLoops = ["loop", "stack", "last"];
  const differentiable = opNames.filter((name) => records[name].gradient !== null || ofLoops.includes(name));
  expect(opNames.filter((name) => opRules[name] !== undefined)).toEqual(differentiable);
});

test("each form that has a rule is a form", () => {
  const names = new Set(forms.map(({ name }) => name));
  expect([...formRules.keys()].filter((name) => !names.has(name))).toEqual([]);
});

test("names of rules are letters, as LaTeX takes them", () => {
  expect(texts.length).toBeGreaterThan(40);
  for (const words of texts) expect(nameOf(words)).toMatch(/^[a-zA-Z ()-]+$/);
});

const sigmoid = (u: number) => 1 / (1 + Math.exp(-u));

/** The derivative that words tell, at `u`; undefined where they tell none. */
function told(words: string, u: number): number | undefined {
  const [, formula] = /^chain rule, .*?(?: = | derivative )([^;]*)/.exec(words) ?? [];
  if (formula === undefined) return undefined;
  const plain = formula
    .replaceAll("−", "-")
    .replaceAll("·", "*")
    .replaceAll("²", "^2")
    .replace("√(", "sqrt(")
    .replace("√u", "sqrt(u)")
    .replace("√π", "sqrt(pi)");
  return evaluate(plain, { u, sigmoid }) as number;
}

const functions = opNames.filter(
  (name) => scalarNamed(name)?.arity === 1 && textsOf(opRules[name]?.words).some((words) => told(words, 0.3) !== undefined),
);

test("functions with a derivative in words are all those of the table but the negative", () => {
  expect(functions.length).toBe(opNames.filter((name) => scalarNamed(name)?.arity === 1 && opRules[name] && name !== "neg").length);
});

test.each(functions)("the derivative of %s in words is that of its values", (name) => {
  const { f32: form } = scalarNamed(name) as NonNullable<ReturnType<typeof scalarNamed>>;
  const value = form?.value as (x: number) => number;
  for (const u of [0.2, 0.3, 0.7]) {
    const slope = (value(u + 1e-5) - value(u - 1e-5)) / 2e-5;
    expect(told(opRules[name]?.words as string, u)).toBeCloseTo(slope, 6);
  }
});

describe("at a kink the derivative is the one that is said", () => {
  const slopeAt = (f: (x: Tensor) => Tensor, at: number) =>
    outputOf({ x: f32(1) }, { x: source([at]) }, ({ x }) => gradient(ops.sum(f(x)), [x])[0] as Tensor)[0];

  test.each([
    ["relu′(0) = 0", nn.relu, 0, 0],
    ["0 is taken at u = 0", ops.abs, 0, 0],
    ["half to each", (x: Tensor) => ops.maximum(x, 2), 2, 0.5],
    ["at 0 the slope", (x: Tensor) => nn.leakyRelu(x, 0.25), 0, 0.25],
    ["1 is taken at u = low", (x: Tensor) => ops.clamp(x, 1, 5), 1, 1],
  ] as const)("%s", (words, f, at, expected) => {
    expect(texts.some((text) => text.includes(words))).toBe(true);
    expect(slopeAt(f, at)).toBe(expected);
  });
});
