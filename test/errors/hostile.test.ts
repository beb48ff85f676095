// Formulas and functions that mean harm: refused in bounded time, never run.
import { beforeAll, expect, test } from "vitest";
import { interpret } from "../../src/compile.ts";
import { elementwise, f32, model } from "../../src/index.ts";
import { codeOfAsync } from "../support/code-of.ts";

type Formula = Parameters<typeof elementwise>[0];

const evaluated = async (formula: Formula, constants = {}): Promise<number | undefined> => {
  const source = model("m", { x: f32(1) }, ({ x }) => ({ outputs: { out: elementwise(formula, constants)(x) } }));
  return (await interpret(source, { x: [2] })).outputs.get("out")?.[0];
};

const refused = (formula: Formula) => codeOfAsync(evaluated(formula));

// "In bounded time" has no clock: what is not bounded does not end before the limit of a test, or of the heap.

// The parsers are loaded with the first formula.
beforeAll(() => evaluated("v"));

const deep = (open: string, close: string, times: number, inner = "v") => open.repeat(times) + inner + close.repeat(times);

test.each([
  ["parentheses", deep("(", ")", 4_000)],
  ["more parentheses than any stack holds", deep("(", ")", 1_000_000)],
  ["functions", deep("sin(", ")", 2_000)],
  ["signs", deep("-", "", 9_000)],
  ["powers", deep("v^", "", 4_000)],
  ["conditions", deep("v > 0 ? 0 : ", "", 800)],
  ["a sum of a million terms", "v+".repeat(1_000_000).concat("v")],
])("%s that nest deeply are refused in bounded time", async (_, formula) => {
  expect(await refused(formula)).toBe("untranslatable");
});

test.each(["v^1e308", "v^(9^9^9^9)", "1e400 * v", "v^-99999999999999999999"])("huge powers are numbers like others: %s", async (formula) => {
  expect(typeof (await evaluated(formula))).toBe("number");
});

test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "import", "eval"])("%s is a name like others", async (name) => {
  expect(await refused(`${name}(v)`)).toBe("untranslatable");
  expect(await refused(`v.${name}`)).toBe("untranslatable");
  // Alone it is the one parameter.
  expect(await evaluated(`${name} + 1`)).toBe(3);
});

test.each([
  'import("fs")',
  'eval("globalThis.harm = 1")',
  "f(v) = v",
  "v = 3",
  "cos.constructor(v)",
  "v[1]",
  '"text"',
  "[1, 2, v]",
  "{ a: v }",
  "v; v",
  "createUnit(v)",
  "compile(v)",
  "parse(v)",
  "v'",
  "",
])("%j is no scalar formula", async (formula) => {
  expect(await refused(formula)).toMatch(/^(untranslatable|syntax-error|setting-out-of-range)$/);
  expect("harm" in globalThis).toBe(false);
});

test("a function is read and not called", async () => {
  let calls = 0;
  const counting = (v: number) => {
    calls++;
    return v;
  };
  expect(await refused(counting)).toBe("untranslatable");
  expect(await refused((v: number) => (globalThis as { harm?: number }).harm ?? v)).toMatch(/untranslatable|unbound-name/);
  expect(calls).toBe(0);
});

test("a function that doubles with each line is refused in bounded time", async () => {
  // What follows an `if` without `return` is read for both of its outcomes.
  const lines = Array.from({ length: 60 }, (_, i) => `if (v > ${i}) { }`).join(" ");
  const doubling = new Function("v", `${lines} return v;`) as Formula;
  expect(await refused(doubling)).toBe("untranslatable");
});
