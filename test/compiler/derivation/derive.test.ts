// A derivation ends in the line of the page, its errors are those of the page, and every formula in between gives the number that the interpreter has.
import { expect, test } from "vitest";
import type { Derivation } from "../../../compiler/derivation/derivation.ts";
import { derivationOf, type Traced } from "../../../compiler/derivation/derive.ts";
import { formRules } from "../../../compiler/derivation/form-rules.ts";
import { opRules } from "../../../compiler/derivation/op-rules.ts";
import { type Described, sectionsOf } from "../../../compiler/describe/describe.ts";
import { pageOf } from "../../../compiler/describe/page.ts";
import type { Definition } from "../../../compiler/formula/equation.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import type { Formula } from "../../../compiler/formula/tree.ts";
import { readable } from "../../../compiler/index.ts";
import { evaluate as extent } from "../../../compiler/ir/dim.ts";
import type { Program } from "../../../compiler/ir/entry.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { declare } from "../../../src/declare.ts";
import { gradientNamed, gradientNames } from "../../../src/derive.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { interpretProgram } from "../../../src/interpret.ts";
import { openDefinition } from "../../../src/open.ts";
import { extents, networkOf } from "../../bits/networks.ts";
import { parsers } from "../../support/parsers.ts";
import type { Array64 } from "../describe/arrays.ts";
import { evaluateLine } from "../describe/evaluate-tree.ts";

const files = [
  ...["two-neurons/net", "pendulum/pendulum", "gan-line/gan-line", "digits/cnn", "char-gru/char"],
  ...["course/attention", "course/neuron", "course/norms", "course/recurrent"],
];

const ofNetwork = (number: number): Program => program(declare(networkOf(number).model, parsers));

const wantedIn = (of: Program, name: string) => gradientNamed(of, name) as NonNullable<ReturnType<typeof gradientNamed>>;

function derivationsOf(of: Program): Traced[] {
  const described = partsToRead(readable(of));
  return gradientNames(of).map((name) => derivationOf(of, described, wantedIn(of, name)));
}

const written = ({ left, right }: Definition): string => `${print(left, text)} = ${print(right, text)}`;

/** The lines of errors and gradients of a page. */
function linesOn(of: Program): { readonly errors: readonly string[]; readonly gradients: readonly string[] } {
  const { errors, gradients } = pageOf(partsToRead(readable(of)));
  return { errors: errors.map(written), gradients: gradients.map(written) };
}

const linesOf = ({ steps }: Derivation) => steps.flatMap(({ lines }) => lines);
const isError = ({ left }: Definition): boolean => left.kind === "variable" && left.name.startsWith("δ");

function check(of: Program): number {
  const page = linesOn(of);
  for (const { derivation } of derivationsOf(of)) {
    const lines = linesOf(derivation);
    expect(page.gradients).toContain(written(lines.at(-1) as Definition));
    expect(lines.at(-1)?.isOnPage).toBe(true);
    for (const line of lines) if (line.isOnPage) expect([...page.errors, ...page.gradients]).toContain(written(line));
    // An error is never left in another form than that of the page.
    const errors = new Map(lines.filter(isError).map((line) => [print(line.left, text), line]));
    for (const line of errors.values()) expect(line.isOnPage).toBe(true);
    for (const { paths } of derivation.steps) expect(paths.length).toBeGreaterThan(0);
    for (const path of derivation.steps.flatMap(({ paths }) => paths)) {
      expect(path.rules.length).toBeGreaterThan(0);
      expect(path.rules.filter(({ of }) => !Object.hasOwn(opRules, of) && !formRules.has(of))).toEqual([]);
    }
  }
  return gradientNames(of).length;
}

test("the last line of each derivation, and each error in it, is that of the page: 40 networks", () => {
  let count = 0;
  for (let number = 0; number < 40; number++) count += check(ofNetwork(number));
  expect(count).toBeGreaterThan(150);
});

test.each(files)("the same of examples/%s", async (file) => {
  const { program: of } = await openDefinition(`examples/${file}.model.ts`);
  expect(check(of)).toBeGreaterThan(0);
});

const batch = 7;
const numbers = (count: number, seed: number) => Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) * seed) * 1.5);
const inputs = {
  x: numbers(batch * extents.features, 1),
  y: numbers(batch * extents.targets, 2),
  c: [0, 2, 1, 1, 0, 2, 2],
};

/** The values of nodes of a program in training, with its first weights. */
function valuesOf(of: Program, nodes: readonly Node[]): Map<Node, Array64> {
  const results = nodes.map((node, at) => ({ name: String(at), node }));
  const { outputs } = interpretProgram(of, inputs, { train: true }, results);
  const shapeOf = (node: Node) => node.shape.map((dim) => extent(dim, { batch }));
  return new Map(results.map(({ name, node }) => [node, { shape: shapeOf(node), data: [...(outputs.get(name) as Float64Array)] }]));
}

/** Gradients as variables of their names, so that a formula is read as any other. */
function withNames(formula: Formula): Formula {
  if (formula.kind === "derivative") return { kind: "variable", name: print(formula, text) };
  if (formula.kind === "cases") {
    const { condition, value, otherwise } = formula;
    return { ...formula, condition: withNames(condition), value: withNames(value), otherwise: withNames(otherwise) };
  }
  const args = "args" in formula ? { args: formula.args.map(withNames) } : {};
  const body = "body" in formula ? { body: withNames(formula.body) } : {};
  return { ...formula, ...args, ...body } as Formula;
}

/** Evaluates each line of a derivation from the names on the page and the lines before it; how many functions were known for. */
function evaluated(of: Program, { derivation, nodes }: Traced, described: Described): number {
  const { symbols } = sectionsOf(described);
  const values = valuesOf(of, [...symbols.values(), ...nodes]);
  const known = new Map<string, Array64>([...symbols].map(([name, node]) => [name, values.get(node) as Array64]));
  known.set("batch", { shape: [], data: [batch] });
  const definitions = new Map<string, Definition>();
  const around = {
    sizes: { batch },
    classes: extents.classes,
    lookUp: (name: string): Array64 => known.get(name) ?? evaluateLine(definitions.get(name) as Definition, around),
  };
  let count = 0;
  for (const [at, { lines }] of derivation.steps.entries()) {
    const expected = values.get(nodes[at] as Node) as Array64;
    for (const { left, letters, right, where } of lines) {
      for (const definition of where) definitions.set(print(definition.left, text), { ...definition, right: withNames(definition.right) });
      try {
        const found = evaluateLine({ ...(letters && { letters }), right: withNames(right) }, around, expected.shape);
        count++;
        expectSame(found, expected, `${print(left, text)} = ${print(right, text)}`);
      } catch (error) {
        if (!(error instanceof Error) || !/^No function/.test(error.message)) throw error;
      }
      known.set(print(left, text), expected);
    }
  }
  return count;
}

function expectSame(found: Array64, { shape, data }: Array64, line: string): void {
  expect(found.data.length === 1 ? [] : found.shape.filter((size) => size !== 1), line).toEqual(
    data.length === 1 ? [] : shape.filter((size) => size !== 1),
  );
  const scale = Math.max(1e-3, ...data.map(Math.abs));
  for (const [i, value] of found.data.entries()) expect(Math.abs(value - (data[i] as number)) / scale, line).toBeLessThan(1e-9);
}

test("a condition is no step: through it goes no gradient", async () => {
  const { program: of } = await openDefinition("test/words/nets.model.ts", { model: "t", wrt: ["h"] });
  expect(check(of)).toBe(1);
});

test("every formula of a derivation has the value that the interpreter has for the gradient that it is", () => {
  let count = 0;
  for (let number = 0; number < 20; number++) {
    const of = ofNetwork(number);
    const described = partsToRead(readable(of));
    for (const name of gradientNames(of).slice(0, 2)) count += evaluated(of, derivationOf(of, described, wantedIn(of, name)), described);
  }
  expect(count).toBeGreaterThan(150);
});
